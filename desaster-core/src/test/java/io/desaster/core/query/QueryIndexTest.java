/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.CancelMode;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.Outcome;
import io.desaster.core.scheduler.SchedulerRig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueryIndexTest {
  private final SchedulerRig rig = SchedulerRig.withSlots(1);
  private final QueryIndex index = new QueryIndex();

  @Test
  void shouldHoldOnlyJobsThatAreQueuedStillWhoeverLeavesFirst() {
    rig.state().follow(index);
    rig.submit(JobSpec.shell("true"));
    List<JobId> ids = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      rig.pass(Duration.ofMillis(1));
      ids.add(rig.submit(JobSpec.shell("true")));
    }
    int queue = rig.state().queue("shell").record().id();
    long first = SchedulerRig.START.toEpochMilli() + 1;
    assertThat(index.oldestQueuedAt(queue)).isEqualTo(first);

    for (int i : new int[] {1, 2, 0}) {
      rig.cancel(ids.get(i), CancelMode.NEVER);
    }

    assertThat(index.oldestQueuedAt(queue)).isEqualTo(first + 3);
    assertThat(index.live().queued(queue)).hasSize(7);
    ids.subList(3, 10).forEach(id -> rig.cancel(id, CancelMode.NEVER));
    assertThat(index.oldestQueuedAt(queue)).isZero();
    assertThat(index.live().queued(queue)).isEmpty();
  }

  @Test
  void shouldCountWhatEndsWhileItWatchesAndWhatEndsInAPool() {
    JobId running = rig.submit(JobSpec.shell("true"));
    JobId waiting = rig.submit(JobSpec.shell("true"));
    String pool = rig.state().job(running.high(), running.low()).course().last().pool();
    rig.state().follow(index);

    rig.cancel(waiting, CancelMode.NEVER);
    assertThat(index.endedCount()).isEqualTo(1);
    assertThat(index.endedCount(pool)).isZero();
    assertThat(index.used(pool)).isEqualTo(1);

    rig.end(running, Outcome.SUCCEEDED, 0);
    assertThat(index.endedCount()).isEqualTo(2);
    assertThat(index.endedCount(pool)).isEqualTo(1);
    assertThat(index.used(pool)).isZero();
  }
}
