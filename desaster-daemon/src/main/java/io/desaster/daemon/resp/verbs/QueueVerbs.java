/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.Desaster;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.queue.QueueInfo;
import io.desaster.api.queue.QueueSettings;
import io.desaster.api.wire.PushOptions;
import io.desaster.api.wire.QueueFields;
import io.desaster.api.wire.TreeFields;
import io.desaster.daemon.resp.Call;
import io.desaster.daemon.resp.Reply;
import io.desaster.daemon.resp.Verb;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** QUEUE with its subcommands. */
final class QueueVerbs {
  private static final String QUEUE = "the queue";
  private static final String NO_QUEUE = "NOTFOUND there is no such queue";

  private final Desaster desaster;
  private final Pushes pushes;

  QueueVerbs(Desaster desaster, int payloadBytesMax) {
    this.desaster = desaster;
    this.pushes = new Pushes(desaster, payloadBytesMax);
  }

  List<Verb> all() {
    return List.of(
        push(), jobs(), create(), set(), show(), list(), stats(), pause(), resume(), drain(),
        rename(), destroy(), purge(), attach(), detach());
  }

  private Verb push() {
    return Verb.of("QUEUE PUSH", "queue kind payload [option value …]")
        .writes()
        .frequent()
        .hides(4)
        .summary("Submits a job; when it is answered the job is safe on disk.")
        .reply("the job's id; with `reply full` a map of `id`, `known` and `copies`")
        .note(
            "The queue is made if there is none of that name. An empty queue name means the queue"
                + " named after the kind. The payload is what the kind understands.")
        .note("Options: `" + PushOptions.names() + "`; see \"Options of a push\".")
        .note(
            "Safe to repeat with the same `id`: it stays one job. `known` tells that the job was"
                + " there already. Many jobs: send many of these without waiting for replies.")
        .error("EXISTS the id is that of another job")
        .error("EXPIRED the id is older than ids are remembered")
        .error("DUPLICATE the key is in its cool-down; the message names the job that holds it")
        .error("FULL the queue, the disk or the memory is full")
        .error("INVALID an option, the payload's size, or the queue's kind is wrong")
        .error("NOTFOUND a job in `after` is not known")
        .error("UNKNOWN it may have happened; repeat it with the same id")
        .example(
            "> QUEUE PUSH mail remote '{\"to\":\"ada\"}' id welcome-ada priority 2",
            "\"…\"",
            "> QUEUE PUSH mail remote '{\"to\":\"ada\"}' id welcome-ada priority 2 reply full",
            "1# \"id\" => \"…\"",
            "2# \"known\" => (true)",
            "3# \"copies\" => (integer) 1")
        .does(pushes);
  }

  private Verb jobs() {
    return Verb.of("QUEUE JOBS", "name [filter] " + Listing.GRAMMAR)
        .reads()
        .summary("Lists the jobs of a queue.")
        .reply("a page of jobs, as JOB LIST")
        .error("INVALID the filter is wrong")
        .example(
            "> QUEUE PUSH mail remote {} id j1",
            "\"…\"",
            "> QUEUE JOBS mail state=queued LIMIT 10",
            "1# \"jobs\" =>",
            "   1) 1# \"id\" => \"…\"",
            "…",
            "2# \"matched\" => (integer) 1",
            "3# \"next\" => \"\"",
            "4# \"index\" => (integer) …")
        .does(this::jobs);
  }

  private void jobs(Call call) {
    Words words = new Words(call);
    String queue = words.text("name");
    String filter = "";
    if (words.more() && !words.nextIs(Listing.KEYWORDS)) {
      filter = words.text("filter");
    }
    String all = "queue=" + Listing.quoted(queue) + ' ' + filter;
    call.reply(desaster.jobs().list(Listing.read(all, words)), Listing::page);
  }

  private Verb create() {
    return Verb.of("QUEUE CREATE", "name kind [option value …]")
        .writes()
        .summary("Makes a queue for jobs of a kind.")
        .reply(QUEUE)
        .note("Options: `" + options() + "`; see \"Options of a queue\".")
        .error("EXISTS there is a queue of that name")
        .error("INVALID an option is wrong")
        .example("> QUEUE CREATE mail remote max-running 4", "1# \"name\" => \"mail\"", "…")
        .does(
            call -> {
              Words words = new Words(call);
              String name = words.text("name");
              String kind = words.text("kind");
              queue(call, desaster.queues().create(name, kind, settings(words)));
            });
  }

