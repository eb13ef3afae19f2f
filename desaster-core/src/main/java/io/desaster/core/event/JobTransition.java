/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.state.JobRecord;
import io.desaster.core.state.State;

/**
 * An event that turns one job record into another. The working state applies it first; the
 * committed copy, which comes later and holds the very same record, takes over the one that was
 * made then instead of making its twin. So both copies share their records, at half the work and
 * memory.
 */
abstract sealed class JobTransition implements Event permits AttemptStarted, AttemptEnded {
  private final long high;
  private final long low;
  private JobRecord from;
  private JobRecord to;

  JobTransition(long high, long low) {
    this.high = high;
    this.low = low;
  }

  public final long high() {
    return high;
  }

  public final long low() {
    return low;
  }

  /** The job afterwards. */
  abstract JobRecord after(JobRecord job, long atMillis);

  @Override
  public final void apply(State state, long atMillis) {
    JobRecord job = state.job(high, low);
    if (job != from) {
      to = after(job, atMillis);
      from = job;
    }
    state.put(to);
  }
}
