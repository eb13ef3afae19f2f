/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobState;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Endings;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import io.desaster.core.state.JobRecord;

/**
 * A worker of this node could not start an attempt for want of room: its job goes back to its
 * place, and the pool starts nothing until {@link FreePool}.
 */
public record HoldPool(String pool, JobId job, int attempt, Reply<Void> reply) implements Command {
  @Override
  public void decide(Turn turn) {
    turn.holdPool(pool, true);
    JobRecord record = turn.state().job(job.high(), job.low());
    if (record != null
        && record.state() == JobState.RUNNING
        && record.course().lastNumber() == attempt) {
      Endings.neverStarted(turn, record);
    }
    turn.answer(reply, null);
  }
}
