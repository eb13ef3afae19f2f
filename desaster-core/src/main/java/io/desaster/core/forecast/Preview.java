/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import io.desaster.api.tree.TreePreview;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.state.QueueRecord;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Looks at several futures of a picture with one tree, and counts what becomes of each queue. */
final class Preview {
  private static final int FUTURES = 16;
  private static final int COMERS_MAX = 100_000;
  private static final int STARTS_MAX = 20_000;
  private static final int P50 = 50;
  private static final int P90 = 90;
  private static final int PERCENT = 100;

  private final Picture picture;
  private final long askedMillis;
  private final Map<Integer, Counts> counts = new LinkedHashMap<>();
  private long reachedMillis;
  private long usedMillis;

  private static final class Counts {
    private int started;
    private long waiting;
    private long usedMillis;
    private long[] waits = new long[16];

    void start(long waitMillis) {
      if (started == waits.length) {
        waits = Arrays.copyOf(waits, started * 2);
      }
      waits[started++] = Math.max(0, waitMillis);
    }

    long wait(int percent) {
      return started == 0 ? -1 : waits[(int) ((long) (started - 1) * percent / PERCENT)];
    }
  }

  /** One future, of which the starts and the slot time of each queue are counted. */
  private final class Future implements Replay.Watcher {
    private final Replay replay;

    Future(Disciplines disciplines, SplittableRandom random) {
      replay = new Replay(picture, disciplines, null, COMERS_MAX, random, this);
      replay.run(STARTS_MAX, picture.nowMillis() + askedMillis, false);
      reachedMillis = Math.min(reachedMillis, replay.reachedMillis());
      counts.forEach((queue, one) -> one.waiting += replay.waiting(queue));
    }

    @Override
    public void started(int index, QueueRecord queue, long waitMillis, int start, int end) {
      counts.get(queue.id()).start(waitMillis);
      use(queue.id(), start, end);
    }

    @Override
    public void ends(int runningIndex, int end) {
      int queue = picture.running()[runningIndex].queueId();
      if (counts.containsKey(queue)) {
        use(queue, 0, end);
      }
    }

    private void use(int queue, int start, int end) {
      long until = end == Replay.UNKNOWN ? askedMillis : Math.min(end, askedMillis);
      long used = Math.max(0, until - Math.max(0, start));
      counts.get(queue).usedMillis += used;
      usedMillis += used;
    }
  }

  private Preview(Picture picture, long askedMillis) {
    this.picture = picture;
    this.askedMillis = askedMillis;
    this.reachedMillis = askedMillis;
    picture.queues().forEach(queue -> counts.put(queue.id(), new Counts()));
  }

  /**
   * Looks ahead; the same seed has the same run times and arrivals, as far as that can be.
   *
   * @param lengthMillis how far
   */
  static Preview of(Picture picture, Disciplines disciplines, long lengthMillis, long seed) {
    Preview preview = new Preview(picture, lengthMillis);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < FUTURES; i++) {
      preview.new Future(disciplines, random.split());
    }
    preview.counts.values().forEach(one -> Arrays.sort(one.waits, 0, one.started));
    return preview;
  }

  private TreePreview.Course course(int queue) {
    Counts one = counts.get(queue);
    double futures = FUTURES;
    return new TreePreview.Course(
        one.started / futures,
        one.waiting / futures,
        usedMillis == 0 ? 0 : one.usedMillis / (double) usedMillis,
        one.wait(P50),
        one.wait(P90));
  }

  /** Both beside each other. */
  static TreePreview compare(Preview before, Preview after) {
    long reached = Math.min(before.reachedMillis, after.reachedMillis);
    boolean cut = reached < before.askedMillis;
    String note =
        cut
            ? "not all futures reach further than "
                + Duration.ofMillis(reached).toSeconds()
                + " s, for more than "
                + STARTS_MAX
                + " jobs start; ask for a shorter time"
            : "";
    return new TreePreview(
        before.picture.kind(),
        Duration.ofMillis(before.askedMillis),
        note,
        before.picture.queues().stream()
            .map(
                queue ->
                    new TreePreview.OfQueue(
                        queue.record().name(), before.course(queue.id()), after.course(queue.id())))
            .toList());
  }
}
