/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.Desaster;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobId;
import io.desaster.api.wire.JobFields;
import io.desaster.api.wire.WorkFields;
import io.desaster.daemon.resp.Call;
import io.desaster.daemon.resp.Reply;
import io.desaster.daemon.resp.Verb;
import java.time.Duration;
import java.util.List;

/** The verbs of JOB that look at jobs. */
final class JobVerbs {
  private static final String NO_JOB = "NOTFOUND there is no such job (any more)";
  private static final String[] PUSH = {"> QUEUE PUSH mail remote hello id j1", "\"…\""};

  /** Longer than anybody waits, shorter than what overflows. */
  private static final Duration FOR_EVER = Duration.ofDays(3_650);

  private static final int OUTPUT_BYTES = 64 * 1024;
  private static final int OUTPUT_BYTES_MAX = 1024 * 1024;

  private final Desaster desaster;

  JobVerbs(Desaster desaster) {
    this.desaster = desaster;
  }

  List<Verb> all() {
    return List.of(show(), list(), await(), result(), output(), explain());
  }

  private Verb show() {
    return Verb.of("JOB SHOW", "id")
        .reads()
        .summary("Tells all of a job.")
        .reply("the job")
        .note(
            "When it will probably start and finish: `start-p50`, `finish-p50` (sooner in half of"
                + " all cases), `start-p90`, `finish-p90` (sooner in nine of ten). What is missing"
                + " is not known, and `eta-unknown` says why. `finish` is that of the next or"
                + " running attempt. JOB LIST has them too. See ETA.md.")
        .error(NO_JOB)
        .example(PUSH)
        .example(
            "> JOB SHOW j1",
            "1# \"id\" => \"…\"",
            "2# \"queue\" => \"mail\"",
            "3# \"kind\" => \"remote\"",
            "4# \"state\" => \"queued\"",
            "5# \"reason\" => \"…\"",
            "6# \"submitted-at\" => \"…\"",
            "7# \"eta-unknown\" => \"…\"",
            "8# \"attempts\" => (empty array)",
            "9# \"options\" => (empty hash)",
            "10# \"payload\" => \"hello\"",
            "11# \"result\" => \"\"")
        .does(
            call -> {
              JobId id = new Words(call).id();
              call.reply(
                  desaster.jobs().find(id),
                  found -> found.map(JobVerbs::job).orElseGet(() -> Reply.error(missing(id))));
            });
  }

  private static Reply job(Job job) {
    return Reply.of(JobFields.of(job));
  }

  private static DesasterException missing(JobId id) {
    return new DesasterException(
        ErrorCode.NOTFOUND,
        "there is no job " + id + "; it was never submitted, or is no longer kept");
  }

  private Verb list() {
    return Verb.of("JOB LIST", "[FILTER filter] " + Listing.GRAMMAR)
        .reads()
        .summary("Lists jobs, newest first if nothing else is said.")
        .reply("a page: `jobs`, `matched` (how many in all), `next` (cursor), `index`")
        .note(
            "SORT by `submitted`, `due`, `started`, `finished`, `priority` or `queue`. LIMIT is 100"
                + " if not given, at most 10000. CURSOR goes on where the page with that `next`"
                + " ended. See \"Filters\".")
        .error("INVALID the filter or a value is wrong")
        .example(PUSH)
        .example(
            "> JOB LIST FILTER \"state=queued age<1h\" SORT submitted DESC LIMIT 10",
            "1# \"jobs\" =>",
            "   1) 1# \"id\" => \"…\"",
            "…",
            "2# \"matched\" => (integer) 1",
            "3# \"next\" => \"\"",
            "4# \"index\" => (integer) …")
        .does(
            call -> {
              Words words = new Words(call);
              String filter = words.accept("FILTER") ? words.text("filter") : "";
              call.reply(desaster.jobs().list(Listing.read(filter, words)), Listing::page);
            });
  }

