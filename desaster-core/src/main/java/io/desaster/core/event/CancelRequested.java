/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.api.job.CancelMode;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.State;

/** A running attempt was told to end; what becomes of its job is said by the mode. */
public record CancelRequested(long high, long low, CancelMode mode, String by) implements Event {
  static final int TYPE = 7;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    out.writeLong(high);
    out.writeLong(low);
    out.writeByte(mode.ordinal());
    out.writeString(by);
  }

  static CancelRequested decode(Input in) {
    return new CancelRequested(
        in.readLong(), in.readLong(), CancelMode.values()[in.readByte()], in.readString());
  }

  @Override
  public void apply(State state, long atMillis) {
    JobRecord job = state.job(high, low);
    state.put(job.withCourse(job.course().withCancel(mode, by)));
  }
}
