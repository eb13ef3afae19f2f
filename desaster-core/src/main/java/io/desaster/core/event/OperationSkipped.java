/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.State;

/** So many of the selected jobs could not take the action (any more). */
public record OperationSkipped(long id, long number) implements Event {
  static final int TYPE = 21;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    out.writeVarint(id);
    out.writeVarint(number);
  }

  static OperationSkipped decode(Input in) {
    return new OperationSkipped(in.readVarint(), in.readVarint());
  }

  @Override
  public void apply(State state, long atMillis) {
    state.skipped(id, number);
  }
}
