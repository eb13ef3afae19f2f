/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.State;

/** An operation's record is gone; it can no longer be taken back. */
public record OperationForgotten(long id) implements Event {
  static final int TYPE = 23;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    out.writeVarint(id);
  }

  static OperationForgotten decode(Input in) {
    return new OperationForgotten(in.readVarint());
  }

  @Override
  public void apply(State state, long atMillis) {
    state.forgetOperation(id);
  }
}
