/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.JobId;
import io.desaster.core.event.JobForgotten;
import io.desaster.core.state.JobHead;

/** Drops finished jobs, remembering the ids that could be sent again. */
public final class Forgetting {
  private Forgetting() {}

  public static void forget(Turn turn, JobHead job) {
    long until = job.idGiven() ? rememberUntil(job, turn.settings().idWindowMillis()) : 0;
    turn.release(job);
    boolean remember = until > turn.now();
    long hash = remember ? job.specHash() : 0;
    turn.emit(new JobForgotten(job.high(), job.low(), hash, remember ? until : 0));
  }

  /**
   * A window after its end. An id with a time counts as too old a window after that time, so one
   * from a clock that is up to a window ahead is remembered until then.
   */
  private static long rememberUntil(JobHead job, long windowMillis) {
    JobId id = job.id();
    long from = job.at();
    if (id.timed()) {
      from = Math.max(from, Math.min(id.madeAtMillis(), job.at() + windowMillis));
    }
    return from + windowMillis;
  }
}
