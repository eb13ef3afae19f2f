/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import java.util.concurrent.ThreadLocalRandom;

/** Exponential back-off: 20 ms doubled each time up to 2 s, varied by a fifth. */
final class Backoff {
  private static final long FIRST_MILLIS = 20;
  private static final long CAP_MILLIS = 2_000;

  private Backoff() {}

  /** Milliseconds to wait after so many failures in a row, from 1. */
  static long millis(int failures) {
    long plain = Math.min(CAP_MILLIS, FIRST_MILLIS << Math.min(failures - 1, 16));
    return Math.round(plain * (0.8 + 0.4 * ThreadLocalRandom.current().nextDouble()));
  }
}
