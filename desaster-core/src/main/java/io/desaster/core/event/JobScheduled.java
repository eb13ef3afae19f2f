/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.api.job.JobState;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.State;

/**
 * The parents of a job succeeded, and now it waits for its time.
 *
 * @param dueAt milliseconds since 1970
 */
public record JobScheduled(long high, long low, long dueAt) implements Event {
  static final int TYPE = 25;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    out.writeLong(high);
    out.writeLong(low);
    out.writeVarint(dueAt);
  }

  static JobScheduled decode(Input in) {
    return new JobScheduled(in.readLong(), in.readLong(), in.readVarint());
  }

  @Override
  public void apply(State state, long atMillis) {
    JobRecord job = state.job(high, low);
    state.put(job.in(JobState.SCHEDULED, job.order(), dueAt, job.course()));
  }
}
