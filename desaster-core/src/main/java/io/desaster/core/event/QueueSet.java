/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.QueueRecord;
import io.desaster.core.state.State;

/** A queue was made, or something about it changed. */
public record QueueSet(QueueRecord queue) implements Event {
  static final int TYPE = 13;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    queue.encode(out);
  }

  static QueueSet decode(Input in) {
    return new QueueSet(QueueRecord.decode(in));
  }

  @Override
  public void apply(State state, long atMillis) {
    state.put(queue);
  }
}
