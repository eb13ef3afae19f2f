/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.Job;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.ResourceUse;
import io.desaster.api.job.RetryPolicy;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.core.scheduler.SchedulerRig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EndAttemptTest {
  private final SchedulerRig rig = SchedulerRig.withSlots(1);

  private static JobSpec.Builder job() {
    return JobSpec.shell("true");
  }

  private static RetryPolicy retry(int attempts, double jitter, Integer... neverOn) {
    return new RetryPolicy(
        attempts, Duration.ofSeconds(5), 2, Duration.ofMinutes(1), jitter, List.of(neverOn));
  }

  /** Lets time pass until the planned attempt runs, and says how long that took. */
  private Duration untilNextAttempt(JobId id) {
    Instant before = rig.now();
    Instant due = rig.job(id).dueAt().orElseThrow();
    rig.pass(Duration.between(before, due).minusMillis(1));
    assertThat(rig.stateOf(id)).isEqualTo(JobState.RETRYING);
    rig.pass(Duration.ofMillis(1));
    assertThat(rig.stateOf(id)).isEqualTo(JobState.RUNNING);
    return Duration.between(before, due);
  }

  @Test
  void shouldKeepWhatTheAttemptReported() {
    JobId id = rig.submit(job());
    Instant started = rig.now().plusMillis(3);
    Instant ended = rig.now().plusSeconds(9);
    ResourceUse use = new ResourceUse(1_000, 2_000, 3_000);
    byte[] result = {1, 2};
    rig.pass(Duration.ofSeconds(10));

    rig.<Void>ask(
        reply ->
            new EndAttempt(
                new AttemptEnd(
                    id,
                    1,
                    Outcome.SUCCEEDED,
                    0,
                    "",
                    result,
                    started.toEpochMilli(),
                    ended.toEpochMilli(),
                    use),
                reply));

    Job job = rig.job(id);
    assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(job.finishedAt()).contains(rig.now());
    assertThat(job.result()).isEqualTo(result);
    assertThat(job.attempts())
        .singleElement()
        .satisfies(
            attempt -> {
              assertThat(attempt.startedAt()).isEqualTo(started);
              assertThat(attempt.endedAt()).contains(ended);
              assertThat(attempt.outcome()).contains(Outcome.SUCCEEDED);
              assertThat(attempt.exitCode()).isZero();
              assertThat(attempt.use()).isEqualTo(use);
              assertThat(attempt.pool()).isEqualTo("shell@web1");
            });
  }

  @Test
  void shouldGiveTheFreedSlotToTheNextJobInTheSameTurn() {
    JobId first = rig.submit(job());
    JobId second = rig.submit(job());

    rig.succeed(first);

    assertThat(rig.stateOf(second)).isEqualTo(JobState.RUNNING);
  }

  @ParameterizedTest
  @EnumSource(
      value = Outcome.class,
      names = {"FAILED", "TIMED_OUT", "LIMIT_EXCEEDED", "LOST", "NOT_STARTED"})
  void shouldPlanAnotherAttemptWhateverWentWrong(Outcome outcome) {
    JobId id = rig.submit(job());

    rig.end(id, outcome, -1);

    assertThat(rig.stateOf(id)).isEqualTo(JobState.RETRYING);
    assertThat(rig.job(id).reason()).isNotEmpty();
    untilNextAttempt(id);
    assertThat(rig.order(id).attempt()).isEqualTo(2);
  }

  @Test
  void shouldWaitLongerAfterEachFailureUpToTheCap() {
    JobId id = rig.submit(job().retry(retry(7, 0)));
    for (int seconds : new int[] {5, 10, 20, 40, 60, 60}) {
      rig.fail(id);
      assertThat(untilNextAttempt(id)).isEqualTo(Duration.ofSeconds(seconds));
    }
    rig.fail(id);
    assertThat(rig.stateOf(id)).isEqualTo(JobState.FAILED);
    assertThat(rig.job(id).reason()).isEqualTo("exit code 1");
    assertThat(rig.job(id).attempts()).hasSize(7);
  }

  @Test
  void shouldVaryDelaysWithinTheJitterAndNotAllAlike() {
    rig.create("shell", "shell", "retry-base", "100s", "retry-jitter", "0.1");
    long shortest = Long.MAX_VALUE;
    long longest = 0;
    for (int i = 0; i < 50; i++) {
      JobId id = rig.submit(job());
      rig.fail(id);
      long millis = Duration.between(rig.now(), rig.job(id).dueAt().orElseThrow()).toMillis();
      shortest = Math.min(shortest, millis);
      longest = Math.max(longest, millis);
    }
    assertThat(shortest).isBetween(90_000L, 95_000L);
    assertThat(longest).isBetween(105_000L, 110_000L);
  }

  @Test
  void shouldTryTwentyTimesIfNobodySaysOtherwise() {
    JobId id = rig.submit(job());
    for (int attempt = 1; attempt < 20; attempt++) {
      rig.fail(id);
      assertThat(rig.stateOf(id)).isEqualTo(JobState.RETRYING);
      untilNextAttempt(id);
    }
    rig.fail(id);
    assertThat(rig.stateOf(id)).isEqualTo(JobState.FAILED);
  }

  @Test
  void shouldPutARetryAtTheEndOfItsQueue() {
    rig.create("shell", "shell", "retry-base", "1s", "retry-jitter", "0");
    JobId first = rig.submit(job());
    JobId second = rig.submit(job());
    rig.fail(first);
    rig.pass(Duration.ofMillis(500));
    JobId third = rig.submit(job());
    rig.pass(Duration.ofMillis(500));

    rig.succeed(second);
    rig.succeed(third);
    rig.succeed(first);

    assertThat(rig.started()).containsExactly(first, second, third, first);
  }

  @ParameterizedTest
  @CsvSource({"2, FAILED", "3, FAILED", "1, RETRYING", "0, RETRYING", "-1, RETRYING"})
  void shouldNotTryAgainOnTheExitCodesNamed(int exitCode, JobState expected) {
    JobId id = rig.submit(job().retry(retry(5, 0, 2, 3)));

    rig.end(id, Outcome.FAILED, exitCode);

    assertThat(rig.stateOf(id)).isEqualTo(expected);
  }

  @Test
  void shouldTryOnceIfToldSo() {
    JobId id = rig.submit(job().retry(RetryPolicy.NONE));

    rig.end(id, Outcome.FAILED, 7);

    assertThat(rig.stateOf(id)).isEqualTo(JobState.FAILED);
    assertThat(rig.job(id).reason()).isEqualTo("exit code 7");
  }

  @Test
  void shouldAcknowledgeARepeatedReportAndChangeNothing() {
    JobId id = rig.submit(job());
    rig.succeed(id);
    Job before = rig.job(id);

    rig.report(1, id, Outcome.FAILED, 1);

    assertThat(rig.job(id)).usingRecursiveComparison().isEqualTo(before);
  }

  @Test
  void shouldIgnoreALateReportOfAReplacedAttempt() {
    JobId id = rig.submit(job());
    rig.fail(id);
    untilNextAttempt(id);

    rig.report(1, id, Outcome.FAILED, 1);

    assertThat(rig.stateOf(id)).isEqualTo(JobState.RUNNING);
    assertThat(rig.order(id).attempt()).isEqualTo(2);
    rig.report(1, JobId.parse("nobody"), Outcome.SUCCEEDED, 0);
  }

  @Test
  void shouldKeepTheFirstAndTheLatestOfManyAttempts() {
    JobId id = rig.submit(job().retry(retry(40, 0)));
    for (int attempt = 1; attempt < 40; attempt++) {
      rig.fail(id);
      untilNextAttempt(id);
    }
    rig.fail(id);

    List<Integer> numbers = rig.job(id).attempts().stream().map(a -> a.number()).toList();
    assertThat(numbers).hasSize(32).startsWith(1, 10).endsWith(39, 40);
    assertThat(rig.stateOf(id)).isEqualTo(JobState.FAILED);
  }

  @Test
  void shouldRunTheHookOnceWhenAJobHasFailedForGood() {
    JobId id = rig.submit(job().hook("mail \"$USER\"").retry(retry(2, 0)));
    rig.fail(id);
    assertThat(rig.state().queue("hooks")).isNull();
    untilNextAttempt(id);
    rig.fail(id);

    JobId hook = rig.started().get(rig.started().size() - 1);
    String payload = new String(rig.order(hook).payload(), StandardCharsets.UTF_8);
    assertThat(rig.job(hook).spec().queue()).isEqualTo("hooks");
    assertThat(payload)
        .contains("\"command\":\"mail \\\"$USER\\\"\"")
        .contains("\"DESASTER_FAILED_JOB\":\"" + id + "\"")
        .contains("\"DESASTER_FAILED_REASON\":\"exit code 1\"");
    rig.end(hook, Outcome.SUCCEEDED, 0);
    assertThat(rig.state().jobCount()).isEqualTo(2);
  }
}
