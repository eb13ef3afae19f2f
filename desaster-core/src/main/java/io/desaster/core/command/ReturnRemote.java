/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.RemoteWork;
import io.desaster.api.job.JobState;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Endings;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import io.desaster.core.state.JobRecord;
import java.util.List;

/**
 * Orders that reached nobody, since their request was withdrawn while they were on the way: their
 * attempts never started, the jobs go back to their places and nothing is charged.
 */
public record ReturnRemote(List<RemoteWork.Taken> orders) implements Command {
  @Override
  public void decide(Turn turn) {
    for (RemoteWork.Taken order : orders) {
      JobRecord job = turn.state().job(order.job().high(), order.job().low());
      if (job != null
          && job.state() == JobState.RUNNING
          && job.course().lastNumber() == order.attempt()) {
        Endings.neverStarted(turn, job);
      }
    }
  }

  @Override
  public Reply<Void> reply() {
    return Reply.none();
  }
}
