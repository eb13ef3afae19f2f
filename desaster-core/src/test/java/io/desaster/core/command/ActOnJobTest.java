/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import static io.desaster.core.command.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.CancelMode;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.RetryPolicy;
import io.desaster.core.scheduler.SchedulerRig;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ActOnJobTest {
  final SchedulerRig rig = SchedulerRig.withSlots(1);

  private static JobSpec.Builder job() {
    return JobSpec.shell("true");
  }

  /** All that waits in the queue of this name runs, one after the other. */
  private void runAll() {
    for (JobId running = lastStarted(); running != null; running = lastStarted()) {
      rig.succeed(running);
    }
  }

  private JobId lastStarted() {
    List<JobId> started = rig.started();
    JobId last = started.isEmpty() ? null : started.get(started.size() - 1);
    return last == null || rig.order(last) == null ? null : last;
  }

  // Which state allows what.

  static Stream<Arguments> actionsAndStates() {
    return Stream.of(
        Arguments.of(new JobAction.Move("other"), "BLOCKED SCHEDULED QUEUED RETRYING"),
        Arguments.of(new JobAction.Relabel("gpu", ""), "BLOCKED SCHEDULED QUEUED RETRYING"),
        Arguments.of(new JobAction.Reprioritize(0), "BLOCKED SCHEDULED QUEUED RETRYING"),
        Arguments.of(new JobAction.Retry(), "SCHEDULED RETRYING SUCCEEDED FAILED CANCELLED"),
        Arguments.of(new JobAction.Delete(), "SUCCEEDED FAILED CANCELLED"),
        Arguments.of(
            new JobAction.Tag(List.of("red"), List.of()),
            "BLOCKED SCHEDULED QUEUED RUNNING RETRYING SUCCEEDED FAILED CANCELLED"));
  }

  @ParameterizedTest
  @MethodSource("actionsAndStates")
  void shouldActInTheStatesThatAllowItAndRefuseInTheOthers(JobAction action, String allowed) {
    for (JobState state : JobState.values()) {
      SchedulerRig fresh = SchedulerRig.withSlots(1);
      fresh.create("other", "shell");
      JobId id = jobIn(fresh, state);
      assertThat(fresh.stateOf(id)).isEqualTo(state);
      Job before = fresh.job(id);

      if (List.of(allowed.split(" ")).contains(state.name())) {
        fresh.act(id, action);
        fresh.restart();
      } else {
        assertRefused(ErrorCode.STATE, () -> fresh.act(id, action), id.toString(), state.name());
        assertThat(fresh.job(id)).usingRecursiveComparison().isEqualTo(before);
      }
    }
  }

  private static JobId jobIn(SchedulerRig rig, JobState state) {
    if (state == JobState.SCHEDULED) {
      return rig.submit(job().delay(Duration.ofHours(1)));
    }
    JobId first = rig.submit(job());
    switch (state) {
      case BLOCKED:
        return rig.submit(job().after(List.of(first)));
      case QUEUED:
        return rig.submit(job());
      case RETRYING:
        rig.fail(first);
        return first;
      case SUCCEEDED:
        rig.succeed(first);
        return first;
      case FAILED:
        rig.succeed(first);
        JobId failed = rig.submit(job().retry(RetryPolicy.NONE));
        rig.fail(failed);
        return failed;
      case CANCELLED:
        JobId cancelled = rig.submit(job());
        rig.cancel(cancelled, CancelMode.NEVER);
        return cancelled;
      default:
        return first;
    }
  }

  @Test
  void shouldSayThatAJobIsNotKnown() {
    assertRefused(
        ErrorCode.NOTFOUND,
        () -> rig.act(JobId.parse("nobody"), new JobAction.Retry()),
        JobId.parse("nobody").toString());
  }

  // Move.

  @Test
  void shouldPutAMovedJobAtTheEndOfTheOtherQueue() {
    rig.create("other", "shell");
    rig.create("shell", "shell");
    rig.pause("other");
    rig.pause("shell");
    JobId moved = rig.submit(job());
    JobId there = rig.submit(job().queue("other"));

    Job answer = rig.act(moved, new JobAction.Move("other"));
    JobId later = rig.submit(job().queue("other"));
    rig.restart();
    rig.resume("other");
    runAll();

    assertThat(answer.spec().queue()).isEqualTo("other");
    assertThat(rig.started()).containsExactly(there, moved, later);
  }

  @Test
  void shouldKeepTheTimeOfAMovedJobThatIsNotDue() {
    rig.create("other", "shell");
    JobId id = rig.submit(job().delay(Duration.ofMinutes(1)));
    rig.act(id, new JobAction.Move("other"));

    rig.pass(Duration.ofMinutes(1).minusMillis(1));
    assertThat(rig.stateOf(id)).isEqualTo(JobState.SCHEDULED);
    rig.pass(Duration.ofMillis(1));
    assertThat(rig.stateOf(id)).isEqualTo(JobState.RUNNING);
  }

  @Test
  void shouldRefuseToMoveWhereTheJobCannotGo() {
    rig.create("mail", "remote");
    rig.create("closing", "shell");
    rig.drain("closing", true);
    JobId id = rig.submit(job().delay(Duration.ofHours(1)));

    assertRefused(
        ErrorCode.NOTFOUND, () -> rig.act(id, new JobAction.Move("nowhere")), "'nowhere'");
    assertRefused(
        ErrorCode.INVALID, () -> rig.act(id, new JobAction.Move("mail")), "kind shell", "remote");
    assertRefused(ErrorCode.STATE, () -> rig.act(id, new JobAction.Move("closing")), "draining");
  }

  // Label, node, priority, tags.

  @Test
  void shouldStartARelabelledJobWhereItsNewDemandIsMet() {
    rig.announce("web2", 1, "gpu");
    JobId id = rig.submit(job().label("fpga"));
    assertThat(rig.stateOf(id)).isEqualTo(JobState.QUEUED);

    rig.act(id, new JobAction.Relabel("gpu", ""));

    assertThat(rig.job(id).lastAttempt().orElseThrow().node()).isEqualTo("web2");
    JobId pinned = rig.submit(job().node("web3"));
    rig.act(pinned, new JobAction.Relabel("", "web1"));
    assertThat(rig.job(pinned).lastAttempt().orElseThrow().node()).isEqualTo("web1");
  }

  @Test
  void shouldStartBetterPrioritiesFirstAndKeepTheOrderWithinOne() {
    JobId running = rig.submit(job());
    JobId first = rig.submit(job());
    JobId second = rig.submit(job());
    JobId third = rig.submit(job());

    rig.act(third, new JobAction.Reprioritize(0));
    rig.act(first, new JobAction.Reprioritize(7));
    rig.act(first, new JobAction.Reprioritize(4));
    runAll();

    assertThat(rig.started()).containsExactly(running, third, first, second);
    assertRefused(
        ErrorCode.INVALID, () -> rig.act(first, new JobAction.Reprioritize(8)), "0 (best) to 7");
  }

  @Test
  void shouldAddAndRemoveTags() {
    JobId id = rig.submit(job().tags(List.of("red", "blue")));

    Job job = rig.act(id, new JobAction.Tag(List.of("green", "red"), List.of("blue")));

    assertThat(job.spec().options().tags()).containsExactly("red", "green");
    assertRefused(
        ErrorCode.INVALID,
        () -> rig.act(id, new JobAction.Tag(List.of("a,b"), List.of())),
        "'a,b'");
  }

  // Retry and delete.

  @Test
  void shouldRunAFailedJobNowWithFreshTries() {
    RetryPolicy once =
        new RetryPolicy(2, Duration.ofHours(1), 1, Duration.ofHours(1), 0, List.of());
    JobId id = rig.submit(job().retry(once));
    rig.fail(id);
    rig.act(id, new JobAction.Retry());
    assertThat(rig.stateOf(id)).isEqualTo(JobState.RUNNING);
    rig.fail(id);
    assertThat(rig.stateOf(id)).isEqualTo(JobState.RETRYING);
    rig.pass(Duration.ofHours(1));
    rig.fail(id);
    assertThat(rig.stateOf(id)).isEqualTo(JobState.FAILED);

    Job again = rig.act(id, new JobAction.Retry());

    assertThat(again.reason()).isEmpty();
    assertThat(rig.stateOf(id)).isEqualTo(JobState.RUNNING);
    assertThat(rig.order(id).attempt()).isEqualTo(4);
    rig.succeed(id);
    assertThat(rig.stateOf(id)).isEqualTo(JobState.SUCCEEDED);
    rig.pass(Duration.ofHours(2));
    assertThat(rig.job(id).attempts()).hasSize(4);
  }

  @Test
  void shouldRunAScheduledJobNow() {
    JobId id = rig.submit(job().delay(Duration.ofHours(1)));

    rig.act(id, new JobAction.Retry());

    rig.succeed(id);
    rig.pass(Duration.ofHours(2));
    assertThat(rig.started()).containsExactly(id);
  }

  @Test
  void shouldForgetADeletedJobAndItsFilesButNotItsId() {
    JobSpec.Builder spec = job().id("once");
    JobId id = rig.submit(spec);
    rig.succeed(id);

    Job answer = rig.act(id, new JobAction.Delete());

    assertThat(answer.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(rig.find(id)).isEmpty();
    assertThat(rig.released()).containsExactly(id);
    assertThat(rig.submission(spec).known()).isTrue();
  }

  @Test
  void shouldNotDeleteAJobThatOthersWaitFor() {
    JobId parent = rig.submit(job().retry(RetryPolicy.NONE));
    JobId other = rig.submit(job());
    JobId child = rig.submit(job().after(List.of(parent, other)));
    rig.succeed(parent);

    assertRefused(ErrorCode.STATE, () -> rig.act(parent, new JobAction.Delete()), "wait for it");

    rig.cancel(child, CancelMode.NEVER);
    rig.act(parent, new JobAction.Delete());
  }
}
