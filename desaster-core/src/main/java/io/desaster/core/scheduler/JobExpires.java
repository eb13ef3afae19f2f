/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.JobState;
import io.desaster.api.queue.QueueSettings;
import io.desaster.core.event.JobEnded;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.Moments;

/**
 * A job that was not started in its time fails. Its queue, or its queue's ttl, may have changed
 * since the timer was set: what counts is how they are when it fires.
 */
record JobExpires(long high, long low, long queuedAt) implements Timers.Timer {
  /** When a job of this queue expires; {@link Long#MAX_VALUE}: never. */
  static long atMillis(JobRecord job, QueueSettings settings) {
    long own = job.options().ttlMillis();
    long ttl = own > 0 ? own : settings.ttl().toMillis();
    return ttl > 0 ? Moments.after(job.at(), ttl) : Long.MAX_VALUE;
  }

  static void watch(Timers timers, JobRecord job, QueueSettings settings) {
    long at = atMillis(job, settings);
    if (at != Long.MAX_VALUE) {
      timers.set(at, new JobExpires(job.high(), job.low(), job.at()));
    }
  }

  /** Whether jobs that wait already expire sooner than their timers know. */
  static boolean sooner(QueueSettings before, QueueSettings after) {
    return !after.ttl().isZero()
        && (before.ttl().isZero() || after.ttl().compareTo(before.ttl()) < 0);
  }

  @Override
  public void fire(Turn turn) {
    JobRecord job = turn.state().job(high, low);
    if (job == null || job.state() != JobState.QUEUED || job.at() != queuedAt) {
      return;
    }
    QueueSettings settings = turn.queueOf(job).record().settings();
    if (atMillis(job, settings) > turn.now()) {
      watch(turn.timers(), job, settings);
      return;
    }
    turn.emit(new JobEnded(high, low, JobState.FAILED, "expired: not started in its ttl"));
    Endings.after(turn, high, low);
  }
}
