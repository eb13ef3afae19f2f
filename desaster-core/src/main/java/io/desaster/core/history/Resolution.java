/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.history;

import java.util.List;

/**
 * Averages over spans of the same length, of which the latest are kept.
 *
 * @param stepSeconds length of a span
 * @param rows how many are kept
 */
record Resolution(int stepSeconds, int rows) {
  /**
   * Ten minutes ago is a little more when the question arrives; a second may be missing instead.
   */
  private static final long SLACK_SECONDS = 2;

  /** The finest first: 10 minutes, 6 hours, 7 days, 365 days. */
  static final List<Resolution> ALL =
      List.of(
          new Resolution(1, 600),
          new Resolution(10, 2_160),
          new Resolution(60, 10_080),
          new Resolution(600, 52_560));

  /**
   * The coarsest of whose spans those wanted are made, among those that reach back far enough; if
   * there is none, the finest that reaches back; if none reaches back, the coarsest of all.
   *
   * @return an index into {@link #ALL}
   */
  static int choose(long fromSeconds, long nowSeconds, long wantedSeconds) {
    int chosen = -1;
    for (int i = 0; i < ALL.size(); i++) {
      Resolution one = ALL.get(i);
      boolean reaches =
          nowSeconds - (long) one.rows * one.stepSeconds <= fromSeconds + SLACK_SECONDS;
      if (reaches && (chosen < 0 || wantedSeconds % one.stepSeconds == 0)) {
        chosen = i;
      }
    }
    return chosen < 0 ? ALL.size() - 1 : chosen;
  }
}
