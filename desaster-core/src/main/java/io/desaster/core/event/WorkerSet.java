/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.State;
import io.desaster.core.state.WorkerRecord;

/** A remote worker came, went, or has another number of slots or other labels. */
public record WorkerSet(WorkerRecord worker) implements Event {
  static final int TYPE = 48;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    worker.encode(out);
  }

  static WorkerSet decode(Input in) {
    return new WorkerSet(WorkerRecord.decode(in));
  }

  @Override
  public void apply(State state, long atMillis) {
    state.put(worker);
  }
}
