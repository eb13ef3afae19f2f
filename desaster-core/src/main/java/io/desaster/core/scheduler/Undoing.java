/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobState;
import io.desaster.core.event.JobRestored;
import io.desaster.core.event.OperationTouched;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.State;

/** Puts a job back to how it was before an operation, if nothing else has happened to it since. */
final class Undoing {
  private Undoing() {}

  static boolean undo(Turn turn, long operationId, JobRecord before, JobAction action) {
    State state = turn.state();
    JobRecord now = state.job(before.high(), before.low());
    if (state.queue(before.queueId()) == null || !asLeft(turn, now, before, action)) {
      return false;
    }
    turn.emit(new OperationTouched(operationId, before.high(), before.low()));
    turn.emit(new JobRestored(before));
    return true;
  }

  private static boolean asLeft(Turn turn, JobRecord now, JobRecord before, JobAction action) {
    if (action instanceof JobAction.Delete) {
      return now == null;
    }
    if (now == null || before.state() == JobState.RUNNING || now.state() == JobState.RUNNING) {
      return false;
    }
    if (action instanceof JobAction.Cancel) {
      return now.state() == JobState.CANCELLED;
    }
    if (action instanceof JobAction.Move move) {
      return now.state() == before.state()
          && turn.queueOf(now).record().name().equals(move.queue());
    }
    if (action instanceof JobAction.Retry) {
      return now.state() == JobState.QUEUED;
    }
    return now.state() == before.state() && now.queueId() == before.queueId();
  }
}
