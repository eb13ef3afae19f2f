/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.event;

import java.time.Instant;
import java.util.Map;

/**
 * Something that happened and is committed.
 *
 * @param topic dotted name, for example {@code job.mail.running} (job, queue, state), {@code
 *     queue.mail.paused}, {@code node.web1.joined}
 * @param subject id or name of what it happened to
 * @param fields details, all texts
 */
public record DesasterEvent(String topic, String subject, Instant at, Map<String, String> fields) {
  public DesasterEvent {
    fields = Map.copyOf(fields);
  }
}
