/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import java.util.Arrays;

/**
 * A series in one line: a column for each span, from zero to the largest value, blank if unknown.
 */
final class Sparkline {
  private static final String LEVELS = "▁▂▃▄▅▆▇█";

  private Sparkline() {}

  /**
   * Draws it.
   *
   * @param values NaN where unknown
   * @param width columns at most; several values share one, which shows their average
   */
  static String of(double[] values, int width) {
    int columns = Math.min(width, values.length);
    double[] averages = new double[columns];
    for (int c = 0; c < columns; c++) {
      int begin = (int) ((long) c * values.length / columns);
      int end = (int) ((c + 1L) * values.length / columns);
      averages[c] =
          Arrays.stream(values, begin, end)
              .filter(value -> !Double.isNaN(value))
              .average()
              .orElse(Double.NaN);
    }
    double top = Arrays.stream(averages).filter(value -> !Double.isNaN(value)).max().orElse(0);
    StringBuilder line = new StringBuilder();
    for (double value : averages) {
      line.append(Double.isNaN(value) ? ' ' : LEVELS.charAt(level(value, top)));
    }
    return line.toString();
  }

  private static int level(double value, double top) {
    return top <= 0 ? 0 : (int) Math.round(value / top * (LEVELS.length() - 1));
  }
}
