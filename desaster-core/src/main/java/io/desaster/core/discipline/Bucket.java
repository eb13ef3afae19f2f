/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

/**
 * A token bucket: it fills at a rate up to a burst, and gives as long as it is not negative, so
 * that a single job may cost more than the burst. Debts are kept in full. What it holds is computed
 * from what it held when it was last charged, so looking at it changes nothing, not even a
 * rounding.
 */
final class Bucket {
  private static final double NANOS = 1e9;

  /** A billionth of a unit: what rounding to whole nanoseconds may leave missing. */
  private static final double EPSILON = 1e-9;

  double rate;
  double burst;
  double tokens;
  long atNanos;

  Bucket(double rate, double burst, long nowNanos) {
    this.rate = rate;
    this.burst = burst;
    this.tokens = burst;
    this.atNanos = nowNanos;
  }

  Bucket copy() {
    Bucket copy = new Bucket(rate, burst, atNanos);
    copy.tokens = tokens;
    return copy;
  }

  double at(long nowNanos) {
    if (nowNanos == atNanos) {
      // Charged at this very moment, as most often: the same without the division.
      return Math.min(burst, tokens);
    }
    return Math.min(burst, tokens + rate * ((nowNanos - atNanos) / NANOS));
  }

  /** Takes tokens out, or puts them back if negative. */
  void charge(double cost, long nowNanos) {
    tokens = Math.min(burst, at(nowNanos) - cost);
    atNanos = nowNanos;
  }

  void settle(long nowNanos) {
    charge(0, nowNanos);
  }

  /** What it holds stays, as far as there is room. */
  void change(double newRate, double newBurst, long nowNanos) {
    settle(nowNanos);
    rate = newRate;
    burst = newBurst;
    tokens = Math.min(burst, tokens);
  }

  boolean gives(long nowNanos) {
    return at(nowNanos) >= -EPSILON;
  }

  /** When it gives, if it does not now and nothing is charged until then. */
  long givesAtNanos(long nowNanos) {
    if (rate <= 0) {
      return Long.MAX_VALUE;
    }
    double wait = Math.ceil(-tokens / rate * NANOS);
    return wait >= Long.MAX_VALUE - atNanos
        ? Long.MAX_VALUE
        : Math.max(nowNanos + 1, atNanos + (long) wait);
  }
}
