/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import static io.desaster.core.command.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.CancelMode;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DependenciesTest {
  final SchedulerRig rig = SchedulerRig.withSlots(8);

  private JobId parent() {
    return rig.submit(JobSpec.shell("parent").retry(RetryPolicy.NONE));
  }

  private JobId child(JobId... parents) {
    return rig.submit(JobSpec.shell("child").after(List.of(parents)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldStartAChildWhenTheLastOfItsParentsSucceeded(boolean restarted) {
    JobId one = parent();
    JobId two = parent();
    JobId child = child(one, two, one);
    rig.succeed(one);
    assertThat(rig.stateOf(child)).isEqualTo(JobState.BLOCKED);
    if (restarted) {
      rig.restart();
    }

    rig.succeed(two);

    assertThat(rig.stateOf(child)).isEqualTo(JobState.RUNNING);
  }

  @Test
  void shouldNotBlockOnParentsThatHaveSucceeded() {
    JobId parent = parent();
    rig.succeed(parent);

    assertThat(rig.stateOf(child(parent))).isEqualTo(JobState.RUNNING);
  }

  @Test
  void shouldWaitForAParentThatIsTriedAgain() {
    JobId parent = rig.submit(JobSpec.shell("parent"));
    JobId child = child(parent);
    rig.fail(parent);
    assertThat(rig.stateOf(child)).isEqualTo(JobState.BLOCKED);
    rig.act(parent, new JobAction.Retry());

    rig.succeed(parent);

    assertThat(rig.stateOf(child)).isEqualTo(JobState.RUNNING);
  }

  @Test
  void shouldCancelAllDescendantsOfAParentThatFailed() {
    JobId parent = parent();
    List<JobId> generations = new ArrayList<>(List.of(parent));
    for (int i = 0; i < 50; i++) {
      generations.add(child(generations.get(i)));
    }

    rig.fail(parent);

    for (JobId descendant : generations.subList(1, generations.size())) {
      assertThat(rig.stateOf(descendant)).isEqualTo(JobState.CANCELLED);
      assertThat(rig.job(descendant).reason()).startsWith("dependency: job ");
    }
    assertThat(rig.job(generations.get(1)).reason()).contains(parent + " is FAILED");
  }

  @Test
  void shouldCancelChildrenOfACancelledParent() {
    JobId parent = rig.submit(JobSpec.shell("parent").delay(Duration.ofHours(1)));
    JobId child = child(parent);

    rig.cancel(parent, CancelMode.NEVER);

    assertThat(rig.stateOf(child)).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void shouldRefuseToWaitForNobodyOrInVain() {
    JobId failed = parent();
    rig.fail(failed);
    JobId cancelled = rig.submit(JobSpec.shell("parent").delay(Duration.ofHours(1)));
    rig.cancel(cancelled, CancelMode.NEVER);
    JobId self = JobId.parse("self");

    assertRefused(ErrorCode.NOTFOUND, () -> child(JobId.parse("nobody")), "not known");
    assertRefused(
        ErrorCode.NOTFOUND,
        () -> rig.submit(JobSpec.shell("x").id(self).after(List.of(self))),
        self.toString());
    assertRefused(ErrorCode.STATE, () -> child(failed), "FAILED");
    assertRefused(ErrorCode.STATE, () -> child(cancelled), "CANCELLED");
    assertThat(rig.find(self)).isEmpty();
  }

  @Test
  void shouldWaitForItsOwnTimeToo() {
    JobId parent = parent();
    JobId child =
        rig.submit(JobSpec.shell("child").after(List.of(parent)).delay(Duration.ofMinutes(10)));
    rig.pass(Duration.ofMinutes(4));
    rig.succeed(parent);
    assertThat(rig.stateOf(child)).isEqualTo(JobState.SCHEDULED);

    rig.pass(Duration.ofMinutes(6).minusMillis(1));
    assertThat(rig.stateOf(child)).isEqualTo(JobState.SCHEDULED);
    rig.pass(Duration.ofMillis(1));
    assertThat(rig.stateOf(child)).isEqualTo(JobState.RUNNING);
  }

  @Test
  void shouldKeepAParentUntilItsLastChildIsGone() {
    rig.create("shell", "shell", "keep-succeeded", "1m");
    JobId parent = parent();
    JobId slow = parent();
    JobId child = child(parent, slow);
    rig.succeed(parent);
    rig.pass(Duration.ofHours(1));
    assertThat(rig.find(parent)).isPresent();
    rig.restart();
    rig.pass(Duration.ofHours(1));
    assertThat(rig.find(parent)).isPresent();

    rig.succeed(slow);
    rig.pass(Duration.ofSeconds(1));

    assertThat(rig.find(parent)).isEmpty();
    assertThat(rig.stateOf(child)).isEqualTo(JobState.RUNNING);
  }
}
