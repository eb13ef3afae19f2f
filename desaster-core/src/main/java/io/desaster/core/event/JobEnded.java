/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.api.job.JobState;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.State;

/**
 * A job that does not run came to its end: cancelled, expired, or failed for good.
 *
 * @param next CANCELLED or FAILED
 */
public record JobEnded(long high, long low, JobState next, String reason) implements Event {
  static final int TYPE = 8;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    out.writeLong(high);
    out.writeLong(low);
    out.writeByte(next.ordinal());
    out.writeString(reason);
  }

  static JobEnded decode(Input in) {
    return new JobEnded(
        in.readLong(), in.readLong(), JobState.values()[in.readByte()], in.readString());
  }

  @Override
  public void apply(State state, long atMillis) {
    JobRecord job = state.job(high, low);
    state.put(job.in(next, job.order(), atMillis, job.course().withReason(reason)));
  }
}
