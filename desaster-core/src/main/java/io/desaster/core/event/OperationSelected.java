/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.State;

/** A chunk of the ids an operation selected, as high and low halves in turn. */
public record OperationSelected(long id, long[] ids) implements Event {
  static final int TYPE = 19;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public int weight() {
    return 64 + 8 * ids.length;
  }

  @Override
  public void encode(Output out) {
    out.writeVarint(id);
    out.writeVarint(ids.length);
    for (long half : ids) {
      out.writeLong(half);
    }
  }

  static OperationSelected decode(Input in) {
    long id = in.readVarint();
    long[] ids = new long[in.readVarint32()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = in.readLong();
    }
    return new OperationSelected(id, ids);
  }

  @Override
  public void apply(State state, long atMillis) {
    state.select(id, ids);
  }
}
