/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.audit;

import java.time.Instant;
import java.util.List;

/**
 * One change that somebody asked a node for, as its audit log keeps it.
 *
 * @param number place in the node's audit log: grows by one, so that a gap tells of lost entries
 * @param time when it was asked for, whole milliseconds
 * @param node the node that was asked
 * @param who the user the operating system vouches for, {@code key} for one who gave the group's
 *     key from elsewhere, {@code nobody} for one who is not let in
 * @param by whom the request says it is for; not checked, empty if it does not say
 * @param name name that the connection gave itself; empty if none
 * @param from {@code address:port}, or {@code embedded} for the application around the node
 * @param verb as the protocol calls it, for example {@code QUEUE PAUSE}
 * @param target what it was about: a queue, a job, a filter, …; empty if nothing
 * @param arguments the rest; payloads, results and keys are only counted, long words cut
 * @param outcome {@code ok} or the code of the error
 * @param message of the error; empty if there is none
 */
public record AuditEntry(
    long number,
    Instant time,
    String node,
    String who,
    String by,
    String name,
    String from,
    String verb,
    String target,
    List<String> arguments,
    String outcome,
    String message) {
  public static final String OK = "ok";
  public static final String EMBEDDED = "embedded";

  public AuditEntry {
    arguments = List.copyOf(arguments);
  }

  /** The same as a node keeps it. */
  public AuditEntry at(long place, String keptBy) {
    return new AuditEntry(
        place, time, keptBy, who, by, name, from, verb, target, arguments, outcome, message);
  }
}
