/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobState;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.AttemptRecord;
import io.desaster.core.state.JobRecord;

/** A slot was given to a job. */
public final class AttemptStarted extends JobTransition {
  static final int TYPE = 3;

  private final int attempt;
  private final String pool;

  /**
   * A start.
   *
   * @param attempt number of the attempt, from 1
   * @param pool the pool, as {@code kind@node}
   */
  public AttemptStarted(long high, long low, int attempt, String pool) {
    super(high, low);
    this.attempt = attempt;
    this.pool = pool;
  }

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    out.writeLong(high());
    out.writeLong(low());
    out.writeVarint(attempt);
    out.writeString(pool);
  }

  static AttemptStarted decode(Input in) {
    return new AttemptStarted(
        in.readLong(), in.readLong(), in.readVarint32(), in.readString().intern());
  }

  @Override
  JobRecord after(JobRecord job, long atMillis) {
    AttemptRecord running = AttemptRecord.running(attempt, pool, atMillis);
    return job.in(JobState.RUNNING, job.order(), atMillis, job.course().started(running));
  }

  @Override
  public String toString() {
    return "AttemptStarted[job="
        + new JobId(high(), low())
        + ", attempt="
        + attempt
        + ", pool="
        + pool
        + "]";
  }
}
