/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.State;

/** A key is free again. */
public record CoolDownEnded(int queueId, String key) implements Event {
  static final int TYPE = 17;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    out.writeVarint(queueId);
    out.writeString(key);
  }

  static CoolDownEnded decode(Input in) {
    return new CoolDownEnded(in.readVarint32(), in.readString());
  }

  @Override
  public void apply(State state, long atMillis) {
    state.coolDowns().remove(queueId, key);
  }
}
