/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.spi.Demand;
import io.desaster.api.spi.QueuedJob;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class LaneTest {
  private static final Comparator<QueuedJob> BY_ORDER = Comparator.comparingLong(QueuedJob::order);
  private static final Comparator<QueuedJob> BY_DEADLINE =
      Comparator.comparingLong(QueuedJob::deadlineAtNanos).thenComparing(BY_ORDER);

  private static QueuedJob job(long order, long deadline) {
    return new TestJob(order, "", 4, 1, 0, deadline, Demand.NONE);
  }

  /** Grows to thousands, shrinks to none, twice; looks at every step. */
  private static void compare(Lane lane, Comparator<QueuedJob> comparator, Random random) {
    TreeSet<QueuedJob> expected = new TreeSet<>(comparator);
    List<QueuedJob> all = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      boolean growing = step % 10_000 < 5_000;
      if (random.nextInt(10) < (growing ? 8 : 2)) {
        QueuedJob job = job(random.nextInt(1_000_000), random.nextInt(300));
        if (expected.add(job)) {
          lane.add(job);
          all.add(job);
        }
      } else if (random.nextBoolean() && !expected.isEmpty()) {
        QueuedJob first = expected.pollFirst();
        assertThat(lane.remove(first)).isTrue();
        assertThat(lane.remove(first)).isFalse();
      } else if (!all.isEmpty()) {
        QueuedJob one = all.get(random.nextInt(all.size()));
        assertThat(lane.remove(one)).isEqualTo(expected.remove(one));
      }
      assertThat(lane.size()).isEqualTo(expected.size());
      assertThat(lane.first()).isSameAs(expected.isEmpty() ? null : expected.first());
    }
    List<QueuedJob> inOrder = new ArrayList<>();
    lane.forEach(inOrder::add);
    assertThat(inOrder).containsExactlyElementsOf(expected);
  }

  @Test
  void shouldKeepJobsByOrder() {
    compare(new JobLane(), BY_ORDER, new Random(1));
  }

  @Test
  void shouldKeepJobsByDeadlineThenOrder() {
    compare(new DeadlineLane(), BY_DEADLINE, new Random(2));
  }

  @Test
  void shouldServeWhoCameFirstAmongAllThatFitTheSlot() {
    TreeRig rig = new TreeRig(new DisciplineSpec.Fifo());
    rig.enqueue("", TestJob.of(1, "").needing("tpu"));
    rig.enqueue("", TestJob.of(2, ""));
    rig.enqueue("", TestJob.of(3, "").needing("gpu"));
    rig.enqueue("", TestJob.of(4, ""));
    assertThat(rig.start("gpu").order()).isEqualTo(2);
    assertThat(rig.start("gpu").order()).isEqualTo(3);
    assertThat(rig.start("gpu").order()).isEqualTo(4);
    assertThat(rig.start("gpu")).isNull();
    assertThat(rig.start("tpu").order()).isEqualTo(1);
  }
}
