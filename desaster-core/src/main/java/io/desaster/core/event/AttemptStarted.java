/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.api.job.JobState;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.AttemptRecord;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.State;

/**
 * A slot was given to a job.
 *
 * @param pool the pool, as {@code kind@node}
 */
public record AttemptStarted(long high, long low, int attempt, String pool) implements Event {
  static final int TYPE = 3;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    out.writeLong(high);
    out.writeLong(low);
    out.writeVarint(attempt);
    out.writeString(pool);
  }

  static AttemptStarted decode(Input in) {
    return new AttemptStarted(
        in.readLong(), in.readLong(), in.readVarint32(), in.readString().intern());
  }

  @Override
  public void apply(State state, long atMillis) {
    JobRecord job = state.job(high, low);
    AttemptRecord running = AttemptRecord.running(attempt, pool, atMillis);
    state.put(job.in(JobState.RUNNING, job.order(), atMillis, job.course().started(running)));
  }
}
