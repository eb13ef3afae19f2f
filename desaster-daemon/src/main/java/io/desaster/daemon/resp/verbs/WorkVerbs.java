/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.Desaster;
import io.desaster.api.RemoteWork;
import io.desaster.api.job.JobId;
import io.desaster.api.wire.WorkFields;
import io.desaster.daemon.resp.Call;
import io.desaster.daemon.resp.Reply;
import io.desaster.daemon.resp.Verb;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The verbs of JOB for programs that work off jobs of kind {@code remote}. */
final class WorkVerbs {
  private static final String STALE = "STALE the attempt is no longer the worker's";
  private static final String NO_JOB = "NOTFOUND there is no such job (any more)";
  private static final String[] TAKE = {
    "> QUEUE PUSH mail remote hello id j1", "\"…\"", "> JOB TAKE w1", "…"
  };
  private static final byte[] NOTHING = {};
  private static final int COUNT_MAX = 100_000;

  private final Desaster desaster;

  WorkVerbs(Desaster desaster) {
    this.desaster = desaster;
  }

  List<Verb> all() {
    return List.of(take(), done(), fail(), beat(), progress());
  }

  private Verb take() {
    return Verb.of(
            "JOB TAKE",
            "worker [COUNT number] [SLOTS slots] [WAIT duration] [QUEUES queues] [LABELS labels]")
        .writes()
        .frequent()
        .flag(Verb.Flag.BLOCKING)
        .summary("Asks for jobs of kind remote to work off.")
        .reply(
            "an array, at least one as soon as there is one, empty when WAIT is over; each a map:"
                + " `job`, `attempt`, `epoch`, `queue`, `timeout-ms` (0: any), `lease-ms`,"
                + " `payload`")
        .note(
            "`worker` is the worker's name, the same for its whole life. COUNT (1 if not given) is"
                + " how many it can start now. WAIT is 0 if not given. QUEUES and LABELS take"
                + " several with commas between; without QUEUES all of kind `remote`.")
        .note(
            "SLOTS is how many it runs at once, all its requests together; without it, what it runs"
                + " plus what it asks for. Slots and percents in the tree of kind `remote` refer to"
                + " the sum of all workers, which POOL LIST shows. A worker that has fewer, or is"
                + " gone, counts with what it had for 30 to 60 s more.")
        .note(
            "The worker must say DONE or FAIL for each, and until then BEAT at least every"
                + " `lease-ms`. Closing the connection withdraws the request, and ends nothing that"
                + " was taken. Answers come in order: while it waits, later commands on the same"
                + " connection are carried out but not answered. COUNT 0 ends that: requests that wait"
                + " on the same connection are answered with what they have.")
        .error("INVALID the worker's name, COUNT, SLOTS or WAIT makes no sense")
        .example(
            "> QUEUE PUSH mail remote hello id j1",
            "\"…\"",
            "> JOB TAKE w1 COUNT 10 SLOTS 10 WAIT 5s",
            "1) 1# \"job\" => \"…\"",
            "   2# \"attempt\" => (integer) 1",
            "   3# \"epoch\" => (integer) …",
            "   4# \"queue\" => \"mail\"",
            "   5# \"timeout-ms\" => (integer) 0",
            "   6# \"lease-ms\" => (integer) 30000",
            "   7# \"payload\" => \"hello\"")
        .does(this::take);
  }

  private void take(Call call) {
    Words words = new Words(call);
    String worker = words.text("worker");
    int count = 1;
    int slots = 0;
    Duration patience = Duration.ZERO;
    List<String> queues = List.of();
    List<String> labels = List.of();
    while (words.more()) {
      if (words.accept("COUNT")) {
        count = words.count("COUNT", 0, COUNT_MAX);
      } else if (words.accept("SLOTS")) {
        slots = words.count("SLOTS", 1, COUNT_MAX);
      } else if (words.accept("WAIT")) {
        patience = words.duration("duration");
      } else if (words.accept("QUEUES")) {
        queues = words.list("queues");
      } else if (words.accept("LABELS")) {
        labels = words.list("labels");
      } else {
        throw words.unexpected();
      }
    }
    if (count == 0) {
      call.client().withdrawTakes();
      call.reply(Reply.of(List.of()));
      return;
    }
    CompletableFuture<List<RemoteWork.Taken>> asked =
        desaster
            .remoteWork()
            .take(new RemoteWork.Take(worker, queues, labels, count, slots, patience))
            .toCompletableFuture();
    call.client().waits(asked);
    call.onClose(() -> asked.cancel(false));
    call.reply(
        asked.exceptionally(WorkVerbs::nothingIfWithdrawn),
        taken -> Reply.of(taken.stream().map(one -> WorkFields.of(one)).toList()));
  }

