/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.State;

/** A queue without jobs is gone. */
public record QueueDestroyed(int queueId) implements Event {
  static final int TYPE = 14;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    out.writeVarint(queueId);
  }

  static QueueDestroyed decode(Input in) {
    return new QueueDestroyed(in.readVarint32());
  }

  @Override
  public void apply(State state, long atMillis) {
    state.removeQueue(queueId);
  }
}
