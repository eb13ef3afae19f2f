/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import io.desaster.core.state.JobRecord;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Starts of jobs that only few futures reach, or none. A future has its own idea of how long jobs
 * run, which makes all its waits longer or shorter by about the same factor; what that is, and how
 * much futures differ, is seen where all of them have been.
 */
final class FarTail {
  private static final int P50 = 50;
  private static final int P90 = 90;

  private final Picture picture;
  private final Outlook.Spans spans;
  private final List<int[]> starts;
  private final Map<Integer, int[]> runs = new HashMap<>();
  private double scale = 1;
  private double spread = 1;

  /**
   * @param starts of all jobs in the futures that go far
   */
  FarTail(Picture picture, Outlook.Spans spans, List<int[]> starts) {
    this.picture = picture;
    this.spans = spans;
    this.starts = starts;
  }

  /** Compares where all futures have been: the second half of the {@code near} first jobs. */
  void calibrate(int[] order, int near) {
    double[] scales = new double[near - near / 2];
    double[] spreads = new double[scales.length];
    int found = 0;
    for (int i = near / 2; i < near; i++) {
      int p50 = spans.startP50[order[i]];
      int p90 = spans.startP90[order[i]];
      int mean = mean(order[i]);
      if (isTime(p50) && isTime(p90) && isTime(mean) && p50 > 0 && mean > 0) {
        scales[found] = p50 / (double) mean;
        spreads[found++] = p90 / (double) p50;
      }
    }
    if (found > 0) {
      Arrays.sort(scales, 0, found);
      Arrays.sort(spreads, 0, found);
      scale = scales[found / 2];
      spread = spreads[found / 2];
    }
  }

  private static boolean isTime(int span) {
    return span != Replay.NEVER && span != Replay.UNKNOWN;
  }

  /** In those futures in which it starts. */
  private int mean(int index) {
    long sum = 0;
    int number = 0;
    for (int[] one : starts) {
      if (one[index] == Replay.UNKNOWN) {
        return Replay.UNKNOWN;
      } else if (one[index] != Replay.NEVER) {
        sum += one[index];
        number++;
      }
    }
    return number == 0 ? Replay.NEVER : (int) (sum / number);
  }

  /**
   * Sets what is behind the first jobs.
   *
   * @param lengthMillis of the first future
   */
  void set(int[] order, int near, long lengthMillis) {
    Map<Integer, Fluid> fluids = new HashMap<>();
    for (int i = near; i < order.length; i++) {
      int index = order[i];
      JobRecord job = picture.jobs()[index];
      boolean known = picture.lineage().obstacle(job).isEmpty();
      int start = known ? mean(index) : Replay.UNKNOWN;
      Fluid fluid = fluids.computeIfAbsent(job.queueId(), id -> new Fluid());
      if (start == Replay.NEVER) {
        start = fluid.next(lengthMillis);
      } else if (start != Replay.UNKNOWN && start > lengthMillis / 2) {
        fluid.started++;
      }
      set(index, job, start);
    }
  }

  private void set(int index, JobRecord job, int start) {
    if (!isTime(start)) {
      spans.setStart(index, start, start);
      spans.setFinish(index, start, start);
      return;
    }
    int p50 = sum(start * scale, 0);
    int p90 = sum(start * scale * spread, 0);
    spans.setStart(index, p50, p90);
    int source = picture.sources()[index];
    if (source == Sources.UNKNOWN) {
      spans.setFinish(index, Replay.UNKNOWN, Replay.UNKNOWN);
    } else if (source == Sources.AS_ESTIMATED) {
      long run = job.options().estimateMillis();
      spans.setFinish(index, sum(p50, run), sum(p90, run));
    } else {
      int[] run = runs.computeIfAbsent(source, this::quantiles);
      double unit = job.options().estimateMillis() / (double) RunTimes.THOUSAND;
      double factor = unit > 0 ? unit : 1;
      spans.setFinish(
          index, sum(p50, (long) (run[0] * factor)), sum(p90, (long) (run[1] * factor)));
    }
  }

  private int[] quantiles(int source) {
    int[] values = picture.histories().get(source).resample(new SplittableRandom(source));
    Arrays.sort(values);
    return new int[] {values[values.length * P50 / 100], values[values.length * P90 / 100]};
  }

  private static int sum(double span, long more) {
    return (int) Math.min(span + more, Replay.NEVER - 1);
  }

  /** A queue that goes on as fast as it went in the second half of the first future. */
  private static final class Fluid {
    private int started;
    private int behind;

    int next(long lengthMillis) {
      if (started == 0) {
        return Replay.NEVER;
      }
      double pace = lengthMillis / 2.0 / started;
      return sum(lengthMillis, (long) (++behind * pace));
    }
  }
}
