/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import io.desaster.core.discipline.Disciplines;
import io.desaster.core.state.QueueRecord;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Looks at many possible futures of a picture. All of them go to the end if that takes no more than
 * {@value #STARTS} starts in all. Otherwise few go far, and all look at what starts next; how much
 * they differ there is taken for what comes behind, in proportion to the wait. What even those that
 * go far do not reach follows from how fast its queue was served at their end (a fluid).
 */
final class Prognosis {
  static final int FUTURES = 64;
  private static final int STARTS = 400_000;
  private static final int COMERS_MAX = 16_384;
  private static final int FAR_STARTS = 150_000;
  private static final int FAR_FUTURES_MAX = 8;
  private static final long HORIZON_MILLIS = 20L * 24 * 3600 * 1000;

  private final Picture picture;
  private final Disciplines disciplines;
  private final SplittableRandom random;
  private final int jobs;
  private final Outlook.Spans spans;
  private final int[][] runningEnds;
  private int futures;

  private Prognosis(Picture picture, Disciplines disciplines, SplittableRandom random) {
    this.picture = picture;
    this.disciplines = disciplines;
    this.random = random;
    this.jobs = picture.size();
    this.spans = new Outlook.Spans(jobs);
    this.runningEnds = new int[FUTURES + FAR_FUTURES_MAX][];
  }

  static Outlook of(Picture picture, Disciplines disciplines, SplittableRandom random) {
    return new Prognosis(picture, disciplines, random).make();
  }

  /** One future: when jobs start and end, by their place in the picture or among some of them. */
  private final class Future implements Replay.Watcher {
    final int[] places;
    final int[] starts;
    final int[] ends;
    final int[] running = new int[picture.running().length];
    final long lengthMillis;

    Future(boolean[] included, int[] places, int size, int startsMax) {
      this.places = places;
      starts = new int[size];
      ends = new int[size];
      Arrays.fill(starts, Replay.NEVER);
      Arrays.fill(ends, Replay.NEVER);
      Arrays.fill(running, Replay.UNKNOWN);
      runningEnds[futures++] = running;
      Replay replay = new Replay(picture, disciplines, included, COMERS_MAX, random.split(), this);
      replay.run(startsMax, picture.nowMillis() + HORIZON_MILLIS, true);
      lengthMillis = replay.lengthMillis();
    }

    @Override
    public void started(int index, QueueRecord queue, long waitMillis, int start, int end) {
      int at = index < 0 || places == null ? index : places[index];
      if (at >= 0) {
        starts[at] = start;
        ends[at] = end;
      }
    }

    @Override
    public void ends(int runningIndex, int end) {
      running[runningIndex] = end;
    }
  }

  private Outlook make() {
    if ((long) jobs * FUTURES <= STARTS) {
      Future[] all = new Future[FUTURES];
      Arrays.setAll(all, i -> new Future(null, null, jobs, Math.max(STARTS / FUTURES, jobs * 4)));
      for (int i = 0; i < jobs; i++) {
        set(i, i, all);
      }
    } else {
      far();
    }
    return outlook();
  }

  private void set(int index, int place, Future[] all) {
    Quantiles quantiles = new Quantiles(all.length);
    for (Future one : all) {
      quantiles.add(one.starts[place]);
    }
    quantiles.settle();
    spans.setStart(index, quantiles.p50(), quantiles.p90());
    quantiles.clear();
    for (Future one : all) {
      quantiles.add(one.ends[place]);
    }
    quantiles.settle();
    spans.setFinish(index, quantiles.p50(), quantiles.p90());
  }

  private void far() {
    int reached = Math.min(jobs, FAR_STARTS);
    Future[] far = new Future[Math.max(1, Math.min(FAR_FUTURES_MAX, STARTS / 2 / reached))];
    Arrays.setAll(far, i -> new Future(null, null, jobs, FAR_STARTS));
    int near = STARTS / 4 / FUTURES;
    int[] order = order(far[0]);
    int included = Math.min(jobs, near * 2);
    int[] places = new int[jobs];
    boolean[] among = new boolean[jobs];
    Arrays.fill(places, -1);
    for (int i = 0; i < included; i++) {
      places[order[i]] = i;
      among[order[i]] = true;
    }
    Future[] all = new Future[FUTURES];
    Arrays.setAll(all, i -> new Future(among, places, included, near * 2));
    for (int i = 0; i < near; i++) {
      set(order[i], i, all);
    }
    FarTail tail = new FarTail(picture, spans, List.of(far).stream().map(f -> f.starts).toList());
    tail.calibrate(order, near);
    tail.set(order, near, far[0].lengthMillis);
  }

  /** Places of all jobs in the order in which they start in this future. */
  private int[] order(Future future) {
    long[] keys = new long[jobs];
    for (int i = 0; i < jobs; i++) {
      long start = future.starts[i] == Replay.UNKNOWN ? Replay.NEVER - 1L : future.starts[i];
      keys[i] = start << 32 | i;
    }
    Arrays.sort(keys);
    int[] order = new int[jobs];
    Arrays.setAll(order, i -> (int) keys[i]);
    return order;
  }

  private Outlook outlook() {
    int running = picture.running().length;
    int[] p50 = new int[running];
    int[] p90 = new int[running];
    Quantiles quantiles = new Quantiles(futures);
    for (int i = 0; i < running; i++) {
      quantiles.clear();
      for (int k = 0; k < futures; k++) {
        quantiles.add(runningEnds[k][i]);
      }
      quantiles.settle();
      p50[i] = quantiles.p50();
      p90[i] = quantiles.p90();
    }
    return new Outlook(picture, spans, p50, p90);
  }
}
