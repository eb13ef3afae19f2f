/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.State;

/**
 * The node of a running attempt fell silent, or answers again.
 *
 * @param since milliseconds since 1970; 0: it answers
 */
public record AttemptUnreachable(long high, long low, long since) implements Event {
  static final int TYPE = 6;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    out.writeLong(high);
    out.writeLong(low);
    out.writeVarint(since);
  }

  static AttemptUnreachable decode(Input in) {
    return new AttemptUnreachable(in.readLong(), in.readLong(), in.readVarint());
  }

  @Override
  public void apply(State state, long atMillis) {
    JobRecord job = state.job(high, low);
    state.put(job.withCourse(job.course().unreachable(since)));
  }
}