  private Verb await() {
    return Verb.of("JOB WAIT", "id [TIMEOUT duration]")
        .reads()
        .flag(Verb.Flag.BLOCKING)
        .summary("Answers when a job is finished, or when the time is over.")
        .reply("the job, which is finished or stands as it stood when the time was over")
        .note(
            "Answers come in order: what is sent on the same connection after it is answered"
                + " after it. Use another connection, or EVENTS, to do something meanwhile.")
        .error(NO_JOB)
        .example(PUSH)
        .example("> JOB WAIT j1 TIMEOUT 10ms", "1# \"id\" => \"…\"", "…")
        .does(
            call -> {
              Words words = new Words(call);
              JobId id = words.id();
              Duration timeout = words.accept("TIMEOUT") ? words.duration("duration") : FOR_EVER;
              words.end();
              var waiting = desaster.jobs().await(id, timeout);
              call.onClose(() -> waiting.toCompletableFuture().cancel(false));
              call.reply(waiting, JobVerbs::job);
            });
  }

  private Verb result() {
    return Verb.of("JOB RESULT", "id")
        .reads()
        .summary("Tells what a finished job returned.")
        .reply("the bytes; empty for processes, whose output is in JOB OUTPUT")
        .error(NO_JOB)
        .error("STATE the job is not finished")
        .example(PUSH)
        .example("> JOB TAKE w1", "…", "> JOB DONE j1 1 hi", "OK", "> JOB RESULT j1", "\"hi\"")
        .does(
            call -> {
              JobId id = new Words(call).id();
              call.reply(
                  desaster.jobs().find(id),
                  found -> found.map(JobVerbs::result).orElseGet(() -> Reply.error(missing(id))));
            });
  }

  private static Reply result(Job job) {
    if (!job.state().finished()) {
      return Reply.error(
          ErrorCode.STATE,
          "no result of job "
              + job.id()
              + " yet: it is "
              + job.state()
              + "; JOB WAIT waits for its end");
    }
    return Reply.of(job.result());
  }

  private Verb output() {
    return Verb.of("JOB OUTPUT", "id [ATTEMPT number] [STDERR] [OFFSET bytes] [LIMIT bytes]")
        .reads()
        .summary("Tells what an attempt wrote, from any node.")
        .reply(
            "a map: `offset` of the first byte, `size` written so far, `complete` (nothing will"
                + " come), `bytes`; `dropped-from` and `dropped-to` if the middle was dropped for"
                + " its size")
        .note(
            "Without ATTEMPT the latest. A negative OFFSET counts from the end. LIMIT is 65536 if"
                + " not given, at most 1048576. To follow: ask again at `offset` + length of"
                + " `bytes` until `complete`.")
        .error(NO_JOB)
        .example(PUSH)
        .example(
            "> JOB OUTPUT j1 OFFSET -1000",
            "1# \"offset\" => (integer) 0",
            "2# \"size\" => (integer) 0",
            "3# \"complete\" => (…)",
            "4# \"bytes\" => \"\"")
        .does(this::output);
  }

  private void output(Call call) {
    Words words = new Words(call);
    JobId id = words.id();
    int attempt = 0;
    boolean error = false;
    long offset = 0;
    int limit = OUTPUT_BYTES;
    while (words.more()) {
      if (words.accept("ATTEMPT")) {
        attempt = words.count("ATTEMPT", 0, Integer.MAX_VALUE);
      } else if (words.accept("STDERR")) {
        error = true;
      } else if (words.accept("OFFSET")) {
        offset = words.number("OFFSET", Long.MIN_VALUE, Long.MAX_VALUE);
      } else if (words.accept("LIMIT")) {
        limit = words.count("LIMIT", 1, OUTPUT_BYTES_MAX);
      } else {
        throw words.unexpected();
      }
    }
    call.reply(
        desaster.jobs().output(id, attempt, error, offset, limit),
        piece -> Reply.of(WorkFields.of(piece)));
  }

  private Verb explain() {
    return Verb.of("JOB EXPLAIN", "id")
        .reads()
        .summary("Tells why a job waits, or how it ended.")
        .reply("an array of lines")
        .error(NO_JOB)
        .example(PUSH)
        .example("> JOB EXPLAIN j1", "1) \"…\"", "…")
        .does(call -> call.reply(desaster.jobs().explain(new Words(call).id()), Reply::of));
  }
}
