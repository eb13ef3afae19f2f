/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.State;

/**
 * The wall clock of the master went otherwise than time: somebody set it. The clock of the trees
 * does not follow. First in its batch.
 *
 * @param shiftMillis what is added to a batch's time from now on to get that of the trees
 */
public record ClockShifted(long shiftMillis) implements Event {
  static final int TYPE = 27;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    out.writeSigned(shiftMillis);
  }

  static ClockShifted decode(Input in) {
    return new ClockShifted(in.readSigned());
  }

  @Override
  public void apply(State state, long atMillis) {
    state.shiftClock(shiftMillis);
  }
}
