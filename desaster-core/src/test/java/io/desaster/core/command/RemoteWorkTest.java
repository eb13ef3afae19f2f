/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import static io.desaster.core.command.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.RemoteWork;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.CancelMode;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.OnLost;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.RetryPolicy;
import io.desaster.core.scheduler.Answer;
import io.desaster.core.scheduler.SchedulerRig;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemoteWorkTest {
  private static final Duration LOST_AFTER = Duration.ofSeconds(30);

  private final SchedulerRig rig = SchedulerRig.withSlots(1);

  private static JobSpec.Builder job() {
    return JobSpec.of("remote", "x");
  }

  private List<RemoteWork.Running> beat(String worker, JobId job, int attempt) {
    List<RemoteWork.Running> running = List.of(new RemoteWork.Running(job, attempt));
    return rig.ask(reply -> new BeatRemote(worker, running, reply));
  }

  private Answer<List<RemoteWork.Taken>> ask(String worker, int count, Duration patience) {
    RemoteWork.Take take = new RemoteWork.Take(worker, List.of(), List.of(), count, patience);
    return rig.send(reply -> new TakeRemote(take, reply));
  }

  /** Taken by worker a, which then falls silent; taken again by worker b. */
  private JobId replaced() {
    JobId id = rig.submit(job());
    rig.take("a", 1);
    rig.pass(LOST_AFTER.plusSeconds(1));
    assertThat(rig.stateOf(id)).isEqualTo(JobState.RETRYING);
    rig.pass(Duration.ofSeconds(6));
    assertThat(rig.take("b", 1)).extracting(RemoteWork.Taken::attempt).containsExactly(2);
    return id;
  }

  // Taking.

  @Test
  void shouldHandOutWhatIsThereAndNoMoreThanWasAskedFor() {
    JobId first = rig.submit(job());
    JobId second = rig.submit(job());
    JobId third = rig.submit(job());

    List<RemoteWork.Taken> taken = rig.take("a", 2);

    assertThat(taken).extracting(RemoteWork.Taken::job).containsExactly(first, second);
    assertThat(rig.stateOf(third)).isEqualTo(JobState.QUEUED);
    assertThat(rig.job(first).lastAttempt().orElseThrow().node()).isEqualTo("a");
  }

  @Test
  void shouldLetAWorkerWaitForWorkAndAnswerWhenItsPatienceIsOver() {
    Answer<List<RemoteWork.Taken>> patient = ask("a", 5, Duration.ofSeconds(10));
    Answer<List<RemoteWork.Taken>> hasty = ask("b", 5, Duration.ofSeconds(1));
    rig.pass(Duration.ofSeconds(1));
    assertThat(hasty.value()).isEmpty();
    assertThat(patient.given()).isFalse();

    JobId id = rig.submit(job());

    assertThat(patient.value()).extracting(RemoteWork.Taken::job).containsExactly(id);
  }

  @Test
  void shouldGiveNothingToARequestThatWasWithdrawn() {
    Answer<List<RemoteWork.Taken>> gone = ask("a", 1, Duration.ofHours(1));
    rig.tell(new WithdrawRemote(gone));

    JobId id = rig.submit(job());

    assertThat(rig.stateOf(id)).isEqualTo(JobState.QUEUED);
    assertThat(rig.take("b", 1)).hasSize(1);
  }

  @Test
  void shouldPutAnOrderThatReachedNobodyBackToItsPlace() {
    JobId first = rig.submit(job());
    JobId second = rig.submit(job());
    List<RemoteWork.Taken> taken = rig.take("a", 1);
    rig.tell(new ReturnRemote(taken));

    List<RemoteWork.Taken> again = rig.take("b", 2);

    assertThat(again).extracting(RemoteWork.Taken::job).containsExactly(first, second);
    assertThat(again).extracting(RemoteWork.Taken::attempt).containsExactly(1, 1);
  }

  @ParameterizedTest
  @CsvSource({"'', 1, 0", "a, 0, 0", "a, 10001, 0", "a, 1, -1"})
  void shouldRefuseARequestThatMakesNoSense(String worker, int count, long patience) {
    assertRefused(
        ErrorCode.INVALID, () -> ask(worker, count, Duration.ofSeconds(patience)).value());
  }

  @Test
  void shouldServeOnlyTheQueuesThatAWorkerNames() {
    rig.submit(job().queue("other"));
    JobId mine = rig.submit(job().queue("mine"));
    RemoteWork.Take take = new RemoteWork.Take("a", List.of("mine"), List.of(), 5, Duration.ZERO);

    List<RemoteWork.Taken> taken = rig.ask(reply -> new TakeRemote(take, reply));

    assertThat(taken).extracting(RemoteWork.Taken::job).containsExactly(mine);
  }

  // Ends.

  @Test
  void shouldTakeDoneAndFail() {
    JobId good = rig.submit(job());
    JobId bad = rig.submit(job().retry(RetryPolicy.NONE));
    rig.take("a", 2);

    rig.endRemote(good, 1, Outcome.SUCCEEDED, -1);
    rig.endRemote(bad, 1, Outcome.FAILED, 4);

    assertThat(rig.stateOf(good)).isEqualTo(JobState.SUCCEEDED);
    assertThat(rig.stateOf(bad)).isEqualTo(JobState.FAILED);
  }

  @Test
  void shouldRefuseReportsAboutWhatDoesNotRun() {
    JobId id = rig.submit(job());
    JobId local = rig.submit(JobSpec.shell("true"));

    assertRefused(ErrorCode.STALE, () -> rig.endRemote(id, 1, Outcome.SUCCEEDED, -1), "QUEUED");
    rig.take("a", 1);
    assertRefused(ErrorCode.STALE, () -> rig.endRemote(id, 2, Outcome.SUCCEEDED, -1));
    assertRefused(
        ErrorCode.STATE, () -> rig.endRemote(local, 1, Outcome.SUCCEEDED, -1), "kind shell");
    assertRefused(
        ErrorCode.NOTFOUND, () -> rig.endRemote(JobId.parse("nobody"), 1, Outcome.SUCCEEDED, -1));
    assertThat(rig.stateOf(id)).isEqualTo(JobState.RUNNING);
  }

  @Test
  void shouldEndTheJobByALateSuccessAndSupersedeTheNewerAttempt() {
    JobId id = replaced();

    rig.endRemote(id, 1, Outcome.SUCCEEDED, -1);

    Job job = rig.job(id);
    assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(job.reason()).isEmpty();
    assertThat(job.attempts())
        .extracting(attempt -> attempt.outcome().orElseThrow())
        .containsExactly(Outcome.SUCCEEDED, Outcome.SUPERSEDED);
    // The newer one hears of it with its next beat, and its report changes nothing.
    assertThat(beat("b", id, 2)).containsExactly(new RemoteWork.Running(id, 2));
    assertRefused(ErrorCode.STALE, () -> rig.endRemote(id, 2, Outcome.FAILED, 1));
    assertThat(rig.job(id)).usingRecursiveComparison().isEqualTo(job);
    assertThat(rig.insides().leased()).isEmpty();
  }

  @Test
  void shouldEndTheJobByALateSuccessWhileItWaits() {
    JobId id = rig.submit(job());
    rig.take("a", 1);
    rig.pass(LOST_AFTER.plusSeconds(1));

    rig.endRemote(id, 1, Outcome.SUCCEEDED, -1);

    assertThat(rig.stateOf(id)).isEqualTo(JobState.SUCCEEDED);
    rig.pass(Duration.ofMinutes(1));
    assertThat(rig.take("b", 1)).isEmpty();
  }

  @Test
  void shouldChangeNothingByALateFailureOfAReplacedAttempt() {
    JobId id = replaced();
    Job before = rig.job(id);

    assertRefused(
        ErrorCode.STALE, () -> rig.endRemote(id, 1, Outcome.FAILED, 1), "changes nothing");

    assertThat(rig.job(id)).usingRecursiveComparison().isEqualTo(before);
    rig.endRemote(id, 2, Outcome.SUCCEEDED, -1);
    assertThat(rig.stateOf(id)).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void shouldTellACancelledAttemptWithItsNextBeat() {
    JobId id = rig.submit(job());
    rig.take("a", 1);
    assertThat(beat("a", id, 1)).isEmpty();
    rig.cancel(id, CancelMode.NEVER);

    assertThat(beat("a", id, 1)).hasSize(1);
    rig.endRemote(id, 1, Outcome.FAILED, -1);

    assertThat(rig.stateOf(id)).isEqualTo(JobState.CANCELLED);
  }

  // Leases.

  @Test
  void shouldKeepAnAttemptAsLongAsItBeats() {
    JobId id = rig.submit(job());
    rig.take("a", 1);
    for (int i = 0; i < 20; i++) {
      rig.pass(LOST_AFTER.minusSeconds(2));
      assertThat(beat("a", id, 1)).isEmpty();
    }
    assertThat(rig.stateOf(id)).isEqualTo(JobState.RUNNING);
    // Somebody else's beat does not count.
    rig.pass(LOST_AFTER.minusSeconds(2));
    assertThat(beat("b", id, 1)).hasSize(1);
    rig.pass(Duration.ofSeconds(3));
    assertThat(rig.stateOf(id)).isEqualTo(JobState.RETRYING);
  }

  @Test
  void shouldStartTheLeaseAnewAfterARestart() {
    JobId id = rig.submit(job());
    rig.take("a", 1);
    rig.pass(LOST_AFTER.minusSeconds(2));

    rig.restart();
    rig.pass(LOST_AFTER.minusSeconds(2));
    assertThat(rig.stateOf(id)).isEqualTo(JobState.RUNNING);
    assertThat(beat("a", id, 1)).isEmpty();

    rig.pass(LOST_AFTER.plusSeconds(1));
    assertThat(rig.stateOf(id)).isEqualTo(JobState.RETRYING);
  }

  @Test
  void shouldFailALostJobThatMustNotRunTwice() {
    JobId id = rig.submit(job().onLost(OnLost.FAIL));
    rig.take("a", 1);

    rig.pass(LOST_AFTER.plusSeconds(1));

    assertThat(rig.stateOf(id)).isEqualTo(JobState.FAILED);
    assertThat(rig.job(id).reason()).startsWith("lost: worker a was silent for 30 s");
  }

  @Test
  void shouldWaitForALostWorkerIfToldSo() {
    JobId id = rig.submit(job().onLost(OnLost.WAIT));
    rig.take("a", 1);
    rig.pass(LOST_AFTER.plusSeconds(1));
    assertThat(rig.stateOf(id)).isEqualTo(JobState.RUNNING);
    assertThat(rig.job(id).unreachableSince()).isPresent();
    rig.pass(Duration.ofDays(1));
    assertThat(rig.job(id).attempts()).hasSize(1);

    assertThat(beat("a", id, 1)).isEmpty();

    assertThat(rig.job(id).unreachableSince()).isEmpty();
    rig.endRemote(id, 1, Outcome.SUCCEEDED, -1);
    assertThat(rig.stateOf(id)).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void shouldEndACancelledAttemptWhoseWorkerIsNeverHeardOfAgain() {
    JobId id = rig.submit(job().onLost(OnLost.WAIT));
    rig.take("a", 1);
    rig.cancel(id, CancelMode.NEVER);
    rig.pass(LOST_AFTER.minusSeconds(1));
    assertThat(rig.stateOf(id)).isEqualTo(JobState.RUNNING);

    rig.pass(Duration.ofSeconds(3));

    assertThat(rig.stateOf(id)).isEqualTo(JobState.CANCELLED);
    assertThat(rig.job(id).reason()).isEqualTo("cancelled by alice");
    assertRefused(ErrorCode.STALE, () -> rig.endRemote(id, 1, Outcome.SUCCEEDED, -1));
    assertThat(beat("a", id, 1)).isNotEmpty();
  }

  @Test
  void shouldNotRunAWaitingJobTwiceBecauseItsAttemptWasToBeRepeated() {
    JobId id = rig.submit(job().onLost(OnLost.WAIT));
    rig.take("a", 1);
    rig.cancel(id, CancelMode.RETRY);

    rig.pass(LOST_AFTER.plusSeconds(3));

    assertThat(rig.stateOf(id)).isEqualTo(JobState.RUNNING);
  }

  @Test
  void shouldTakeOnLostAndLostAfterFromTheQueue() {
    rig.create("remote", "remote", "on-lost", "fail", "lost-after", "5s");
    JobId id = rig.submit(job());
    assertThat(rig.take("a", 1)).extracting(RemoteWork.Taken::leaseMillis).containsExactly(5000L);

    rig.pass(Duration.ofSeconds(6));

    assertThat(rig.stateOf(id)).isEqualTo(JobState.FAILED);
  }

  @Test
  void shouldEndARemoteAttemptThatTakesTooLong() {
    JobId id = rig.submit(job().timeout(Duration.ofSeconds(40)));
    rig.take("a", 1);
    rig.pass(Duration.ofSeconds(25));
    beat("a", id, 1);
    rig.pass(Duration.ofSeconds(14));
    assertThat(rig.stateOf(id)).isEqualTo(JobState.RUNNING);

    rig.pass(Duration.ofSeconds(2));

    assertThat(rig.stateOf(id)).isEqualTo(JobState.RETRYING);
    assertThat(rig.job(id).lastAttempt().orElseThrow().outcome()).contains(Outcome.TIMED_OUT);
    assertThat(beat("a", id, 1)).hasSize(1);
  }
}
