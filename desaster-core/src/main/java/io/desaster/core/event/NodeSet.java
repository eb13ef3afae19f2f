/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.NodeRecord;
import io.desaster.core.state.State;

/** A node joined, or its pools or its part changed. */
public record NodeSet(NodeRecord node) implements Event {
  static final int TYPE = 15;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    node.encode(out);
  }

  static NodeSet decode(Input in) {
    return new NodeSet(NodeRecord.decode(in));
  }

  @Override
  public void apply(State state, long atMillis) {
    state.put(node);
  }
}
