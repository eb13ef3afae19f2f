/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.fairness;

import java.util.Arrays;

/**
 * How long jobs of late waited for a slot: counts of waits in buckets that grow with the wait,
 * eight for each doubling (as in G. Tene's HdrHistogram), so that a quantile is off by a sixteenth
 * at most. Two generations of five minutes: what it tells is about the starts of the last five to
 * ten minutes. Sketches of several queues add up to that of their class.
 *
 * <p>Cost: one addition a start; 2 KB, from the first start on.
 */
final class WaitSketch {
  static final long GENERATION_NANOS = 300L * 1_000_000_000;
  private static final int SUB_BITS = 3;
  private static final int SUB = 1 << SUB_BITS;
  private static final int BUCKETS = 256;

  private int[] present;
  private int[] before;
  private long generation;

  /** Counts of several sketches. */
  static final class Sum {
    private final long[] counts = new long[BUCKETS];
    private long count;

    void add(Sum other) {
      for (int bucket = 0; bucket < BUCKETS; bucket++) {
        counts[bucket] += other.counts[bucket];
      }
      count += other.count;
    }

    /** How many jobs were counted. */
    long count() {
      return count;
    }

    /**
     * The wait that so large a part of the jobs did not exceed, ms; -1: there were none.
     *
     * @param part 0 to 1
     */
    long quantile(double part) {
      long rank = Math.max(1, (long) Math.ceil(part * count));
      long seen = 0;
      for (int bucket = 0; bucket < BUCKETS; bucket++) {
        seen += counts[bucket];
        if (seen >= rank) {
          return middle(bucket);
        }
      }
      return -1;
    }
  }

  void add(long waitMillis, long nowNanos) {
    if (present == null) {
      present = new int[BUCKETS];
      before = new int[BUCKETS];
      generation = generation(nowNanos);
    }
    turn(generation(nowNanos));
    present[bucket(waitMillis)]++;
  }

  private void turn(long now) {
    if (now <= generation) {
      return;
    }
    int[] oldest = before;
    before = present;
    present = oldest;
    Arrays.fill(present, 0);
    if (now > generation + 1) {
      Arrays.fill(before, 0);
    }
    generation = now;
  }

  void addTo(Sum sum, long nowNanos) {
    if (present == null) {
      return;
    }
    turn(generation(nowNanos));
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      int jobs = present[bucket] + before[bucket];
      sum.counts[bucket] += jobs;
      sum.count += jobs;
    }
  }

  private static long generation(long nanos) {
    return Math.floorDiv(nanos, GENERATION_NANOS);
  }

  private static int bucket(long millis) {
    if (millis < SUB) {
      return (int) Math.max(0, millis);
    }
    int doubling = Long.SIZE - 1 - Long.numberOfLeadingZeros(millis) - SUB_BITS;
    int within = (int) (millis >> doubling) & SUB - 1;
    return Math.min(BUCKETS - 1, (doubling + 1) * SUB + within);
  }

  private static long middle(int bucket) {
    if (bucket < SUB) {
      return bucket;
    }
    int doubling = bucket / SUB - 1;
    long least = (long) (SUB + bucket % SUB) << doubling;
    return least + (1L << doubling) / 2;
  }
}
