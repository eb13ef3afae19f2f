/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Outcome;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.core.event.LateSuccess;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Endings;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import io.desaster.core.state.AttemptRecord;
import io.desaster.core.state.JobHead;
import io.desaster.core.state.JobRecord;

/** A remote worker says DONE or FAIL. */
public record EndRemote(AttemptEnd end, Reply<Void> reply) implements Command {
  @Override
  public void decide(Turn turn) {
    JobHead head = turn.state().head(end.job().high(), end.job().low());
    int max = turn.settings().payloadBytesMax();
    if (end.result().length > max) {
      turn.refuse(
          reply,
          ErrorCode.INVALID,
          "the result has " + end.result().length + " bytes, more than the " + max + " allowed");
    } else if (head == null) {
      turn.refuse(reply, ErrorCode.NOTFOUND, "there is no job " + end.job() + " (any more)");
    } else if (turn.settings().localKinds().contains(turn.queueOf(head).record().kind())) {
      turn.refuse(
          reply,
          ErrorCode.STATE,
          "cannot end an attempt of job "
              + head.id()
              + ": jobs of kind "
              + turn.queueOf(head).record().kind()
              + " are run and reported by the node itself");
    } else if (!(head instanceof JobRecord job)) {
      refuseStale(turn, head, "");
    } else if (lateSuccess(job)) {
      turn.emit(new LateSuccess(job.high(), job.low(), end.attempt(), end.result()));
      Endings.after(turn, job.high(), job.low());
      turn.answer(reply, null);
    } else if (job.state() != JobState.RUNNING || job.course().lastNumber() != end.attempt()) {
      refuseStale(turn, job, " with attempt " + job.course().lastNumber());
    } else {
      Endings.end(turn, job, end);
      turn.answer(reply, null);
    }
  }

  private void refuseStale(Turn turn, JobHead job, String last) {
    turn.refuse(
        reply,
        ErrorCode.STALE,
        "cannot end attempt "
            + end.attempt()
            + " of job "
            + job.id()
            + ": the job is "
            + job.state()
            + last
            + "; this report changes nothing");
  }

  /** A success ends the job whichever attempt it comes from. */
  private boolean lateSuccess(JobRecord job) {
    AttemptRecord attempt = job.course().attempt(end.attempt());
    return end.outcome() == Outcome.SUCCEEDED
        && !job.state().finished()
        && attempt != null
        && attempt.outcome() == Outcome.LOST;
  }
}
