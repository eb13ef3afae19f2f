/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.CancelMode;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionTest {
  private static final Duration TICK = Duration.ofMillis(1);

  final SchedulerRig rig = SchedulerRig.withSlots(1);

  private JobId succeeded() {
    JobId id = rig.submit(JobSpec.shell("true"));
    rig.succeed(id);
    return id;
  }

  private JobId failed() {
    JobId id = rig.submit(JobSpec.shell("true").retry(RetryPolicy.NONE));
    rig.fail(id);
    return id;
  }

  private JobId cancelled() {
    JobId id = rig.submit(JobSpec.shell("true").delay(Duration.ofHours(1)));
    rig.cancel(id, CancelMode.NEVER);
    return id;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldKeepFinishedJobsForTheTimesOfTheirQueue(boolean restarted) {
    rig.create("shell", "shell", "keep-succeeded", "1h", "keep-failed", "2h");
    JobId succeeded = succeeded();
    JobId cancelled = cancelled();
    JobId failed = failed();
    if (restarted) {
      rig.restart();
    }

    rig.pass(Duration.ofHours(1).minus(TICK));
    assertThat(rig.state().jobCount()).isEqualTo(3);
    rig.pass(TICK);
    assertThat(rig.find(succeeded)).isEmpty();
    assertThat(rig.find(cancelled)).isEmpty();
    rig.pass(Duration.ofHours(1).minus(TICK));
    assertThat(rig.find(failed)).isPresent();
    rig.pass(TICK);
    assertThat(rig.find(failed)).isEmpty();
    requireReleased(succeeded, failed, cancelled);
  }

  /** What was never started left no files. */
  void requireReleased(JobId succeeded, JobId failed, JobId cancelled) {
    assertThat(rig.released()).containsExactly(succeeded, failed);
  }

  @Test
  void shouldKeepSucceededJobsForADayAndFailedOnesForHalfAYear() {
    JobId succeeded = succeeded();
    JobId failed = failed();
    rig.pass(Duration.ofHours(24).minus(TICK));
    assertThat(rig.find(succeeded)).isPresent();
    rig.pass(TICK);
    assertThat(rig.find(succeeded)).isEmpty();
    rig.pass(Duration.ofDays(179).minus(TICK));
    assertThat(rig.find(failed)).isPresent();
    rig.pass(TICK);
    assertThat(rig.find(failed)).isEmpty();
  }

  @Test
  void shouldFollowAChangeOfTheQueuesTimes() {
    rig.create("shell", "shell", "keep-succeeded", "1h");
    JobId id = succeeded();
    rig.set("shell", "keep-succeeded", "3h");
    rig.pass(Duration.ofHours(2));
    assertThat(rig.find(id)).isPresent();

    rig.set("shell", "keep-succeeded", "1h");

    assertThat(rig.find(id)).isEmpty();
  }

  @Test
  void shouldCountFromTheLatestEndOfAJobThatRanAgain() {
    rig.create("shell", "shell", "keep-succeeded", "1h");
    JobId id = succeeded();
    rig.pass(Duration.ofMinutes(40));
    rig.act(id, new JobAction.Retry());
    rig.pass(Duration.ofMinutes(40));
    assertThat(rig.find(id)).isPresent();
    rig.succeed(id);

    rig.pass(Duration.ofHours(1).minus(TICK));
    assertThat(rig.find(id)).isPresent();
    rig.pass(TICK);
    assertThat(rig.find(id)).isEmpty();
  }

  @Test
  void shouldDropTheOldestWhenTooManyAreFinished() {
    rig.keeping(3);
    List<JobId> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.add(i % 2 == 0 ? succeeded() : failed());
      rig.pass(TICK);
    }

    assertThat(ids).filteredOn(id -> rig.find(id).isPresent()).isEqualTo(ids.subList(2, 5));
  }

  @Test
  void shouldDropOthersBeforeParentsThatAreWaitedFor() {
    rig.keeping(2);
    JobId parent = succeeded();
    JobId waitsLong = rig.submit(JobSpec.shell("true").delay(Duration.ofHours(1)));
    rig.submit(JobSpec.shell("true").after(List.of(parent, waitsLong)));
    List<JobId> ids = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      ids.add(succeeded());
      rig.pass(TICK);
    }

    assertThat(rig.find(parent)).isPresent();
    assertThat(ids).filteredOn(id -> rig.find(id).isPresent()).isEqualTo(ids.subList(3, 4));
  }

  @Test
  void shouldRememberOnlyIdsThatCanBeSentAgain() {
    rig.create("shell", "shell", "keep-succeeded", "1m");
    succeeded();
    rig.pass(Duration.ofMinutes(1));
    assertThat(rig.state().tombstones().size()).isZero();

    JobId given = rig.submit(JobSpec.shell("true").id("given"));
    rig.succeed(given);
    rig.pass(Duration.ofMinutes(1));
    assertThat(rig.state().tombstones().size()).isEqualTo(1);

    // The next one that is buried after its time clears it away.
    rig.pass(SchedulerRig.ID_WINDOW);
    JobId other = rig.submit(JobSpec.shell("true").id("other"));
    rig.succeed(other);
    rig.pass(Duration.ofMinutes(1));
    assertThat(rig.state().tombstones().find(given)).isNull();
    assertThat(rig.state().tombstones().find(other)).isNotNull();
  }
}
