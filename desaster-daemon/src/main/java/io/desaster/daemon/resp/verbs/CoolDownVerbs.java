/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.Desaster;
import io.desaster.api.wire.QueueFields;
import io.desaster.daemon.resp.Reply;
import io.desaster.daemon.resp.Verb;
import java.util.List;

/** COOLDOWN with its subcommands. */
final class CoolDownVerbs {
  private static final String[] PUSH = {
    "> QUEUE CREATE mail remote cool-down 30s",
    "…",
    "> QUEUE PUSH mail remote hello key ada",
    "\"…\"",
  };

  private final Desaster desaster;

  CoolDownVerbs(Desaster desaster) {
    this.desaster = desaster;
  }

  List<Verb> all() {
    return List.of(list(), clear());
  }

  private Verb list() {
    return Verb.of("COOLDOWN LIST", "[queue]")
        .reads()
        .summary("Lists the keys that are blocked, of one queue or of all.")
        .reply(
            "an array of maps: `queue`, `key`, `holder` (the job), `until` (absent: a window after"
                + " the holder's end)")
        .example(PUSH)
        .example(
            "> COOLDOWN LIST mail",
            "1) 1# \"queue\" => \"mail\"",
            "   2# \"key\" => \"ada\"",
            "   3# \"holder\" => \"…\"",
            "   4# \"until\" => \"…\"")
        .does(
            call -> {
              Words words = new Words(call);
              String queue = words.more() ? words.text("queue") : "";
              call.reply(
                  desaster.queues().coolDowns(queue),
                  all -> Reply.of(all.stream().map(one -> QueueFields.of(one)).toList()));
            });
  }

  private Verb clear() {
    return Verb.of("COOLDOWN CLEAR", "queue [key]")
        .writes()
        .summary("Frees a key, or all keys of a queue.")
        .reply("the number of keys that were freed")
        .error("NOTFOUND there is no such queue")
        .example(PUSH)
        .example("> COOLDOWN CLEAR mail ada", "(integer) 1")
        .does(
            call -> {
              Words words = new Words(call);
              String queue = words.text("queue");
              String key = words.more() ? words.text("key") : "";
              call.reply(desaster.queues().clearCoolDowns(queue, key), count -> Reply.of(count));
            });
  }
}
