/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.CancelMode;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.core.scheduler.SchedulerRig;
import org.junit.jupiter.api.Test;

/** While there is no room for them, jobs wait. */
class HoldPoolTest {
  private static final String POOL = "shell@" + SchedulerRig.NODE;
  private final SchedulerRig rig = SchedulerRig.withSlots(2);

  private JobId submit() {
    return rig.submit(JobSpec.of("shell", "true"));
  }

  private void hold(JobId job, int attempt) {
    rig.<Void>ask(reply -> new HoldPool(POOL, job, attempt, reply));
  }

  private int attempts(JobId job) {
    return rig.state().job(job.high(), job.low()).course().attempts().size();
  }

  private int tries(JobId job) {
    return rig.state().job(job.high(), job.low()).course().tries();
  }

  @Test
  void shouldTakeBackAnAttemptWithoutATryAndStartNothingUntilThereIsRoom() {
    JobId first = submit();
    JobId second = submit();
    JobId third = submit();

    hold(first, 1);
    assertThat(rig.stateOf(first)).isEqualTo(JobState.QUEUED);
    assertThat(attempts(first)).isZero();
    assertThat(tries(first)).isZero();
    rig.succeed(second);
    assertThat(rig.stateOf(first)).isEqualTo(JobState.QUEUED);
    assertThat(rig.stateOf(third)).isEqualTo(JobState.QUEUED);

    rig.tell(new FreePool(POOL));
    assertThat(rig.stateOf(first)).isEqualTo(JobState.RUNNING);
    assertThat(attempts(first)).isEqualTo(1);
    assertThat(rig.stateOf(third)).isEqualTo(JobState.RUNNING);
  }

  @Test
  void shouldCancelAJobThatWasToldToEndAndCouldNotStart() {
    JobId job = submit();
    rig.cancel(job, CancelMode.NEVER);

    hold(job, 1);
    assertThat(rig.stateOf(job)).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void shouldIgnoreAnAttemptThatIsNotTheRunningOne() {
    JobId job = submit();

    hold(job, 2);
    assertThat(rig.stateOf(job)).isEqualTo(JobState.RUNNING);
  }

  @Test
  void shouldStartNothingWhileTheJournalHasNoRoom() {
    JobId first = submit();
    JobId second = submit();
    JobId third = submit();
    rig.tell(new SetRoom(false));

    rig.succeed(first);
    assertThat(rig.stateOf(third)).isEqualTo(JobState.QUEUED);
    rig.tell(new SetRoom(true));
    assertThat(rig.stateOf(third)).isEqualTo(JobState.RUNNING);
    assertThat(rig.stateOf(second)).isEqualTo(JobState.RUNNING);
  }
}
