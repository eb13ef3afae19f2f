/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Figures of one benchmark, round by round, and how they compare. */
final class Figures {
  private final Map<String, List<Double>> all = new LinkedHashMap<>();

  void add(String name, double value) {
    all.computeIfAbsent(name, any -> new ArrayList<>()).add(value);
  }

  double median(String name) {
    return median(values(name));
  }

  /** Median of the rounds' ratios, so that what else the machine did hit both alike. */
  double ratio(String ours, String peers) {
    double[] above = values(ours);
    double[] below = values(peers);
    double[] ratios = new double[Math.min(above.length, below.length)];
    Arrays.setAll(ratios, i -> above[i] / below[i]);
    return median(ratios);
  }

  private double[] values(String name) {
    return all.get(name).stream().mapToDouble(value -> value).toArray();
  }

  static double median(double[] values) {
    return quantile(values, 0.5);
  }

  static double quantile(double[] values, double part) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1L, Math.round(part * (sorted.length - 1)))];
  }

  /** Prints each figure with its least and greatest value. */
  void print(String unit) {
    all.forEach(
        (name, list) -> {
          double[] values = values(name);
          line(
              "  %-44s %,12.1f %s (%,.1f to %,.1f, %d rounds)",
              name, median(values), unit, quantile(values, 0), quantile(values, 1), values.length);
        });
  }

  /** Prints whether a ratio or a figure reached what it is to reach. */
  static void verdict(String what, double value, String relation, double target) {
    boolean reached = relation.equals("<=") ? value <= target : value >= target;
    line("  %-44s %12.2f (to reach: %s %.2f) %s", what, value, relation, target, word(reached));
  }

  private static String word(boolean reached) {
    return reached ? "reached" : "NOT reached";
  }

  static void line(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
