/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.fairness;

import java.time.Duration;

/**
 * A time up to now in which use is measured. It begins with a second, or with a span of ten if it
 * is longer than a minute, or when measuring began, but at least a second ago.
 *
 * @param fromNanos by the clock of the trees
 * @param nowNanos likewise
 */
record Window(long fromNanos, long nowNanos) {
  /**
   * The window.
   *
   * @param length at most ten minutes
   * @param sinceNanos when measuring began
   */
  static Window of(Duration length, long sinceNanos, long nowNanos) {
    boolean fine = length.toNanos() <= UseMeter.MARKS * UseMeter.SECOND_NANOS;
    long span = fine ? UseMeter.SECOND_NANOS : UseMeter.TEN_NANOS;
    long spans = Math.max(1, -Math.floorDiv(-length.toNanos(), span));
    long from = (Math.floorDiv(nowNanos, span) - spans) * span;
    // What was started within milliseconds is no rate.
    long latest = nowNanos - UseMeter.SECOND_NANOS;
    return new Window(Math.min(Math.max(from, sinceNanos), latest), nowNanos);
  }

  Duration length() {
    return Duration.ofNanos(nowNanos - fromNanos);
  }

  private double seconds() {
    return (nowNanos - fromNanos) / (double) UseMeter.SECOND_NANOS;
  }

  /** Slots held on average. */
  double slots(UseMeter use) {
    double seconds = seconds();
    return seconds > 0 ? use.slotSeconds(fromNanos, nowNanos) / seconds : use.running();
  }

  /** Cost started a second. */
  double cost(UseMeter use) {
    double seconds = seconds();
    return seconds > 0 ? use.cost(fromNanos) / seconds : 0;
  }
}