  private Verb set() {
    return Verb.of("QUEUE SET", "name option value [option value …]")
        .writes()
        .summary("Changes settings of a queue, all of them or none.")
        .reply(QUEUE)
        .note("Options as in QUEUE CREATE.")
        .error(NO_QUEUE)
        .error("INVALID an option is wrong")
        .example(
            "> QUEUE CREATE mail remote",
            "…",
            "> QUEUE SET mail cool-down 30s timeout 5m",
            "1# \"name\" => \"mail\"",
            "…")
        .does(
            call -> {
              Words words = new Words(call);
              String name = words.text("name");
              queue(call, desaster.queues().set(name, settings(words)));
            });
  }

  private static Map<String, String> settings(Words words) {
    Map<String, String> settings = new LinkedHashMap<>();
    while (words.more()) {
      String option = words.text("option");
      if (!words.more()) {
        throw new IllegalArgumentException(
            "option " + option + " has no value; options: " + options());
      }
      settings.put(option, words.text("value"));
    }
    return settings;
  }

  private static String options() {
    return String.join(" ", QueueSettings.DEFAULT.options().keySet());
  }

  private Verb show() {
    return Verb.of("QUEUE SHOW", "name")
        .reads()
        .summary("Tells all of a queue.")
        .reply(QUEUE)
        .error(NO_QUEUE)
        .example(
            "> QUEUE CREATE mail remote",
            "…",
            "> QUEUE SHOW mail",
            "1# \"name\" => \"mail\"",
            "2# \"kind\" => \"remote\"",
            "3# \"paused\" => (false)",
            "4# \"draining\" => (false)",
            "5# \"created-at\" => \"…\"",
            "6# \"counts\" =>",
            "   1# \"blocked\" => (integer) 0",
            "…",
            "8# \"settings\" =>",
            "   1# \"discipline\" => \"fifo\"",
            "…")
        .does(
            call -> {
              String name = new Words(call).text("name");
              call.reply(desaster.queues().find(name), found -> shown(name, found));
            });
  }

  private static Reply shown(String name, Optional<QueueInfo> found) {
    return found
        .map(queue -> Reply.of(QueueFields.of(queue)))
        .orElseGet(() -> Reply.error(missing(name)));
  }

  private static DesasterException missing(String name) {
    return new DesasterException(
        ErrorCode.NOTFOUND, "there is no queue '" + name + "'; QUEUE LIST shows those there are");
  }

  private Verb list() {
    return Verb.of("QUEUE LIST", "")
        .reads()
        .summary("Lists the queues by name.")
        .reply("an array of queues")
        .example(
            "> QUEUE CREATE mail remote", "…", "> QUEUE LIST", "1) 1# \"name\" => \"mail\"", "…")
        .does(
            call ->
                call.reply(
                    desaster.queues().list(),
                    queues ->
                        Reply.of(queues.stream().map(queue -> QueueFields.of(queue)).toList())));
  }

  private Verb stats() {
    return Verb.of("QUEUE STATS", "[name [WINDOW duration] [FLOWS number]]")
        .reads()
        .summary("Tells how many jobs are where, and what the queue is entitled to and uses.")
        .reply(
            "the counts of the queue, then its `share`, `tokens`, `waits`, `totals`, `flows` as in TREE"
                + " STATS; without a name a map of queue to counts")
        .note("WINDOW and FLOWS are those of TREE STATS.")
        .error(NO_QUEUE)
        .error("INVALID the window or the number of flows is not possible")
        .example(
            "> QUEUE PUSH mail remote {}",
            "\"…\"",
            "> QUEUE STATS mail",
            "1# \"blocked\" => (integer) 0",
            "2# \"scheduled\" => (integer) 0",
            "3# \"queued\" => (integer) 1",
            "4# \"running\" => (integer) 0",
            "5# \"retrying\" => (integer) 0",
            "6# \"succeeded\" => (integer) 0",
            "7# \"failed\" => (integer) 0",
            "8# \"cancelled\" => (integer) 0",
            "9# \"oldest-queued-ms\" => (integer) …",
            "10# \"share\" =>",
            "   1# \"unit\" => \"cost/s\"",
            "   2# \"guaranteed\" => (double) …",
            "…")
        .does(this::stats);
  }

