/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.State;

/** An operation is about to change this job, as the next events say. */
public record OperationTouched(long id, long high, long low) implements Event {
  static final int TYPE = 20;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    out.writeVarint(id);
    out.writeLong(high);
    out.writeLong(low);
  }

  static OperationTouched decode(Input in) {
    return new OperationTouched(in.readVarint(), in.readLong(), in.readLong());
  }

  @Override
  public void apply(State state, long atMillis) {
    state.touched(id, state.head(high, low));
  }
}
