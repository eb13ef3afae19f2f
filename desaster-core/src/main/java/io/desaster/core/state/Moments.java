/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import java.time.Duration;

/** Points in time and lengths in milliseconds that never wrap around, whatever users ask for. */
public final class Moments {
  private Moments() {}

  /** The time so long after another; {@link Long#MAX_VALUE}: never. */
  public static long after(long atMillis, long lengthMillis) {
    long sum = atMillis + lengthMillis;
    return lengthMillis >= 0 && sum < atMillis ? Long.MAX_VALUE : sum;
  }

  /** The length; {@link Long#MAX_VALUE} if it does not fit. */
  public static long millis(Duration length) {
    try {
      return length.toMillis();
    } catch (ArithmeticException tooLong) {
      return length.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }
}
