/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast.trial;

import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;

/**
 * Predicts as nobody can: it knows from which distribution run times and pauses between arrivals
 * are drawn, but not what will be drawn. What it is off by is chance, which no prediction can
 * spare.
 */
final class Oracle {
  private static final int FUTURES = 401;

  private final double medianMillis;
  private final double sigma;
  private final RandomGenerator random;

  /** Lognormal run times. */
  Oracle(double medianMillis, double sigma, RandomGenerator random) {
    this.medianMillis = medianMillis;
    this.sigma = sigma;
    this.random = random;
  }

  /**
   * The median wait of a job, ms.
   *
   * @param elapsedMillis how long each of the running jobs has run; all slots are taken
   * @param position of the job in its queue, from 1
   * @param first how many jobs wait that start before all of its queue
   * @param gapMillis mean pause between arrivals of such jobs, infinite if none come
   */
  double medianWait(double[] elapsedMillis, int position, int first, double gapMillis) {
    double[] waits = new double[FUTURES];
    Arrays.setAll(waits, i -> wait(elapsedMillis, position, first, gapMillis));
    Arrays.sort(waits);
    return waits[FUTURES / 2];
  }

  private double wait(double[] elapsedMillis, int position, int first, double gapMillis) {
    PriorityQueue<Double> ends = new PriorityQueue<>();
    for (double elapsed : elapsedMillis) {
      ends.add(run(elapsed) - elapsed);
    }
    int left = position;
    int ahead = first;
    double arrival = pause(gapMillis);
    while (true) {
      double now = ends.poll();
      for (; arrival <= now; arrival += pause(gapMillis)) {
        ahead++;
      }
      if (ahead > 0) {
        ahead--;
      } else if (--left == 0) {
        return now;
      }
      ends.add(now + run(0));
    }
  }

  private double pause(double gapMillis) {
    return -Math.log(1 - random.nextDouble()) * gapMillis;
  }

  /** A run time that is longer than this. */
  private double run(double longerThan) {
    double least = Math.log(longerThan / medianMillis) / sigma;
    return medianMillis * Math.exp(sigma * normal(least));
  }

  /**
   * A normal number above a bound (C. P. Robert, Simulation of Truncated Normal Variables,
   * Statistics and Computing 5, 1995).
   */
  private double normal(double least) {
    if (least <= 0) {
      double drawn = random.nextGaussian();
      while (drawn < least) {
        drawn = random.nextGaussian();
      }
      return drawn;
    }
    double rate = (least + Math.sqrt(least * least + 4)) / 2;
    while (true) {
      double drawn = least - Math.log(1 - random.nextDouble()) / rate;
      double off = drawn - rate;
      if (random.nextDouble() <= Math.exp(-off * off / 2)) {
        return drawn;
      }
    }
  }
}
