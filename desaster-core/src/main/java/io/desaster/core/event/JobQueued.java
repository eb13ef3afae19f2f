/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.api.job.JobState;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.Course;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.State;

/**
 * A job joins the end of its flow: it became due, its parents succeeded, or somebody wants it run
 * now.
 *
 * @param order its new place
 * @param afresh whether its tries are counted from zero again
 */
public record JobQueued(long high, long low, long order, boolean afresh) implements Event {
  static final int TYPE = 2;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    out.writeLong(high);
    out.writeLong(low);
    out.writeVarint(order);
    out.writeBoolean(afresh);
  }

  static JobQueued decode(Input in) {
    return new JobQueued(in.readLong(), in.readLong(), in.readVarint(), in.readBoolean());
  }

  @Override
  public void apply(State state, long atMillis) {
    JobRecord job = state.job(high, low);
    Course course = afresh ? job.course().afresh() : job.course();
    state.put(job.in(JobState.QUEUED, order, atMillis, course));
  }
}
