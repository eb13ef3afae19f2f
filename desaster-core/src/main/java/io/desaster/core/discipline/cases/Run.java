/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline.cases;

/**
 * An attempt that was started.
 *
 * @param attempt from 1
 * @param sequence place among all starts
 * @param succeeds whether it is the job's last
 */
record Run(
    SimJob job, int attempt, long sequence, long startNanos, long endNanos, boolean succeeds) {
  private static final double NANOS = 1e9;

  /** Slot-seconds used in a window. */
  double secondsIn(long fromNanos, long toNanos) {
    return Math.max(0, Math.min(endNanos, toNanos) - Math.max(startNanos, fromNanos)) / NANOS;
  }
}
