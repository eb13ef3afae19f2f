/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import io.desaster.core.state.JobRecord;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The run times of a picture's jobs, as one future has them. A job's run time is drawn from the
 * history of its type, or if that has fewer than {@value #ENOUGH} values, of its queue, or if that
 * has none, of its kind. If its submitter gave an estimate, it is that, times what such estimates
 * proved to be worth.
 */
final class RunTimes {
  static final int THOUSAND = 1000;

  /** How long a job of which nothing is known runs. */
  static final int FOR_EVER = -1;

  static final int ENOUGH = 5;

  /**
   * Of a job that runs longer than any before: the time still to come is that of a Pareto
   * distribution of this shape, half the time it has run at the median.
   */
  private static final double TAIL_SHAPE = 1.7;

  private final List<History> histories;
  private final int[][] drawn;
  private final int[][] sorted;
  private final RandomGenerator random;

  RunTimes(List<History> histories, RandomGenerator random) {
    this.histories = histories;
    this.random = random;
    drawn = new int[histories.size()][];
    sorted = new int[histories.size()][];
  }

  /**
   * How long the job holds its slot, ms, or {@link #FOR_EVER}.
   *
   * @param source number of the history, or what {@link Sources} has instead
   * @param timeoutMillis when it is ended, 0: never
   */
  int draw(JobRecord job, int source, long timeoutMillis) {
    if (source == Sources.UNKNOWN) {
      return FOR_EVER;
    }
    long estimate = job.options().estimateMillis();
    long run = estimate;
    if (source != Sources.AS_ESTIMATED) {
      int[] values = drawn(source);
      run = scaled(values[random.nextInt(values.length)], estimate);
    }
    return bounded(run, timeoutMillis);
  }

  /** How much longer a job runs that has run so long, ms, or {@link #FOR_EVER}. */
  int drawRest(JobRecord job, int source, long timeoutMillis, long elapsedMillis) {
    if (source == Sources.UNKNOWN) {
      return FOR_EVER;
    }
    long estimate = job.options().estimateMillis();
    long run = estimate;
    if (source != Sources.AS_ESTIMATED) {
      int[] values = sorted(source);
      int longer = firstLonger(values, estimate, elapsedMillis);
      run =
          longer < values.length
              ? scaled(values[longer + random.nextInt(values.length - longer)], estimate)
              : 0;
    }
    if (run <= elapsedMillis) {
      double tail = Math.pow(1 - random.nextDouble(), -1 / TAIL_SHAPE);
      run = (long) (Math.max(1, elapsedMillis) * tail);
    }
    if (source != Sources.AS_ESTIMATED && histories.get(source).whole()) {
      extend(source, estimate > 0 ? run * THOUSAND / estimate : run);
    }
    return Math.max(0, bounded(run, timeoutMillis) - (int) Math.min(elapsedMillis, 1 << 30));
  }

  private static int bounded(long run, long timeoutMillis) {
    long most = timeoutMillis > 0 ? Math.min(timeoutMillis, Integer.MAX_VALUE) : Integer.MAX_VALUE;
    return (int) Math.min(run, most);
  }

  private static long scaled(int value, long estimate) {
    return estimate > 0
        ? value * (double) estimate >= Long.MAX_VALUE
            ? Integer.MAX_VALUE
            : (long) (value * (double) estimate / THOUSAND)
        : value;
  }

  private static int firstLonger(int[] values, long estimate, long elapsed) {
    int low = 0;
    int high = values.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (scaled(values[middle], estimate) > elapsed) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /**
   * A history that began a short while ago lacks the long runs that began with it and are not over:
   * they belong to it, as long as they are thought to be (B. Efron, Censored Data and the
   * Bootstrap, Journal of the American Statistical Association 76, 1981).
   */
  private void extend(int source, long value) {
    sorted(source);
    int[] longer = Arrays.copyOf(drawn[source], drawn[source].length + 1);
    longer[longer.length - 1] = (int) Math.min(value, Integer.MAX_VALUE);
    drawn[source] = longer;
  }

  private int[] drawn(int source) {
    if (drawn[source] == null) {
      drawn[source] = histories.get(source).resample(random);
    }
    return drawn[source];
  }

  private int[] sorted(int source) {
    if (sorted[source] == null) {
      sorted[source] = drawn(source).clone();
      Arrays.sort(sorted[source]);
    }
    return sorted[source];
  }
}
