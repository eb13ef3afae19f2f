/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.core.state.Moments;

/**
 * The clock of the trees: one mastership's monotonic clock, set at its start to where the one
 * before it ended. As batches carry the wall clock only, what it differs by from that is journaled
 * when it has become too much.
 */
final class TreeClock {
  /** Host clocks are steered by up to half a millisecond a second; that shall not be journaled. */
  private static final long DRIFT_MAX_MILLIS = 100;

  /** Two clocks of whole milliseconds are never further apart than this without a reason. */
  private static final long ROUNDING_MILLIS = 2;

  private final long offsetMillis;

  /** At a time of the monotonic clock. */
  TreeClock(long treeMillis, long monoMillis) {
    offsetMillis = treeMillis - monoMillis;
  }

  long millis(long monoMillis) {
    return monoMillis + offsetMillis;
  }

  /** When the trees' time will be this; {@link Long#MAX_VALUE}: never. */
  long monoMillis(long treeNanos) {
    return treeNanos == Long.MAX_VALUE ? treeNanos : Moments.millis(treeNanos) - offsetMillis;
  }

  /** Whether the trees' time must be set, being so far behind this clock, or before it. */
  static boolean tooFar(long behindMillis) {
    return Math.abs(behindMillis) > DRIFT_MAX_MILLIS;
  }

  /** Whether they are behind for another reason than rounding. */
  static boolean far(long behindMillis) {
    return behindMillis > ROUNDING_MILLIS;
  }
}
