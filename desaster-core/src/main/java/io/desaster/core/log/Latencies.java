/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** The last times of something, for quantiles. Written by one thread, read by any. */
final class Latencies {
  private static final int KEPT = 2048;

  private final AtomicIntegerArray micros = new AtomicIntegerArray(KEPT);
  private volatile long count;

  void add(long nanos) {
    long next = count;
    micros.setPlain((int) (next % KEPT), (int) Math.min(Integer.MAX_VALUE, nanos / 1_000));
    count = next + 1;
  }

  /** How many were added. */
  long count() {
    return count;
  }

  /** The quantiles of what is kept, microseconds; 0 if there is nothing. */
  long[] quantiles(double... wanted) {
    int[] sorted = new int[(int) Math.min(count, KEPT)];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = micros.get(i);
    }
    Arrays.sort(sorted);
    long[] result = new long[wanted.length];
    for (int i = 0; i < wanted.length && sorted.length > 0; i++) {
      result[i] = sorted[(int) Math.min(sorted.length - 1, wanted[i] * sorted.length)];
    }
    return result;
  }
}
