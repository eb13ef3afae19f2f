/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobState;
import io.desaster.core.event.JobEnded;
import io.desaster.core.event.JobQueued;
import io.desaster.core.state.JobRecord;

/** Lets blocked jobs go on, or ends them, when one they wait for is finished. */
public final class Dependencies {
  private Dependencies() {}

  public static void parentEnded(Turn turn, JobRecord parent) {
    for (JobId id : turn.dispatcher().childrenOf(parent)) {
      JobRecord child = turn.state().job(id.high(), id.low());
      if (child == null || child.state() != JobState.BLOCKED) {
        continue;
      }
      if (parent.state() != JobState.SUCCEEDED) {
        String reason =
            "dependency: job " + parent.id() + " is " + parent.state() + ", it will not succeed";
        turn.emit(new JobEnded(id.high(), id.low(), JobState.CANCELLED, reason));
        Endings.after(turn, id.high(), id.low());
      } else if (allSucceeded(turn, child)) {
        turn.emit(new JobQueued(id.high(), id.low(), turn.state().nextOrder(), false));
      }
    }
  }

  public static boolean allSucceeded(Turn turn, JobRecord child) {
    for (JobId parent : child.options().after()) {
      JobRecord job = turn.state().job(parent.high(), parent.low());
      if (job == null || job.state() != JobState.SUCCEEDED) {
        return false;
      }
    }
    return true;
  }
}
