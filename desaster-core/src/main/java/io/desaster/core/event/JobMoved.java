/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.State;

/** A job went to the end of another queue. */
public record JobMoved(long high, long low, int queueId, long order) implements Event {
  static final int TYPE = 9;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    out.writeLong(high);
    out.writeLong(low);
    out.writeVarint(queueId);
    out.writeVarint(order);
  }

  static JobMoved decode(Input in) {
    return new JobMoved(in.readLong(), in.readLong(), in.readVarint32(), in.readVarint());
  }

  @Override
  public void apply(State state, long atMillis) {
    state.put(state.job(high, low).inQueue(queueId, order));
  }
}
