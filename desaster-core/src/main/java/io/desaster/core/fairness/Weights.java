/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.fairness;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Max-min fair shares by weight (D. Bertsekas, R. Gallager, Data Networks, 1992, section 6.5.2):
 * nobody gets more than wanted, and what that leaves goes to the others in proportion to their
 * weights.
 */
final class Weights {
  private Weights() {}

  /**
   * The shares.
   *
   * @param demands what each would take, may be infinite
   * @param amount all there is
   */
  static double[] share(double[] demands, double[] weights, double amount) {
    Integer[] order = new Integer[demands.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> demands[i] / weights[i]));
    double[] shares = new double[demands.length];
    double left = amount;
    double weight = Arrays.stream(weights).sum();
    for (int i : order) {
      shares[i] = Math.max(0, Math.min(demands[i], left * weights[i] / weight));
      left -= shares[i];
      weight -= weights[i];
    }
    return shares;
  }
}
