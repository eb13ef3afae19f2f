/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import java.util.Arrays;

/** How good the latest {@value #KEPT} predictions of starts in a queue proved to be. */
final class Accuracy {
  private static final int KEPT = 64;
  private static final int THOUSAND = 1000;

  /** Errors in thousandths of the wait; those of jobs that came after their P90 are negative. */
  private final int[] errors = new int[KEPT];

  private int total;

  /**
   * A job that was predicted to start has started.
   *
   * @param waitMillis from the prediction to the start
   */
  void add(long waitMillis, long p50Millis, long p90Millis) {
    long wait = Math.max(1, waitMillis);
    long error = Math.min(1_000_000_000, Math.abs(p50Millis - wait) * THOUSAND / wait);
    boolean late = waitMillis > p90Millis;
    errors[total++ % KEPT] = (int) (late ? -1 - error : error);
  }

  int size() {
    return Math.min(total, KEPT);
  }

  /** The median of |predicted P50 - wait| / wait. */
  double medianError() {
    int[] sorted = new int[size()];
    Arrays.setAll(sorted, i -> errors[i] < 0 ? -1 - errors[i] : errors[i]);
    Arrays.sort(sorted);
    return sorted[(sorted.length - 1) / 2] / (double) THOUSAND;
  }

  /** The part of the jobs that started before their P90. */
  double coverage() {
    int early = 0;
    for (int i = 0; i < size(); i++) {
      early += errors[i] >= 0 ? 1 : 0;
    }
    return early / (double) size();
  }

  /** Becomes the same as the other one. */
  void take(Accuracy other) {
    System.arraycopy(other.errors, 0, errors, 0, KEPT);
    total = other.total;
  }

  void encode(Output out) {
    out.writeVarint(size());
    for (int i = 0; i < size(); i++) {
      out.writeSigned(errors[i]);
    }
  }

  void decode(Input in) {
    total = in.readVarint32();
    for (int i = 0; i < total; i++) {
      errors[i] = (int) in.readSigned();
    }
  }
}
