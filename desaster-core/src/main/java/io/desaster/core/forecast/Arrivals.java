/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import io.desaster.core.state.JobRecord;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * How many jobs came into a queue in each of the latest {@value #BINS} spans of {@value
 * #BIN_MILLIS} ms, and what the last ones were like. What will come is drawn from the spans as they
 * were (a block bootstrap), so a burst stays a burst, and one burst is not taken for a steady
 * stream. The span that is not over yet does not count.
 */
final class Arrivals {
  static final int BINS = 30;
  static final long BIN_MILLIS = 10_000;
  private static final int TEMPLATES = 8;

  /** One more than count: the present span. */
  private final int[] counts = new int[BINS + 1];

  private final JobRecord[] templates = new JobRecord[TEMPLATES];
  private long newestBin;
  private long total;

  void add(JobRecord job, long atMillis) {
    advance(atMillis);
    counts[(int) (newestBin % counts.length)]++;
    templates[(int) (total++ % TEMPLATES)] = job;
  }

  private void advance(long atMillis) {
    long bin = atMillis / BIN_MILLIS;
    if (bin - newestBin > BINS) {
      Arrays.fill(counts, 0);
      newestBin = bin;
    }
    while (newestBin < bin) {
      newestBin++;
      counts[(int) (newestBin % counts.length)] = 0;
    }
  }

  /** What is expected from now on. */
  Expected expected(long nowMillis) {
    advance(nowMillis);
    int[] busy = new int[BINS];
    int found = 0;
    for (int age = 1; age <= BINS; age++) {
      int count = counts[(int) ((newestBin - age + counts.length) % counts.length)];
      if (count > 0) {
        busy[found++] = count;
      }
    }
    int known = (int) Math.min(total, TEMPLATES);
    return new Expected(Arrays.copyOf(busy, found), Arrays.copyOf(templates, known));
  }

  /**
   * What is expected to come; does not change any more.
   *
   * @param busy jobs of each span in which some came
   * @param templates what they were like
   */
  record Expected(int[] busy, JobRecord[] templates) {
    boolean none() {
      return busy.length == 0 || templates.length == 0;
    }

    /** What one future takes for granted: as many spans, drawn from those that were. */
    Expected resample(RandomGenerator random) {
      int[] drawn = new int[BINS];
      int found = 0;
      for (int i = 0; i < BINS; i++) {
        int which = random.nextInt(BINS);
        if (which < busy.length) {
          drawn[found++] = busy[which];
        }
      }
      return new Expected(Arrays.copyOf(drawn, found), templates);
    }

    /** How many spans from this one on the next one is in which some come, at least 0. */
    long spansUntilNext(RandomGenerator random) {
      if (busy.length >= BINS) {
        return 0;
      }
      double quiet = 1 - busy.length / (double) BINS;
      return (long) (Math.log(1 - random.nextDouble()) / Math.log(quiet));
    }

    int count(RandomGenerator random) {
      return busy[random.nextInt(busy.length)];
    }

    JobRecord template(RandomGenerator random) {
      return templates[random.nextInt(templates.length)];
    }
  }
}
