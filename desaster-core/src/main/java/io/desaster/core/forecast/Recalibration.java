/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import java.util.Arrays;

/**
 * How far the futures of a queue have to be stretched so that its P50 and P90 are right as often as
 * they say. Of each judged prediction the score is kept: how far from its P50 the job started, in
 * steps from P50 to P90 (of logarithms, for waits are products of a scale that nobody knows). If
 * predictions were right, half of the scores would be below 0 and nine of ten below 1; what they
 * are instead is where P50 and P90 belong.
 *
 * <p>To the last {@value #KEPT} scores come {@value #TRUSTED} of a prediction that is right, so
 * that little evidence changes little. Scores must not overlap in time: waits of jobs that wait
 * together are long together, and would count many times.
 *
 * <p>V. Kuleshov, N. Fenner, S. Ermon, Accurate Uncertainties for Deep Learning Using Calibrated
 * Regression, ICML 2018; the scores are those of conformal prediction (V. Vovk, A. Gammerman, G.
 * Shafer, Algorithmic Learning in a Random World, 2005).
 */
final class Recalibration {
  static final int KEPT = 64;
  static final int TRUSTED = 16;

  /** Changes nothing. */
  static final Stretch NONE = new Stretch(0, 1);

  /** No score is further from the P50 than so many steps. */
  private static final double SCORE_MAX = 8;

  private static final double THOUSAND = 1000;

  /** Of P90 in the standard normal distribution. */
  private static final double NORMAL_P90 = 1.2816;

  /** The quantiles 1/32, 3/32, … of a normal distribution of which P50 is 0 and P90 is 1. */
  private static final double[] RIGHT = right();

  /** Scores in thousandths; a ring. */
  private final short[] scores = new short[KEPT];

  private int total;
  private Stretch stretch = NONE;

  /**
   * Where P50 and P90 belong.
   *
   * @param p50 in steps from the P50 to the P90 of the futures
   * @param p90 likewise, not less
   */
  record Stretch(double p50, double p90) {}

  /** A wait so many steps from {@code from} to {@code to}, which is later. */
  static int stretched(int from, int to, double steps) {
    double value = from * Math.pow(to / (double) from, steps);
    return (int) Math.min(Math.round(value), Replay.NEVER - 1);
  }

  private static double[] right() {
    // By Bowling et al.'s logistic approximation of the normal distribution, off by 0.1 % at most.
    double[] quantiles = new double[TRUSTED];
    for (int i = 0; i < TRUSTED; i++) {
      double logit = Math.log((i + 0.5) / (TRUSTED - i - 0.5));
      quantiles[i] = normal(logit) / NORMAL_P90;
    }
    return quantiles;
  }

  /** Solves 0.07056 x³ + 1.5976 x = logit. */
  private static double normal(double logit) {
    double x = logit / 1.5976;
    for (int i = 0; i < 8; i++) {
      x -= (0.07056 * x * x * x + 1.5976 * x - logit) / (3 * 0.07056 * x * x + 1.5976);
    }
    return x;
  }

  /** Whether a prediction has a range, so that it tells something when it is judged. */
  static boolean tells(long p50Millis, long p90Millis) {
    return p50Millis > 0 && p90Millis > p50Millis;
  }

  /**
   * A job has started of which something was predicted that {@linkplain #tells tells}.
   *
   * @param p50Millis of the futures, not stretched
   * @param p90Millis likewise
   */
  void add(long waitMillis, long p50Millis, long p90Millis) {
    double step = Math.log(p90Millis / (double) p50Millis);
    double score = Math.log(Math.max(1, waitMillis) / (double) p50Millis) / step;
    double bounded = Math.max(-SCORE_MAX, Math.min(score, SCORE_MAX));
    scores[total++ % KEPT] = (short) Math.round(bounded * THOUSAND);
    stretch = null;
  }

  int size() {
    return Math.min(total, KEPT);
  }

  /** What the scores ask for. */
  Stretch stretch() {
    if (stretch == null) {
      stretch = found();
    }
    return stretch;
  }

  private Stretch found() {
    double[] all = Arrays.copyOf(RIGHT, TRUSTED + size());
    for (int i = 0; i < size(); i++) {
      all[TRUSTED + i] = scores[i] / THOUSAND;
    }
    Arrays.sort(all);
    return new Stretch(quantile(all, 0.5), quantile(all, 0.9));
  }

  private static double quantile(double[] sorted, double part) {
    double at = part * sorted.length - 0.5;
    int below = (int) at;
    double rest = at - below;
    return sorted[below] * (1 - rest) + sorted[Math.min(below + 1, sorted.length - 1)] * rest;
  }

  /** Becomes the same as the other one. */
  void take(Recalibration other) {
    System.arraycopy(other.scores, 0, scores, 0, KEPT);
    total = other.total;
    stretch = other.stretch;
  }

  void encode(Output out) {
    out.writeVarint(size());
    for (int age = size(); age > 0; age--) {
      out.writeSigned(scores[(total - age) % KEPT]);
    }
  }

  void decode(Input in) {
    total = in.readVarint32();
    for (int i = 0; i < total; i++) {
      scores[i] = (short) in.readSigned();
    }
    stretch = total == 0 ? NONE : null;
  }
}
