/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.Attempt;
import io.desaster.api.job.Eta;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.Progress;
import io.desaster.api.job.ResourceUse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JobFormatTest {
  private static final Instant NOW = Instant.parse("2026-11-24T05:00:00Z");

  private static Job job(JobState state, String reason, Attempt... attempts) {
    return new Job(
        JobId.parse("01936000-0000-7000-8000-000000000001"),
        JobSpec.shell("make\ttest").build(),
        state,
        reason,
        NOW.minusSeconds(90),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Progress.NONE,
        List.of(attempts),
        new byte[0],
        Eta.NONE);
  }

  private static Attempt attempt(Outcome outcome, int exitCode) {
    return new Attempt(
        1,
        "web1",
        "shell",
        NOW,
        Optional.of(NOW),
        Optional.of(outcome),
        exitCode,
        "",
        ResourceUse.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "SUCCEEDED, SUCCEEDED, 0, 0",
    "FAILED, FAILED, 3, 3",
    "FAILED, FAILED, 137, 137",
    "FAILED, FAILED, -1, 1",
    "FAILED, TIMED_OUT, 143, 124",
    "FAILED, NOT_STARTED, -1, 127",
    "FAILED, LIMIT_EXCEEDED, 137, 1",
    "FAILED, LOST, -1, 1",
    "CANCELLED, CANCELLED, 143, 130",
  })
  void shouldExitAsTheJobEnded(JobState state, Outcome outcome, int jobs, int expected) {
    assertThat(JobFormat.exitCode(job(state, "", attempt(outcome, jobs)))).isEqualTo(expected);
  }

  @Test
  void shouldExitAsCancelledIfItNeverRan() {
    assertThat(JobFormat.exitCode(job(JobState.CANCELLED, "cancelled by ann"))).isEqualTo(130);
  }

  @Test
  void shouldListJobsOnOneLineEach() {
    Job job = job(JobState.QUEUED, "queue paused by ann");

    assertThat(JobFormat.table(List.of(job), NOW).lines(200).get(1))
        .isEqualTo(
            job.id()
                + "  queued  shell     4   1m    -      0     -  queue paused by ann | make.test");
  }

  private static Optional<Instant> in(long seconds) {
    return Optional.of(NOW.plusSeconds(seconds));
  }

  @Test
  void shouldTellHowLongItWillProbablyBe() {
    Optional<Instant> none = Optional.empty();

    assertThat(JobFormat.eta(new Eta(in(45), in(200), in(300), in(900), ""), NOW))
        .isEqualTo("45s..3m");
    assertThat(JobFormat.eta(new Eta(none, none, in(70), in(80), ""), NOW)).isEqualTo("1m");
    assertThat(JobFormat.eta(new Eta(in(-5), none, none, none, "no runs"), NOW)).isEqualTo("0s..?");
    assertThat(JobFormat.eta(Eta.unknown("no runs"), NOW)).isEqualTo("?");
  }

  @Test
  void shouldSayHowAJobEnded() {
    Job job = job(JobState.FAILED, "memory limit: 612 MiB > 512 MiB");

    assertThat(JobFormat.ending(job))
        .isEqualTo("job " + job.id() + " failed: memory limit: 612 MiB > 512 MiB");
  }
}
