/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.State;

/**
 * One slice of the jobs of a queue, whose discipline was replaced by one of another kind, moved to
 * it. Which jobs follows from what the tree of the kind remembers.
 */
public record JobsMoved(String kind) implements Event {
  static final int TYPE = 40;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    out.writeString(kind);
  }

  static JobsMoved decode(Input in) {
    return new JobsMoved(in.readString());
  }

  @Override
  public void apply(State state, long atMillis) {
    state.jobsMoved(kind);
  }
}
