/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.JobState;
import io.desaster.core.event.JobQueued;
import io.desaster.core.state.JobRecord;

/** A job that was SCHEDULED or RETRYING joins its queue. */
record JobDue(long high, long low) implements Timers.Timer {
  @Override
  public void fire(Turn turn) {
    JobRecord job = turn.state().job(high, low);
    boolean waits =
        job != null && (job.state() == JobState.SCHEDULED || job.state() == JobState.RETRYING);
    if (waits && job.at() <= turn.now()) {
      turn.emit(new JobQueued(high, low, turn.state().nextOrder(), false));
    }
  }
}
