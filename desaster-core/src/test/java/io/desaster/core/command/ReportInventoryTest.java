/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import static io.desaster.core.scheduler.SchedulerRig.ended;
import static io.desaster.core.scheduler.SchedulerRig.found;
import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.CancelMode;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Outcome;
import io.desaster.api.spi.Worker;
import io.desaster.core.scheduler.SchedulerRig;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportInventoryTest {
  private final SchedulerRig rig = SchedulerRig.withSlots(1);
  private final JobId id = rig.submit(JobSpec.shell("true"));

  /** The process that ran the job is gone, and its worker cannot tell what became of it. */
  private void die() {
    rig.restart(false);
  }

  private void untilRunning() {
    rig.pass(Duration.between(rig.now(), rig.job(id).dueAt().orElseThrow()));
    assertThat(rig.stateOf(id)).isEqualTo(JobState.RUNNING);
  }

  @Test
  void shouldAdoptWhatRuns() {
    JobId second = rig.submit(JobSpec.shell("second"));

    rig.restart();

    assertThat(rig.stateOf(id)).isEqualTo(JobState.RUNNING);
    assertThat(rig.stateOf(second)).isEqualTo(JobState.QUEUED);
    rig.succeed(id);
    assertThat(rig.stateOf(second)).isEqualTo(JobState.RUNNING);
    assertThat(rig.started()).containsExactly(id, second);
  }

  @Test
  void shouldRecordWhatEndedMeanwhile() {
    rig.restart(true, found(id, 1, ended(id, 1, Outcome.FAILED, 3)));

    assertThat(rig.stateOf(id)).isEqualTo(JobState.RETRYING);
    assertThat(rig.job(id).lastAttempt().orElseThrow().exitCode()).isEqualTo(3);
    assertThat(rig.released()).isEmpty();
  }

  @Test
  void shouldPutWhatNeverStartedBackToItsPlaceAndChargeNothing() {
    JobId behind = rig.submit(JobSpec.shell("behind"));

    rig.restart(true);

    assertThat(rig.started()).containsExactly(id, id);
    assertThat(rig.order(id).attempt()).isEqualTo(1);
    assertThat(rig.job(id).attempts()).hasSize(1);
    assertThat(rig.stateOf(behind)).isEqualTo(JobState.QUEUED);
  }

  @ParameterizedTest
  @CsvSource({"NEVER, CANCELLED", "RETRY, RETRYING", "ELSEWHERE, QUEUED"})
  void shouldCarryOutACancelOfWhatNeverStarted(CancelMode mode, JobState expected) {
    rig.cancel(id, mode);

    rig.restart(true);

    assertThat(rig.stateOf(id)).isEqualTo(expected);
  }

  @Test
  void shouldCountAProvedDeathAsAFailedTry() {
    die();

    assertThat(rig.stateOf(id)).isEqualTo(JobState.RETRYING);
    assertThat(rig.job(id).lastAttempt().orElseThrow().outcome()).contains(Outcome.LOST);
    assertThat(rig.job(id).reason()).startsWith("lost");
  }

  @Test
  void shouldParkAJobThatTookItsWorkerAlongThreeTimes() {
    die();
    untilRunning();
    die();
    untilRunning();
    die();

    assertThat(rig.stateOf(id)).isEqualTo(JobState.FAILED);
    assertThat(rig.job(id).reason()).startsWith("poison");
  }

  /** The host went down, and the launcher's records tell which attempts died with it. */
  private void hostDies(JobId... jobs) {
    Worker.Found[] found =
        Stream.of(jobs)
            .map(
                job -> {
                  int attempt = rig.job(job).lastAttempt().orElseThrow().number();
                  return found(job, attempt, ended(job, attempt, Outcome.LOST, -1));
                })
            .toArray(Worker.Found[]::new);
    rig.restart(true, found);
  }

  @Test
  void shouldSuspectAJobThatWasAloneHoweverLongItRan() {
    for (int i = 0; i < 2; i++) {
      rig.pass(Duration.ofHours(1));
      hostDies(id);
      untilRunning();
    }
    rig.pass(Duration.ofHours(1));
    hostDies(id);

    assertThat(rig.job(id).reason()).startsWith("poison");
  }

  @Test
  void shouldNotSuspectJobsThatRanLongBesideOthers() {
    rig.announce(SchedulerRig.NODE, 2);
    JobId other = rig.submit(JobSpec.shell("other"));
    for (int i = 0; i < 5; i++) {
      rig.pass(Duration.ofHours(1));
      assertThat(rig.stateOf(id)).isEqualTo(JobState.RUNNING);
      assertThat(rig.stateOf(other)).isEqualTo(JobState.RUNNING);
      hostDies(id, other);
      rig.announce(SchedulerRig.NODE, 2);
    }
    assertThat(rig.stateOf(id)).isEqualTo(JobState.RETRYING);
    assertThat(rig.stateOf(other)).isEqualTo(JobState.RETRYING);
  }

  @Test
  void shouldNotSuspectAJobWhoseNodeMayHaveBeenStoppedInOrder() {
    for (int i = 0; i < 5; i++) {
      rig.pass(Duration.ofMinutes(1));
      die();
      assertThat(rig.stateOf(id)).isEqualTo(JobState.RETRYING);
      untilRunning();
    }
  }

  @Test
  void shouldEndAndReleaseWhatNobodyKnows() {
    JobId stranger = JobId.parse("stranger");

    rig.restart(true, found(id, 1, null), found(stranger, 4, null));

    assertThat(rig.ends()).extracting(end -> end.job()).containsExactly(stranger);
    assertThat(rig.released()).containsExactly(stranger);
    assertThat(rig.stateOf(id)).isEqualTo(JobState.RUNNING);
  }

  @Test
  void shouldReleaseWhatAnEarlierJobOfTheSameIdLeft() {
    JobId again = rig.submit(JobSpec.shell("again").id("again"));

    rig.restart(true, found(id, 1, null), found(again, 1, ended(again, 1, Outcome.FAILED, 3)));

    assertThat(rig.released()).containsExactly(again);
    assertThat(rig.stateOf(again)).isEqualTo(JobState.QUEUED);
    assertThat(rig.job(again).attempts()).isEmpty();
  }

  @Test
  void shouldEndAnAttemptThatWasReplaced() {
    rig.fail(id);
    untilRunning();

    rig.restart(true, found(id, 1, null), found(id, 2, null));

    assertThat(rig.ends()).singleElement().satisfies(end -> assertThat(end.attempt()).isEqualTo(1));
    assertThat(rig.released()).isEmpty();
    rig.succeed(id);
    assertThat(rig.stateOf(id)).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void shouldKeepTheFilesOfFinishedJobsUntilTheirRecordGoes() {
    rig.succeed(id);
    rig.restart(true, found(id, 1, ended(id, 1, Outcome.SUCCEEDED, 0)));
    assertThat(rig.released()).isEmpty();

    rig.pass(Duration.ofHours(24));

    assertThat(rig.find(id)).isEmpty();
    assertThat(rig.released()).containsExactly(id);
  }
}