  private static List<RemoteWork.Taken> nothingIfWithdrawn(Throwable failure) {
    if (failure instanceof CancellationException) {
      return List.of();
    }
    throw failure instanceof CompletionException wrapped
        ? wrapped
        : new CompletionException(failure);
  }

  private Verb done() {
    return Verb.of("JOB DONE", "id attempt [result]")
        .writes()
        .hides(4)
        .frequent()
        .summary("Says that an attempt succeeded.")
        .reply("OK")
        .note("May be repeated until it is answered.")
        .error(NO_JOB)
        .error(STALE)
        .example(TAKE)
        .example("> JOB DONE j1 1 sent", "OK")
        .does(
            call -> {
              Words words = new Words(call);
              JobId id = words.id();
              int attempt = attempt(words);
              byte[] result = words.more() ? words.bytes("result") : NOTHING;
              call.reply(desaster.remoteWork().done(id, attempt, result), nothing -> Reply.OK);
            });
  }

  private Verb fail() {
    return Verb.of("JOB FAIL", "id attempt [EXIT code] [ERROR text]")
        .writes()
        .frequent()
        .summary("Says that an attempt failed; it is tried again as its retry policy says.")
        .reply("OK")
        .note("EXIT is compared with `never-on`. May be repeated until it is answered.")
        .error(NO_JOB)
        .error(STALE)
        .example(TAKE)
        .example("> JOB FAIL j1 1 EXIT 75 ERROR \"mail server refuses\"", "OK")
        .does(this::fail);
  }

  private void fail(Call call) {
    Words words = new Words(call);
    JobId id = words.id();
    int attempt = attempt(words);
    int exit = -1;
    String error = "";
    while (words.more()) {
      if (words.accept("EXIT")) {
        exit = words.count("EXIT", -1, Integer.MAX_VALUE);
      } else if (words.accept("ERROR")) {
        error = words.text("text");
      } else {
        throw words.unexpected();
      }
    }
    call.reply(desaster.remoteWork().fail(id, attempt, exit, error), nothing -> Reply.OK);
  }

  private Verb beat() {
    return Verb.of("JOB BEAT", "worker [(id attempt) …]")
        .writes()
        .frequent()
        .summary("Says that attempts are alive.")
        .reply(
            "an array of those that the worker shall end (cancelled, timed out, no longer its own),"
                + " each a map of `job` and `attempt`")
        .example(TAKE)
        .example("> JOB BEAT w1 j1 1", "(empty array)")
        .does(this::beat);
  }

  private void beat(Call call) {
    Words words = new Words(call);
    String worker = words.text("worker");
    List<RemoteWork.Running> running = new ArrayList<>();
    while (words.more()) {
      running.add(new RemoteWork.Running(words.id(), attempt(words)));
    }
    call.reply(
        desaster.remoteWork().beat(worker, running),
        toEnd -> Reply.of(toEnd.stream().map(one -> WorkFields.of(one)).toList()));
  }

  private Verb progress() {
    return Verb.of("JOB PROGRESS", "id attempt percent [text]")
        .writes()
        .frequent()
        .summary("Tells how far an attempt is.")
        .reply("OK")
        .error(NO_JOB)
        .error(STALE)
        .example(TAKE)
        .example("> JOB PROGRESS j1 1 40 \"4 of 10 sent\"", "OK")
        .does(
            call -> {
              Words words = new Words(call);
              JobId id = words.id();
              int attempt = attempt(words);
              int percent = words.count("percent", 0, 100);
              String text = words.more() ? words.text("text") : "";
              call.reply(
                  desaster.remoteWork().progress(id, attempt, percent, text), nothing -> Reply.OK);
            });
  }

  private static int attempt(Words words) {
    return words.count("attempt", 1, Integer.MAX_VALUE);
  }
}
