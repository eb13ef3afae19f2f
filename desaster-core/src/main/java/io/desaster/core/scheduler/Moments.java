/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

/** Points in time, milliseconds since 1970, that never wrap around. */
public final class Moments {
  private Moments() {}

  /** The time so long after another; {@link Long#MAX_VALUE}: never. */
  public static long after(long atMillis, long lengthMillis) {
    long sum = atMillis + lengthMillis;
    return lengthMillis >= 0 && sum < atMillis ? Long.MAX_VALUE : sum;
  }
}
