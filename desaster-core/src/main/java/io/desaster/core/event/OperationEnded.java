/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.api.operation.Operation;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.State;

/** An operation is done, was stopped, or was taken back. */
public record OperationEnded(long id, Operation.State how) implements Event {
  static final int TYPE = 22;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    out.writeVarint(id);
    out.writeString(how.name());
  }

  static OperationEnded decode(Input in) {
    return new OperationEnded(in.readVarint(), Operation.State.valueOf(in.readString()));
  }

  @Override
  public void apply(State state, long atMillis) {
    state.endOperation(id, how, atMillis);
  }
}
