/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import java.time.Duration;

/** Points in time and lengths that never wrap around, whatever users ask for. */
public final class Moments {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private Moments() {}

  /** The time so long after another; {@link Long#MAX_VALUE}: never. */
  public static long after(long atMillis, long lengthMillis) {
    long sum = atMillis + lengthMillis;
    return lengthMillis >= 0 && sum < atMillis ? Long.MAX_VALUE : sum;
  }

  /** Milliseconds as nanoseconds; {@link Long#MAX_VALUE}: never, or too far away. */
  public static long nanos(long millis) {
    return millis > Long.MAX_VALUE / NANOS_PER_MILLI ? Long.MAX_VALUE : millis * NANOS_PER_MILLI;
  }

  /** Nanoseconds as milliseconds, rounded up; {@link Long#MAX_VALUE}: never. */
  public static long millis(long nanos) {
    return nanos == Long.MAX_VALUE ? nanos : -Math.floorDiv(-nanos, NANOS_PER_MILLI);
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
