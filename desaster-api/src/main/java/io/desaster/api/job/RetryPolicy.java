/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.job;

import java.time.Duration;
import java.util.List;

/**
 * When a failed job is tried again. The delay before attempt n+1 is {@code min(cap, base *
 * factor^(n-1))}, varied by up to {@code ± jitter} of itself.
 *
 * @param maxAttempts number of tries in all, at least 1
 * @param base first delay, not negative
 * @param factor growth from one delay to the next, at least 1
 * @param cap largest delay
 * @param jitter 0 to 1
 * @param neverOn exit codes after which the job is not tried again
 */
public record RetryPolicy(
    int maxAttempts,
    Duration base,
    double factor,
    Duration cap,
    double jitter,
    List<Integer> neverOn) {

  public static final RetryPolicy DEFAULT =
      new RetryPolicy(20, Duration.ofSeconds(5), 2, Duration.ofHours(6), 0.1, List.of());

  /** One try and no more. */
  public static final RetryPolicy NONE =
      new RetryPolicy(1, Duration.ZERO, 1, Duration.ZERO, 0, List.of());

  public RetryPolicy {
    if (maxAttempts < 1) {
      throw new IllegalArgumentException("retry: at least 1 attempt is needed, not " + maxAttempts);
    }
    if (base.isNegative() || cap.isNegative()) {
      throw new IllegalArgumentException("retry: base and cap must not be negative");
    }
    if (!(factor >= 1) || factor > 1000) {
      throw new IllegalArgumentException("retry: factor must be 1 to 1000, not " + factor);
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("retry: jitter must be 0 to 1, not " + jitter);
    }
    neverOn = List.copyOf(neverOn);
  }

  /**
   * Milliseconds to wait after the failed attempt {@code attempt} (from 1).
   *
   * @param random a number in [0, 1) that places the delay inside the jitter
   */
  public long delayMillis(int attempt, double random) {
    double plain = base.toMillis() * Math.pow(factor, attempt - 1);
    double capped = Math.min(plain, cap.toMillis());
    return Math.max(0, Math.round(capped * (1 + jitter * (2 * random - 1))));
  }
}
