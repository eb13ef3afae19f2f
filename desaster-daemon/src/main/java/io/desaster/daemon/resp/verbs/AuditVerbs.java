/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.Desaster;
import io.desaster.api.audit.AuditQuery;
import io.desaster.api.wire.AuditFields;
import io.desaster.daemon.resp.Call;
import io.desaster.daemon.resp.Reply;
import io.desaster.daemon.resp.Verb;
import java.time.Instant;
import java.util.List;

/** AUDIT with its subcommand. */
final class AuditVerbs {
  private final Desaster desaster;

  AuditVerbs(Desaster desaster) {
    this.desaster = desaster;
  }

  List<Verb> all() {
    return List.of(list());
  }

  private Verb list() {
    return Verb.of("AUDIT LIST", "[SINCE time] [WHO who] [VERB verb] [AFTER number] [LIMIT number]")
        .reads()
        .flag(Verb.Flag.ADMIN)
        .summary("Tells who changed what on this node, the oldest first.")
        .note(
            "Of the entries that match it is the newest, as many as LIMIT says (100 if it does"
                + " not). SINCE takes a time, or how long ago it was. WHO matches `who`, `by` or"
                + " `name`; VERB a verb or its beginning. To follow the log, ask again with AFTER"
                + " and the last number.")
        .reply("an array of entries")
        .error("INVALID a time or a number is wrong")
        .error("ERR the files of the log cannot be read")
        .example(
            "> CLIENT SETNAME console",
            "OK",
            "> QUEUE CREATE mail remote",
            "…",
            "> QUEUE PAUSE mail WHY relocation BY ada",
            "…",
            "> AUDIT LIST SINCE 1h WHO console VERB queue LIMIT 1",
            "1) 1# \"number\" => (integer) 2",
            "   2# \"time\" => \"…\"",
            "   3# \"node\" => \"web1\"",
            "   4# \"who\" => \"…\"",
            "   5# \"by\" => \"ada\"",
            "   6# \"name\" => \"console\"",
            "   7# \"from\" => \"127.0.0.1:…\"",
            "   8# \"verb\" => \"QUEUE PAUSE\"",
            "   9# \"target\" => \"mail\"",
            "   10# \"arguments\" =>",
            "      1) \"WHY\"",
            "      2) \"relocation\"",
            "      3) \"BY\"",
            "      4) \"ada\"",
            "   11# \"outcome\" => \"ok\"",
            "   12# \"message\" => \"\"")
        .does(this::list);
  }

  private void list(Call call) {
    Words words = new Words(call);
    AuditQuery query = AuditQuery.NEWEST;
    while (words.more()) {
      if (words.accept("SINCE")) {
        query = query.withSince(words.timeOrAgo("time", Instant.now()));
      } else if (words.accept("WHO")) {
        query = query.withWho(words.text("who"));
      } else if (words.accept("VERB")) {
        query = query.withVerb(words.text("verb"));
      } else if (words.accept("AFTER")) {
        query = query.withAfter(words.number("number", 0, Long.MAX_VALUE));
      } else if (words.accept("LIMIT")) {
        query = query.withLimit(words.count("number", 1, AuditQuery.LIMIT_MAX));
      } else {
        throw words.unexpected();
      }
    }
    call.reply(
        desaster.audit(query), entries -> Reply.of(entries.stream().map(AuditFields::of).toList()));
  }
}
