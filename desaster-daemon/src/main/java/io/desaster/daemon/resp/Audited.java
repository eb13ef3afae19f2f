/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import io.desaster.api.audit.AuditEntry;
import io.desaster.core.audit.Audit;
import io.desaster.core.audit.AuditWords;
import io.desaster.daemon.resp.wire.Args;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** A command that goes into the audit log when it is answered, with what it said. */
final class Audited {
  private static final int WORDS_MAX = 32;

  private final Audit audit;
  private final Instant time = Instant.now().truncatedTo(ChronoUnit.MILLIS);
  private final String verb;
  private final String who;
  private final String name;
  private final String from;
  private final List<String> words;
  private final String by;

  /**
   * Copies what the log shall have.
   *
   * @param who the client's user, see {@link AuditEntry}
   */
  Audited(Audit audit, Verb verb, Args args, Client client, String who) {
    this.audit = audit;
    this.verb = verb.fullName();
    this.who = who;
    this.name = client.name;
    this.from = Client.address(client.remote());
    int first = verb.subcommand().isEmpty() ? 1 : 2;
    words = words(verb, args, first);
    by = by(args, first);
  }

  private static List<String> words(Verb verb, Args args, int first) {
    List<String> words = new ArrayList<>();
    int end = Math.min(args.count(), first + WORDS_MAX);
    for (int i = first; i < end; i++) {
      words.add(verb.hides(i) ? AuditWords.counted(args.length(i)) : word(args, i));
    }
    if (end < args.count()) {
      words.add("… (" + (args.count() - end) + " more)");
    }
    return words;
  }

  private static String word(Args args, int i) {
    // So much of it, in bytes, is more than is kept.
    return args.length(i) > AuditWords.LENGTH_MAX * 4
        ? args.printable(i) + "… (" + args.length(i) + " bytes)"
        : AuditWords.cut(args.lenient(i));
  }

  private static String by(Args args, int first) {
    int last = args.count() - 1;
    return last > first && args.is(last - 1, "BY") ? word(args, last) : "";
  }

  /** Writes it down with its outcome. */
  void answered(Reply reply) {
    boolean refused = reply instanceof Reply.Error;
    int inTarget = words.isEmpty() ? 0 : words.get(0).equalsIgnoreCase("FILTER") ? 2 : 1;
    int split = Math.min(inTarget, words.size());
    audit.add(
        new AuditEntry(
            0,
            time,
            "",
            who,
            by,
            name,
            from,
            verb,
            String.join(" ", words.subList(0, split)),
            words.subList(split, words.size()),
            refused ? ((Reply.Error) reply).code() : AuditEntry.OK,
            refused ? AuditWords.cut(((Reply.Error) reply).message()) : ""));
  }
}
