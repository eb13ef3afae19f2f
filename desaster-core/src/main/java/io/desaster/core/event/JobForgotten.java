/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.State;
import io.desaster.core.state.Tombstones;

/**
 * A finished job's record is gone.
 *
 * @param specHash to recognise the same job submitted again
 * @param rememberUntil how long its id is remembered; 0: not at all
 */
public record JobForgotten(long high, long low, long specHash, long rememberUntil)
    implements Event {
  static final int TYPE = 12;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    out.writeLong(high);
    out.writeLong(low);
    out.writeVarint(rememberUntil);
    if (rememberUntil != 0) {
      out.writeLong(specHash);
    }
  }

  static JobForgotten decode(Input in) {
    long high = in.readLong();
    long low = in.readLong();
    long rememberUntil = in.readVarint();
    return new JobForgotten(high, low, rememberUntil == 0 ? 0 : in.readLong(), rememberUntil);
  }

  @Override
  public void apply(State state, long atMillis) {
    state.forget(state.head(high, low));
    if (rememberUntil != 0) {
      state.bury(new Tombstones.Stone(high, low, specHash, rememberUntil), atMillis);
    }
  }
}
