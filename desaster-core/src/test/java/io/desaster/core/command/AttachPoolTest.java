/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.queue.QueueInfo;
import io.desaster.core.scheduler.SchedulerRig;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttachPoolTest {
  private final SchedulerRig rig = SchedulerRig.withSlots(1);

  private QueueInfo attach(String pool) {
    return rig.ask(reply -> new AttachPool("shell", pool, true, reply));
  }

  private QueueInfo detach(String pool) {
    return rig.ask(reply -> new AttachPool("shell", pool, false, reply));
  }

  @ParameterizedTest
  @CsvSource({
    // before, change, after
    "'*', -shell@web1, '*,-shell@web1'",
    "'*,-shell@web1', +shell@web1, '*'",
    "'*,-shell@web1', -shell@web1, '*,-shell@web1'",
    "'*', +gpu, '*'",
    "'*', -*, ''",
    "'', +gpu, gpu",
    "gpu, +shell@web1, 'gpu,shell@web1'",
    "'gpu,shell@web1', -gpu, shell@web1",
    "gpu, -gpu, ''",
    "gpu, -shell@web1, gpu",
    "gpu, +*, 'gpu,*'",
    "'*,-gpu', -*, ''"
  })
  void shouldWriteDownWhichPoolsServeTheQueue(String before, String change, String after) {
    rig.create("shell", "shell", "attach", before);
    String pool = change.substring(1);

    QueueInfo queue = change.startsWith("+") ? attach(pool) : detach(pool);

    List<String> expected = after.isEmpty() ? List.of() : List.of(after.split(","));
    assertThat(queue.settings().attach()).isEqualTo(expected);
  }

  @Test
  void shouldTakeEffectAtTheNextDecisionAndLetRunningAttemptsGoOn() {
    rig.create("shell", "shell");
    JobId running = rig.submit(JobSpec.shell("true"));
    JobId waiting = rig.submit(JobSpec.shell("true"));

    assertThat(detach("shell@web1").pools()).isEmpty();
    assertThat(rig.stateOf(running)).isEqualTo(JobState.RUNNING);
    rig.succeed(running);
    assertThat(rig.stateOf(waiting)).isEqualTo(JobState.QUEUED);

    assertThat(attach("shell@web1").pools()).containsExactly("shell@web1");
    assertThat(rig.stateOf(waiting)).isEqualTo(JobState.RUNNING);
  }

  @Test
  void shouldServeByLabel() {
    rig.create("shell", "shell", "attach", "gpu");
    JobId id = rig.submit(JobSpec.shell("true"));
    assertThat(rig.stateOf(id)).isEqualTo(JobState.QUEUED);

    rig.announce("web2", 1, "gpu");
    assertThat(rig.job(id).lastAttempt().orElseThrow().node()).isEqualTo("web2");

    rig.set("shell", "attach", "*,-gpu");
    rig.succeed(id);
    JobId next = rig.submit(JobSpec.shell("true"));
    assertThat(rig.job(next).lastAttempt().orElseThrow().node()).isEqualTo("web1");
  }
}