  private void stats(Call call) {
    Words words = new Words(call);
    if (words.more()) {
      String name = words.text("name");
      StatsOptions options = StatsOptions.read(words);
      call.reply(
          desaster.queues().find(name).thenCompose(found -> stats(found, options)),
          stats -> stats.map(Reply::of).orElseGet(() -> Reply.error(missing(name))));
      return;
    }
    call.reply(
        desaster.queues().list(),
        queues -> {
          Map<String, Object> all = new LinkedHashMap<>();
          queues.forEach(queue -> all.put(queue.name(), QueueFields.of(queue.counts())));
          return Reply.of(all);
        });
  }

  private CompletionStage<Optional<Map<String, Object>>> stats(
      Optional<QueueInfo> found, StatsOptions options) {
    if (found.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    QueueInfo queue = found.get();
    return desaster
        .trees()
        .stats(queue.kind(), options.window(), options.flows())
        .thenApply(
            tree -> {
              Map<String, Object> fields = new LinkedHashMap<>(QueueFields.of(queue.counts()));
              tree.classes().stream()
                  .filter(one -> one.info().queue() && one.info().name().equals(queue.name()))
                  .findFirst()
                  .ifPresent(one -> fields.putAll(TreeFields.measured(one)));
              return Optional.of(fields);
            });
  }

  private Verb pause() {
    return Verb.of("QUEUE PAUSE", "name [WHY text] [(UNTIL time | FOR duration)] [BY who]")
        .writes()
        .summary("Starts nothing more from a queue; running jobs go on.")
        .reply(QUEUE)
        .note("`who` is, if not given, this connection's name and address.")
        .error(NO_QUEUE)
        .error("INVALID the time is not to come")
        .example(
            "> QUEUE CREATE mail remote",
            "…",
            "> QUEUE PAUSE mail WHY \"server down\" FOR 10m BY ada",
            "1# \"name\" => \"mail\"",
            "2# \"kind\" => \"remote\"",
            "3# \"paused\" => (true)",
            "4# \"paused-by\" => \"ada\"",
            "5# \"paused-why\" => \"server down\"",
            "…")
        .does(this::pause);
  }

  private void pause(Call call) {
    Words words = new Words(call);
    String name = words.text("name");
    String by = call.client().who();
    String why = "";
    Optional<Instant> until = Optional.empty();
    while (words.more()) {
      if (words.accept("WHY")) {
        why = words.text("text");
      } else if (words.accept("UNTIL")) {
        until = Optional.of(words.time("time"));
      } else if (words.accept("FOR")) {
        until = Optional.of(Instant.now().plus(words.duration("duration")));
      } else if (words.accept("BY")) {
        by = words.text("who");
      } else {
        throw words.unexpected();
      }
    }
    queue(call, desaster.queues().pause(name, by, why, until));
  }

  private Verb resume() {
    return Verb.of("QUEUE RESUME", "name [BY who]")
        .writes()
        .summary("Ends a pause.")
        .reply(QUEUE)
        .error(NO_QUEUE)
        .example(
            "> QUEUE CREATE mail remote",
            "…",
            "> QUEUE PAUSE mail",
            "…",
            "> QUEUE RESUME mail",
            "1# \"name\" => \"mail\"",
            "2# \"kind\" => \"remote\"",
            "3# \"paused\" => (false)",
            "…")
        .does(
            call -> {
              Words words = new Words(call);
              String name = words.text("name");
              queue(call, desaster.queues().resume(name, by(call, words)));
            });
  }

  private Verb drain() {
    return Verb.of("QUEUE DRAIN", "name [(ON | OFF)] [BY who]")
        .writes()
        .summary("Takes no new jobs and finishes those there are; OFF takes jobs again.")
        .reply(QUEUE)
        .error(NO_QUEUE)
        .example(
            "> QUEUE CREATE mail remote", "…", "> QUEUE DRAIN mail", "1# \"name\" => \"mail\"", "…")
        .does(
            call -> {
              Words words = new Words(call);
              String name = words.text("name");
              boolean on = !words.accept("OFF");
              if (on) {
                words.accept("ON");
              }
              queue(call, desaster.queues().drain(name, on, by(call, words)));
            });
  }

  /** Who asks, if the words say so; nothing else may be left. */
  private static String by(Call call, Words words) {
    String by = words.accept("BY") ? words.text("who") : call.client().who();
    words.end();
    return by;
  }

  private Verb rename() {
    return Verb.of("QUEUE RENAME", "name new-name")
        .writes()
        .summary("Gives a queue another name; its jobs stay in it.")
        .reply(QUEUE)
        .error(NO_QUEUE)
        .error("EXISTS the new name is taken")
        .example(
            "> QUEUE CREATE mail remote",
            "…",
            "> QUEUE RENAME mail post",
            "1# \"name\" => \"post\"",
            "…")
        .does(
            call -> {
              Words words = new Words(call);
              String name = words.text("name");
              queue(call, desaster.queues().rename(name, words.text("new-name")));
            });
  }

  private Verb destroy() {
    return Verb.of("QUEUE DESTROY", "name [INTO other]")
        .writes()
        .summary("Removes a queue; INTO another that takes its waiting jobs.")
        .reply("OK")
        .error(NO_QUEUE)
        .error(
            "STATE it has jobs that are not finished, and no INTO was given; jobs of it run; the"
                + " other queue is draining; or finished jobs in it are waited for elsewhere")
        .error("INVALID the other queue holds jobs of another kind, or is the same one")
        .example("> QUEUE CREATE mail remote", "…", "> QUEUE DESTROY mail", "OK")
        .does(
            call -> {
              Words words = new Words(call);
              String name = words.text("name");
              Optional<String> into = Optional.empty();
              if (words.accept("INTO")) {
                into = Optional.of(words.text("other"));
              }
              words.end();
              call.reply(desaster.queues().destroy(name, into), nothing -> Reply.OK);
            });
  }

  private Verb purge() {
    return Verb.of("QUEUE PURGE", "name [BY who]")
        .writes()
        .summary("Cancels all that waits in a queue.")
        .reply("the number of jobs that were cancelled")
        .error(NO_QUEUE)
        .example("> QUEUE PUSH mail remote {}", "\"…\"", "> QUEUE PURGE mail", "(integer) 1")
        .does(
            call -> {
              Words words = new Words(call);
              String name = words.text("name");
              call.reply(desaster.queues().purge(name, by(call, words)), count -> Reply.of(count));
            });
  }

  private Verb attach() {
    return Verb.of("QUEUE ATTACH", "name pool")
        .writes()
        .summary("Lets a pool, named or by label, serve a queue.")
        .reply(QUEUE)
        .error(NO_QUEUE)
        .example(
            "> QUEUE CREATE mail remote",
            "…",
            "> QUEUE ATTACH mail gpu",
            "1# \"name\" => \"mail\"",
            "…")
        .does(
            call -> {
              Words words = new Words(call);
              String name = words.text("name");
              queue(call, desaster.queues().attach(name, words.text("pool")));
            });
  }

  private Verb detach() {
    return Verb.of("QUEUE DETACH", "name pool")
        .writes()
        .summary("Lets a pool no longer serve a queue; running jobs go on.")
        .reply(QUEUE)
        .error(NO_QUEUE)
        .example(
            "> QUEUE CREATE mail remote",
            "…",
            "> QUEUE DETACH mail remote@web1",
            "1# \"name\" => \"mail\"",
            "…")
        .does(
            call -> {
              Words words = new Words(call);
              String name = words.text("name");
              queue(call, desaster.queues().detach(name, words.text("pool")));
            });
  }

  private static void queue(Call call, CompletionStage<QueueInfo> stage) {
    call.reply(stage, queue -> Reply.of(QueueFields.of(queue)));
  }
}
