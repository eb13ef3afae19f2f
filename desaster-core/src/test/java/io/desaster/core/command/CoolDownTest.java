/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import static io.desaster.core.command.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.CancelMode;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.RetryPolicy;
import io.desaster.api.job.Submission;
import io.desaster.core.scheduler.SchedulerRig;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoolDownTest {
  private static final Duration WINDOW = Duration.ofSeconds(30);
  private static final Duration TICK = Duration.ofMillis(1);

  private final SchedulerRig rig = SchedulerRig.withSlots(4);

  private void queue(String from, String... more) {
    String[] options = new String[4 + more.length];
    System.arraycopy(new String[] {"cool-down", "30s", "cool-down-from", from}, 0, options, 0, 4);
    System.arraycopy(more, 0, options, 4, more.length);
    rig.create("shell", "shell", options);
  }

  private static JobSpec.Builder keyed() {
    return JobSpec.shell("true").key("news");
  }

  private void assertBlocked(JobSpec.Builder spec) {
    int before = rig.state().jobCount();
    assertRefused(ErrorCode.DUPLICATE, () -> rig.submit(spec));
    assertThat(rig.state().jobCount()).isEqualTo(before);
  }

  private long clear(String key) {
    return rig.ask(reply -> new ClearCoolDowns("shell", key, reply));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldBlockAKeyFromItsEnqueueing(boolean restarted) {
    queue("enqueue");
    JobId holder = rig.submit(keyed());
    if (restarted) {
      rig.restart();
    }

    assertRefused(
        ErrorCode.DUPLICATE,
        () -> rig.submit(keyed()),
        "'news'",
        holder.toString(),
        rig.now().plus(WINDOW).toString());
    rig.pass(WINDOW.minus(TICK));
    assertBlocked(keyed());
    rig.pass(TICK);
    rig.submit(keyed());
    assertThat(rig.state().coolDowns().all()).hasSize(1);
  }

  @Test
  void shouldBlockAKeyFromTheEndOfItsJob() {
    queue("finish");
    JobId first = rig.submit(keyed());
    JobId second = rig.submit(keyed());
    rig.pass(Duration.ofMinutes(1));
    rig.succeed(first);

    assertBlocked(keyed());
    rig.pass(WINDOW);
    rig.succeed(second);
    assertBlocked(keyed());
    rig.pass(WINDOW);
    rig.submit(keyed());
  }

  @Test
  void shouldCountFromTheLastEndIfJobsOfOneKeyRanAtOnce() {
    queue("finish");
    JobId first = rig.submit(keyed());
    JobId second = rig.submit(keyed());
    rig.succeed(first);
    rig.pass(Duration.ofSeconds(20));
    rig.succeed(second);

    rig.pass(WINDOW.minus(TICK));
    assertRefused(ErrorCode.DUPLICATE, () -> rig.submit(keyed()), second.toString());
    rig.pass(TICK);
    rig.submit(keyed());
  }

  @Test
  void shouldNotFreeAnOpenKeyAtTheEndOfAJobThatDoesNotHoldIt() {
    queue("enqueue");
    JobId early = rig.submit(keyed());
    rig.pass(WINDOW);
    rig.set("shell", "cool-down-from", "both");
    JobId holder = rig.submit(keyed());
    rig.succeed(early);

    rig.pass(WINDOW);
    assertRefused(ErrorCode.DUPLICATE, () -> rig.submit(keyed()), holder.toString());
  }

  @Test
  void shouldBlockAKeyFromEnqueueingUntilAWindowAfterTheEnd() {
    queue("both");
    JobId id = rig.submit(keyed());
    rig.pass(Duration.ofDays(1));
    assertRefused(ErrorCode.DUPLICATE, () -> rig.submit(keyed()), "until it is finished");
    rig.restart();
    assertBlocked(keyed());

    rig.succeed(id);

    rig.pass(WINDOW.minus(TICK));
    assertBlocked(keyed());
    rig.pass(TICK);
    rig.submit(keyed());
  }

  @Test
  void shouldNotCallAJobFinishedThatIsTriedAgain() {
    queue("finish");
    JobId id = rig.submit(keyed());
    rig.fail(id);

    rig.submit(keyed());
    rig.pass(Duration.ofMinutes(1));
    rig.succeed(id);
    assertBlocked(keyed());
  }

  @Test
  void shouldAnswerWithTheHolderIfItCoalesces() {
    queue("both", "cool-down-on-hit", "coalesce");
    JobId holder = rig.submit(keyed());

    assertThat(rig.submission(keyed())).isEqualTo(new Submission(holder, true, 1));
    rig.succeed(holder);
    assertThat(rig.submission(keyed()).id()).isEqualTo(holder);
    assertThat(rig.started()).containsExactly(holder);
  }

  @Test
  void shouldTakeKindAndPayloadAsTheKeyOfAJobWithoutOne() {
    queue("enqueue");
    rig.submit(JobSpec.shell("true"));

    assertBlocked(JobSpec.shell("true").priority(1));
    rig.submit(JobSpec.shell("false"));
    rig.create("other", "shell", "cool-down", "30s");
    rig.submit(JobSpec.shell("true").queue("other"));
  }

  @Test
  void shouldFindALargePayloadAgainByItsHash() {
    queue("finish");
    byte[] payload = new byte[5_000];
    JobId id = rig.submit(JobSpec.of("shell", payload));
    rig.succeed(id);

    assertBlocked(JobSpec.of("shell", payload.clone()));
    byte[] other = payload.clone();
    other[4_999] = 1;
    rig.submit(JobSpec.of("shell", other));
  }

  @Test
  void shouldLookAtTheIdBeforeTheKey() {
    queue("enqueue");
    JobSpec.Builder spec = keyed().id("once");
    JobId id = rig.submit(spec);

    assertThat(rig.submission(spec)).isEqualTo(new Submission(id, true, 1));
  }

  @Test
  void shouldNeverBlockRetriesAndRelocations() {
    queue("both");
    rig.announce("web2", 4);
    JobId id = rig.submit(keyed());
    rig.fail(id);
    rig.pass(Duration.ofSeconds(6));
    rig.cancel(id, CancelMode.ELSEWHERE);
    rig.end(id, Outcome.CANCELLED, 143);
    rig.succeed(id);

    rig.act(id, new JobAction.Retry());

    assertThat(rig.order(id).attempt()).isEqualTo(4);
  }

  @Test
  void shouldFreeTheKeyWhenTheHolderFailsOrIsCancelledAndTheWindowIsOver() {
    queue("both");
    JobId failed = rig.submit(keyed().retry(RetryPolicy.NONE));
    rig.fail(failed);
    assertBlocked(keyed());
    rig.pass(WINDOW);
    JobId cancelled = rig.submit(keyed().delay(Duration.ofHours(1)));
    rig.cancel(cancelled, CancelMode.NEVER);
    assertBlocked(keyed());
    rig.pass(WINDOW);
    rig.submit(keyed());
  }

  @Test
  void shouldTakeAnOpenKeyAlongToAnotherQueue() {
    queue("both");
    rig.create("other", "shell", "cool-down", "30s", "cool-down-from", "both");
    rig.create("plain", "shell");
    JobId id = rig.submit(keyed().delay(Duration.ofHours(1)));
    rig.act(id, new JobAction.Move("other"));

    rig.submit(keyed().delay(Duration.ofHours(1)));
    assertBlocked(keyed().queue("other"));
    rig.act(id, new JobAction.Move("plain"));
    rig.submit(keyed().queue("other"));
  }

  @Test
  void shouldFreeAnOpenKeyAtItsJobsEndIfTheCoolDownWasSwitchedOff() {
    queue("both");
    JobId id = rig.submit(keyed());
    rig.set("shell", "cool-down", "0s");
    rig.succeed(id);

    rig.set("shell", "cool-down", "30s");

    rig.submit(keyed());
  }

  @Test
  void shouldClearOneKeyOrAll() {
    queue("enqueue");
    for (String key : List.of("a", "b", "c")) {
      rig.submit(JobSpec.shell("true").key(key));
    }
    assertThat(clear("a")).isEqualTo(1);
    rig.submit(JobSpec.shell("true").key("a"));
    assertBlocked(JobSpec.shell("true").key("b"));

    assertThat(clear("nobody")).isZero();
    assertThat(clear("")).isEqualTo(3);

    assertThat(rig.state().coolDowns().all()).isEmpty();
    assertRefused(
        ErrorCode.NOTFOUND,
        () -> rig.<Long>ask(reply -> new ClearCoolDowns("nowhere", "", reply)),
        "'nowhere'");
  }

  @Test
  void shouldBlockAnewForAWholeWindowAfterAClear() {
    queue("enqueue");
    rig.submit(keyed());
    rig.pass(Duration.ofSeconds(20));
    clear("");
    rig.submit(keyed());

    // The first window ends here and must not free the second holder's key.
    rig.pass(Duration.ofSeconds(10));
    assertBlocked(keyed());
    rig.pass(Duration.ofSeconds(20));
    rig.submit(keyed());
  }
}
