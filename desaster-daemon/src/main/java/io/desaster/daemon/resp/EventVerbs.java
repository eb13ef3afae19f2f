/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import io.desaster.api.Events;
import io.desaster.api.event.DesasterEvent;
import io.desaster.api.wire.EventFields;
import io.desaster.api.wire.Json;
import io.desaster.daemon.resp.wire.Args;
import io.desaster.daemon.resp.wire.RespWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** EVENTS, and the same under the names that Redis' client libraries use. */
final class EventVerbs {
  private static final String MESSAGES =
      "A confirmation for each word: kind, word, number of subscriptions; then a message for each"
          + " event. RESP3: as push messages. RESP2: as arrays, and until all subscriptions are"
          + " given up only the verbs of subscription, PING, RESET and QUIT may be used.";

  private final RespServer server;

  EventVerbs(RespServer server) {
    this.server = server;
  }

  List<Verb> all() {
    return List.of(
        Verb.of("EVENTS SUBSCRIBE", "pattern …")
            .flag(Verb.Flag.PUBSUB)
            .summary("Sends events whose topic matches, as they happen.")
            .reply("confirmations `psubscribe`, then messages `pmessage`, pattern, topic, event")
            .note(MESSAGES)
            .note(
                "The event is a JSON object with `topic`, `subject` (id or name), `at` (UTC)"
                    + " and a map `fields`. In a pattern `*` stands for any run of"
                    + " characters. Topics: `job.QUEUE.STATE`, `queue.NAME.WHAT`, `node.NAME.WHAT`."
                    + " A client that does not take its messages is closed.")
            .note(
                "A pattern that begins with `eta.` asks for predictions, topic `eta.QUEUE.ID`: of"
                    + " the jobs that wait and match, the 256 that are to start first. Fields:"
                    + " `queue`, `state`, and as in JOB SHOW `start-p50`, `start-p90`,"
                    + " `finish-p50`, `finish-p90`, `eta-unknown`. A job is told of when it comes"
                    + " among them, and again when its start has moved by more than a tenth of the"
                    + " wait and 1 s, or what is known has changed; looked at every 2 s or less"
                    + " often. Other patterns, `*` too, are not told of predictions.")
            .example(
                "> EVENTS SUBSCRIBE job.mail.*",
                "1) \"psubscribe\"",
                "2) \"job.mail.*\"",
                "3) (integer) 1")
            .does(call -> subscribe(call, 2, true)),
        Verb.of("EVENTS UNSUBSCRIBE", "[pattern …]")
            .flag(Verb.Flag.PUBSUB)
            .summary("Gives up subscriptions by pattern; without a pattern, all of them.")
            .reply("confirmations `punsubscribe`, pattern, number of subscriptions left")
            .example(
                "> EVENTS SUBSCRIBE job.mail.*",
                "…",
                "> EVENTS UNSUBSCRIBE job.mail.*",
                "1) \"punsubscribe\"",
                "2) \"job.mail.*\"",
                "3) (integer) 0")
            .does(call -> unsubscribe(call, 2, true)),
        alias("SUBSCRIBE", "topic …", "subscribe")
            .summary("As EVENTS SUBSCRIBE, for one exact topic each.")
            .reply("confirmations `subscribe`, then messages `message`, topic, event")
            .does(call -> subscribe(call, 1, false)),
        alias("UNSUBSCRIBE", "[topic …]", "unsubscribe")
            .summary("Gives up subscriptions made with SUBSCRIBE.")
            .reply("confirmations `unsubscribe`")
            .does(call -> unsubscribe(call, 1, false)),
        alias("PSUBSCRIBE", "pattern …", "psubscribe")
            .summary("The same as EVENTS SUBSCRIBE.")
            .reply("confirmations `psubscribe`, then messages `pmessage`, pattern, topic, event")
            .does(call -> subscribe(call, 1, true)),
        alias("PUNSUBSCRIBE", "[pattern …]", "punsubscribe")
            .summary("The same as EVENTS UNSUBSCRIBE.")
            .reply("confirmations `punsubscribe`")
            .does(call -> unsubscribe(call, 1, true)));
  }

  private static Verb.Builder alias(String name, String grammar, String kind) {
    boolean gives = kind.contains("un");
    return Verb.of(name, grammar)
        .flag(Verb.Flag.PUBSUB)
        .example(
            "> " + name + " queue.mail.paused",
            "1) \"" + kind + "\"",
            "2) \"queue.mail.paused\"",
            "3) (integer) " + (gives ? 0 : 1));
  }

  private void subscribe(Call call, int from, boolean pattern) {
    List<String> words = words(call.args(), from);
    Connection connection = call.connection();
    // As the answer is written, so that no message comes before its confirmation.
    call.reply(
        out -> {
          for (String word : words) {
            subscriptions(connection.client(), pattern)
                .computeIfAbsent(word, w -> subscription(connection, w, pattern));
            confirm(pattern ? "psubscribe" : "subscribe", word, connection.client(), out);
          }
        });
  }

  private Events.Subscription subscription(Connection connection, String word, boolean pattern) {
    return server
        .verbs()
        .events()
        .subscribe(word, event -> connection.push(out -> message(word, pattern, event, out)));
  }

  private static void message(String word, boolean pattern, DesasterEvent event, RespWriter out) {
    if (pattern) {
      out.push(4).bulk("pmessage").bulk(word);
    } else {
      out.push(3).bulk("message");
    }
    out.bulk(event.topic()).bulk(Json.write(EventFields.of(event)));
  }

  private void unsubscribe(Call call, int from, boolean pattern) {
    List<String> named = words(call.args(), from);
    Client client = call.client();
    call.reply(
        out -> {
          Map<String, Events.Subscription> held = subscriptions(client, pattern);
          String kind = pattern ? "punsubscribe" : "unsubscribe";
          List<String> words = named.isEmpty() ? List.copyOf(held.keySet()) : named;
          if (words.isEmpty()) {
            confirm(kind, null, client, out);
          }
          for (String word : words) {
            Events.Subscription subscription = held.remove(word);
            if (subscription != null) {
              subscription.close();
            }
            confirm(kind, word, client, out);
          }
        });
  }

  private static void confirm(String kind, String word, Client client, RespWriter out) {
    out.push(3).bulk(kind).value(word).integer(client.subscriptions());
  }

  private static Map<String, Events.Subscription> subscriptions(Client client, boolean pattern) {
    return pattern ? client.patterns : client.channels;
  }

  private static List<String> words(Args args, int from) {
    List<String> words = new ArrayList<>();
    for (int i = from; i < args.count(); i++) {
      words.add(args.text(i));
    }
    return words;
  }
}
