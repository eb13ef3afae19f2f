/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import java.util.Arrays;

/** The middle and the ninth decile of what several futures have, {@link Replay}'s words kept. */
final class Quantiles {
  private static final double P50 = 0.5;
  private static final double P90 = 0.9;

  private final int[] values;
  private int known;
  private int unknown;

  /**
   * @param futures how many there are at most
   */
  Quantiles(int futures) {
    values = new int[futures];
  }

  void clear() {
    known = 0;
    unknown = 0;
  }

  void add(int value) {
    if (value == Replay.UNKNOWN) {
      unknown++;
    } else {
      values[known++] = value;
    }
  }

  /** Sorts what was added; to be called before the quantiles are. */
  Quantiles settle() {
    Arrays.sort(values, 0, known);
    return this;
  }

  int p50() {
    return at(P50);
  }

  int p90() {
    return at(P90);
  }

  private int at(double part) {
    int futures = known + unknown;
    int rank = (int) Math.ceil(part * futures) - 1;
    if (futures == 0) {
      return Replay.NEVER;
    }
    // Of what is not known it is known that it comes later.
    if (rank >= known) {
      return Replay.UNKNOWN;
    }
    return values[Math.max(0, rank)];
  }
}
