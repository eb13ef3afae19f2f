/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.JobState;
import io.desaster.core.event.JobEnded;
import io.desaster.core.state.JobRecord;

/** A job that was not started in its time fails. */
record JobExpires(long high, long low, long queuedAt) implements Timers.Timer {
  @Override
  public void fire(Turn turn) {
    JobRecord job = turn.state().job(high, low);
    if (job != null && job.state() == JobState.QUEUED && job.at() == queuedAt) {
      turn.emit(new JobEnded(high, low, JobState.FAILED, "expired: not started in its ttl"));
      Endings.after(turn, high, low);
    }
  }
}
