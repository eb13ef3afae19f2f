/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import static io.desaster.core.command.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.CancelMode;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.RetryPolicy;
import io.desaster.core.scheduler.SchedulerRig;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CancelTest {
  private final SchedulerRig rig = SchedulerRig.withSlots(1);
  private final JobId running = rig.submit(JobSpec.shell("first"));

  private void ended() {
    rig.end(running, Outcome.CANCELLED, 143);
  }

  @ParameterizedTest
  @ValueSource(strings = {"queued", "scheduled", "blocked", "retrying"})
  void shouldNeverStartACancelledJob(String state) {
    JobSpec.Builder spec = JobSpec.shell("second");
    JobId id =
        switch (state) {
          case "scheduled" -> rig.submit(spec.delay(Duration.ofSeconds(1)));
          case "blocked" -> rig.submit(spec.after(List.of(running)));
          case "retrying" -> running;
          default -> rig.submit(spec);
        };
    if (state.equals("retrying")) {
      rig.fail(running);
    }
    assertThat(rig.stateOf(id)).isEqualTo(JobState.valueOf(state.toUpperCase(Locale.ROOT)));

    rig.cancel(id, CancelMode.NEVER);

    assertThat(rig.stateOf(id)).isEqualTo(JobState.CANCELLED);
    assertThat(rig.job(id).reason()).isEqualTo("cancelled by alice");
    int startedBefore = rig.started().size();
    if (!state.equals("retrying")) {
      rig.succeed(running);
    }
    rig.pass(Duration.ofDays(1));
    assertThat(rig.started()).hasSize(startedBefore);
  }

  @Test
  void shouldEndARunningAttemptAndNeverStartTheJobAgain() {
    rig.cancel(running, CancelMode.NEVER);
    assertThat(rig.stateOf(running)).isEqualTo(JobState.RUNNING);
    assertThat(rig.ends())
        .singleElement()
        .satisfies(
            end -> {
              assertThat(end.job()).isEqualTo(running);
              assertThat(end.attempt()).isEqualTo(1);
              assertThat(end.graceMillis()).isEqualTo(10_000);
              assertThat(end.reason()).isEqualTo("cancelled by alice");
            });

    ended();

    assertThat(rig.stateOf(running)).isEqualTo(JobState.CANCELLED);
    assertThat(rig.job(running).reason()).isEqualTo("cancelled by alice");
    rig.pass(Duration.ofHours(1));
    assertThat(rig.started()).containsExactly(running);
  }

  @Test
  void shouldTakeTheGraceFromTheRequestElseTheJobElseTheQueue() {
    rig.set("shell", "grace", "3s");
    rig.cancel(running, CancelMode.NEVER);
    rig.act(
        running,
        new JobAction.Cancel(CancelMode.NEVER, Optional.of(Duration.ofMillis(1)), "alice"));
    ended();
    JobId own = rig.submit(JobSpec.shell("second").grace(Duration.ofSeconds(2)));
    rig.cancel(own, CancelMode.NEVER);

    assertThat(rig.ends()).extracting(end -> end.graceMillis()).containsExactly(3000L, 1L, 2000L);
    assertRefused(
        ErrorCode.INVALID,
        () ->
            rig.act(
                own,
                new JobAction.Cancel(CancelMode.NEVER, Optional.of(Duration.ofMillis(-1)), "")),
        "grace");
  }

  @Test
  void shouldSucceedIfTheAttemptDidSoBeforeItWasEnded() {
    rig.cancel(running, CancelMode.NEVER);

    rig.succeed(running);

    assertThat(rig.stateOf(running)).isEqualTo(JobState.SUCCEEDED);
    assertThat(rig.job(running).reason()).isEmpty();
  }

  @Test
  void shouldCountAnAttemptEndedForRetryAsAFailedTry() {
    rig.succeed(running);
    RetryPolicy twice =
        new RetryPolicy(2, Duration.ofSeconds(5), 1, Duration.ofSeconds(5), 0, List.of());
    JobId id = rig.submit(JobSpec.shell("second").retry(twice));
    rig.cancel(id, CancelMode.RETRY);
    rig.end(id, Outcome.CANCELLED, 143);
    assertThat(rig.stateOf(id)).isEqualTo(JobState.RETRYING);
    rig.pass(Duration.ofSeconds(5));

    rig.cancel(id, CancelMode.RETRY);
    rig.end(id, Outcome.CANCELLED, 143);

    assertThat(rig.stateOf(id)).isEqualTo(JobState.FAILED);
  }

  @Test
  void shouldStartElsewhereWithoutCountingATry() {
    rig.announce("web2", 1);
    RetryPolicy once = RetryPolicy.NONE;
    rig.succeed(running);
    JobId id = rig.submit(JobSpec.shell("second").retry(once));
    String first = rig.job(id).lastAttempt().orElseThrow().node();

    rig.cancel(id, CancelMode.ELSEWHERE);
    rig.end(id, Outcome.CANCELLED, 143);

    assertThat(rig.stateOf(id)).isEqualTo(JobState.RUNNING);
    assertThat(rig.job(id).lastAttempt().orElseThrow().node()).isNotEqualTo(first);
    assertThat(rig.order(id).attempt()).isEqualTo(2);
    rig.fail(id);
    assertThat(rig.stateOf(id)).isEqualTo(JobState.FAILED);
  }

  @Test
  void shouldWaitForAnotherNodeIfThereIsNone() {
    rig.cancel(running, CancelMode.ELSEWHERE);
    ended();
    rig.pass(Duration.ofHours(1));
    assertThat(rig.stateOf(running)).isEqualTo(JobState.QUEUED);
    rig.restart();
    assertThat(rig.stateOf(running)).isEqualTo(JobState.QUEUED);

    rig.announce("web2", 1);

    assertThat(rig.stateOf(running)).isEqualTo(JobState.RUNNING);
    assertThat(rig.job(running).lastAttempt().orElseThrow().node()).isEqualTo("web2");
  }

  @ParameterizedTest
  @EnumSource(
      value = CancelMode.class,
      names = {"RETRY", "ELSEWHERE"})
  void shouldRefuseToRepeatAJobThatDoesNotRun(CancelMode mode) {
    JobId waiting = rig.submit(JobSpec.shell("second"));

    assertRefused(ErrorCode.STATE, () -> rig.cancel(waiting, mode), "QUEUED", "does not run");
  }

  @Test
  void shouldRefuseToCancelAFinishedOrUnknownJob() {
    rig.succeed(running);

    assertRefused(ErrorCode.STATE, () -> rig.cancel(running, CancelMode.NEVER), "SUCCEEDED");
    assertRefused(
        ErrorCode.NOTFOUND, () -> rig.cancel(JobId.parse("nobody"), CancelMode.NEVER), "no job");
  }

  @Test
  void shouldTellTheWorkerAgainAfterARestart() {
    rig.cancel(running, CancelMode.NEVER);

    rig.restart();

    assertThat(rig.ends()).hasSize(2);
    ended();
    assertThat(rig.stateOf(running)).isEqualTo(JobState.CANCELLED);
  }
}
