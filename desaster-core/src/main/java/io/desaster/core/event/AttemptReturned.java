/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.api.job.JobState;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.State;

/** The attempt that was ordered is proved never to have started: its job is back at its place. */
public record AttemptReturned(long high, long low) implements Event {
  static final int TYPE = 5;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    out.writeLong(high);
    out.writeLong(low);
  }

  static AttemptReturned decode(Input in) {
    return new AttemptReturned(in.readLong(), in.readLong());
  }

  @Override
  public void apply(State state, long atMillis) {
    JobRecord job = state.job(high, low);
    state.put(job.in(JobState.QUEUED, job.order(), atMillis, job.course().notStarted()));
  }
}
