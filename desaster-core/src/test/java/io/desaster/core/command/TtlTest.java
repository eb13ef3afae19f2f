/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.core.scheduler.SchedulerRig;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TtlTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final SchedulerRig rig = SchedulerRig.withSlots(1);

  @BeforeEach
  void occupyTheSlot() {
    rig.create("shell", "shell", "ttl", "1m");
    rig.create("patient", "shell");
    rig.submit(JobSpec.shell("sleep").queue("patient"));
  }

  private void assertExpired(JobId id) {
    assertThat(rig.stateOf(id)).isEqualTo(JobState.FAILED);
    assertThat(rig.job(id).reason()).startsWith("expired");
    assertThat(rig.job(id).attempts()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldFailAJobThatIsNotStartedInTime(boolean restarted) {
    JobId queues = rig.submit(JobSpec.shell("a"));
    JobId own = rig.submit(JobSpec.shell("b").ttl(Duration.ofSeconds(30)));
    JobId scheduled = rig.submit(JobSpec.shell("c").delay(MINUTE));
    if (restarted) {
      rig.restart();
    }

    rig.pass(Duration.ofSeconds(30));
    assertExpired(own);
    assertThat(rig.stateOf(queues)).isEqualTo(JobState.QUEUED);
    rig.pass(Duration.ofSeconds(30));
    assertExpired(queues);
    // Counted from when it was due.
    rig.pass(MINUTE.minusMillis(1));
    assertThat(rig.stateOf(scheduled)).isEqualTo(JobState.QUEUED);
    rig.pass(Duration.ofMillis(1));
    assertExpired(scheduled);
  }

  @Test
  void shouldCountTheTtlOfTheQueueThatTheJobWasMovedTo() {
    JobId saved = rig.submit(JobSpec.shell("a"));
    JobId doomed = rig.submit(JobSpec.shell("b").queue("patient"));
    rig.pass(Duration.ofSeconds(30));
    rig.act(saved, new JobAction.Move("patient"));
    rig.act(doomed, new JobAction.Move("shell"));

    rig.pass(Duration.ofSeconds(30));

    assertThat(rig.stateOf(saved)).isEqualTo(JobState.QUEUED);
    assertExpired(doomed);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldApplyAChangedTtlToJobsThatWaitAlready(boolean restarted) {
    JobId longer = rig.submit(JobSpec.shell("a"));
    JobId shorter = rig.submit(JobSpec.shell("b").queue("patient"));
    rig.set("shell", "ttl", "3m");
    rig.set("patient", "ttl", "2m");
    if (restarted) {
      rig.restart();
    }

    rig.pass(MINUTE);
    assertThat(rig.stateOf(longer)).isEqualTo(JobState.QUEUED);
    rig.pass(MINUTE);
    assertExpired(shorter);
    assertThat(rig.stateOf(longer)).isEqualTo(JobState.QUEUED);
    rig.pass(MINUTE);
    assertExpired(longer);
  }
}
