/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.job.JobState;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Endings;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import io.desaster.core.state.JobRecord;

/**
 * A worker of this node reports that an attempt is over. Reports may be repeated; one about an
 * attempt that is not the running one changes nothing and is acknowledged all the same.
 */
public record EndAttempt(AttemptEnd end, Reply<Void> reply) implements Command {
  @Override
  public void decide(Turn turn) {
    JobRecord job = turn.state().job(end.job().high(), end.job().low());
    if (job != null
        && job.state() == JobState.RUNNING
        && job.course().lastNumber() == end.attempt()) {
      Endings.end(turn, job, end);
    }
    turn.answer(reply, null);
  }
}
