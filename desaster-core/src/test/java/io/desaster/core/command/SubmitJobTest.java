/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import static io.desaster.core.command.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Submission;
import io.desaster.core.scheduler.SchedulerRig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SubmitJobTest {
  final SchedulerRig rig = SchedulerRig.withSlots(1);

  private static JobSpec.Builder job() {
    return JobSpec.shell("true");
  }

  private JobId idMadeAt(Instant time) {
    return JobId.of(time.toEpochMilli(), 1, 1);
  }

  @Test
  void shouldStartJobAtOnceWhenASlotIsFree() {
    JobId id = rig.submit(job());

    assertThat(rig.stateOf(id)).isEqualTo(JobState.RUNNING);
    assertThat(rig.order(id).attempt()).isEqualTo(1);
    assertThat(rig.job(id).spec().queue()).isEqualTo("shell");
  }

  @Test
  void shouldMakeIdsInTheOrderInWhichJobsCome() {
    List<JobId> ids = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ids.add(rig.submit(job()));
    }

    assertThat(ids).isSorted();
  }

  @Test
  void shouldTakeTheSameSpecWithTheSameIdAsOneJob() {
    JobSpec.Builder spec = job().id("once").priority(2);
    Submission first = rig.submission(spec);

    Submission again = rig.submission(spec);

    assertThat(again).isEqualTo(new Submission(first.id(), true, 1));
    assertThat(rig.state().jobCount()).isEqualTo(1);
  }

  static Stream<Arguments> otherSpecs() {
    return Stream.of(
        Arguments.of("payload", JobSpec.shell("false").id("once")),
        Arguments.of("option", job().priority(1).id("once")),
        Arguments.of("queue", job().queue("elsewhere").id("once")));
  }

  @ParameterizedTest(name = "another {0}")
  @MethodSource("otherSpecs")
  void shouldRefuseAnotherSpecWithAKnownId(String what, JobSpec.Builder other) {
    rig.create("elsewhere", "shell");
    JobId id = rig.submit(job().id("once"));

    assertRefused(ErrorCode.EXISTS, () -> rig.submit(other), id.toString(), "use a new id");
    assertThat(rig.state().jobCount()).isEqualTo(1);
  }

  static Stream<Arguments> operatorsChanges() {
    return Stream.of(
        Arguments.of(new JobAction.Move("elsewhere")),
        Arguments.of(new JobAction.Relabel("gpu", "")),
        Arguments.of(new JobAction.Reprioritize(0)),
        Arguments.of(new JobAction.Tag(List.of("seen"), List.of())));
  }

  @ParameterizedTest
  @MethodSource("operatorsChanges")
  void shouldKnowASpecAgainWhateverOperatorsChanged(JobAction change) {
    rig.create("shell", "shell");
    rig.create("elsewhere", "shell");
    rig.pause("shell");
    JobSpec.Builder spec = job().id("once");
    JobId id = rig.submit(spec);
    rig.act(id, change);

    assertThat(rig.submission(spec).known()).isTrue();
    rig.restart();
    assertThat(rig.submission(spec).known()).isTrue();
  }

  @Test
  void shouldRememberAForgottenJobForTheIdWindowAfterItsEnd() {
    rig.create("shell", "shell", "keep-succeeded", "1m");
    JobSpec.Builder spec = job().id("once");
    JobId id = rig.submit(spec);
    rig.succeed(id);
    rig.pass(Duration.ofMinutes(59));
    assertThat(rig.find(id)).isEmpty();

    assertThat(rig.submission(spec)).isEqualTo(new Submission(id, true, 1));
    assertRefused(ErrorCode.EXISTS, () -> rig.submit(JobSpec.shell("false").id("once")));
    rig.restart();
    assertThat(rig.submission(spec).known()).isTrue();
    assertThat(rig.started()).hasSize(1);
  }

  @Test
  void shouldNeverRunAnUnknownTimedIdFromBeforeTheWindow() {
    Instant old = rig.now().minus(SchedulerRig.ID_WINDOW).minusMillis(1);

    assertRefused(ErrorCode.EXPIRED, () -> rig.submit(job().id(idMadeAt(old))), "new id");
    assertThat(rig.submission(job().id(idMadeAt(old.plusMillis(1)))).known()).isFalse();
  }

  @Test
  void shouldTakeAnIdFromAClockThatIsAheadOnceOnly() {
    rig.create("shell", "shell", "keep-succeeded", "1m");
    JobSpec.Builder spec = job().id(idMadeAt(rig.now().plus(Duration.ofMinutes(50))));
    JobId id = rig.submit(spec);
    rig.succeed(id);

    // An hour and fifty minutes after the end the id itself is too old.
    for (int minutes = 0; minutes < 130; minutes += 10) {
      rig.pass(Duration.ofMinutes(10));
      try {
        assertThat(rig.submission(spec).known()).isTrue();
      } catch (DesasterException refused) {
        assertThat(refused.code()).isEqualTo(ErrorCode.EXPIRED);
      }
    }
    assertThat(rig.started()).containsExactly(id);
  }

  @Test
  void shouldRefuseAMissingQueueWhenQueuesAreStrict() {
    rig.strict();

    assertRefused(ErrorCode.NOTFOUND, () -> rig.submit(job().queue("mail")), "'mail'", "create");
    rig.create("mail", "shell");
    rig.submit(job().queue("mail"));
  }

  @Test
  void shouldRefuseAnotherKindThanTheQueueHolds() {
    rig.create("mail", "remote");

    assertRefused(
        ErrorCode.INVALID, () -> rig.submit(job().queue("mail")), "kind shell", "kind remote");
  }

  @Test
  void shouldRefuseNewJobsWhileTheQueueDrainsButKnowOldOnes() {
    JobSpec.Builder spec = job().id("once");
    rig.submit(spec);
    rig.drain("shell", true);

    assertRefused(ErrorCode.STATE, () -> rig.submit(job()), "draining");
    assertThat(rig.submission(spec).known()).isTrue();
    rig.drain("shell", false);
    rig.submit(job());
  }

  @Test
  void shouldRefuseMoreWaitingJobsThanMaxLength() {
    rig.create("shell", "shell", "max-length", "2");
    JobId running = rig.submit(job());
    rig.submit(job());
    rig.submit(job().delay(Duration.ofHours(1)));

    assertRefused(ErrorCode.FULL, () -> rig.submit(job()), "holds 2", "max-length is 2");
    rig.succeed(running);
    rig.submit(job());
  }

  static Stream<Arguments> shortages() {
    return Stream.of(
        Arguments.of(
            "disk",
            (Consumer<SchedulerRig>) rig -> rig.tell(new SetRoom(false)),
            (Consumer<SchedulerRig>) rig -> rig.tell(new SetRoom(true))),
        Arguments.of(
            "heap",
            (Consumer<SchedulerRig>) rig -> rig.tell(new SetMemoryRoom(false)),
            (Consumer<SchedulerRig>) rig -> rig.tell(new SetMemoryRoom(true))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("shortages")
  void shouldRefuseNewJobsButRecordEndsWhileThereIsNoRoom(
      String what, Consumer<SchedulerRig> begins, Consumer<SchedulerRig> ends) {
    JobSpec.Builder known = job().id("once");
    JobId id = rig.submit(known);
    begins.accept(rig);

    assertRefused(ErrorCode.FULL, () -> rig.submit(job()), what);
    assertThat(rig.submission(known).known()).isTrue();
    rig.succeed(id);
    assertThat(rig.stateOf(id)).isEqualTo(JobState.SUCCEEDED);
    ends.accept(rig);
    rig.submit(job());
  }

  @Test
  void shouldRefuseAPayloadThatIsTooLarge() {
    byte[] large = new byte[SchedulerRig.PAYLOAD_MAX + 1];

    assertRefused(ErrorCode.INVALID, () -> rig.submit(JobSpec.of("shell", large)), "10001");
    rig.submit(JobSpec.of("shell", new byte[SchedulerRig.PAYLOAD_MAX]));
  }

  static Stream<Arguments> wrongNames() {
    return Stream.of(
        Arguments.of(job().queue(" mail")),
        Arguments.of(job().queue("-mail")),
        Arguments.of(job().queue("x".repeat(129))),
        Arguments.of(JobSpec.of("no kind", "x")),
        Arguments.of(job().limit("api")),
        Arguments.of(job().limit("api:0")),
        Arguments.of(job().limit(":3")));
  }

  @ParameterizedTest
  @MethodSource("wrongNames")
  void shouldRefuseWrongNamesAndMakeNoQueue(JobSpec.Builder wrong) {
    assertRefused(ErrorCode.INVALID, () -> rig.submit(wrong));
    assertThat(rig.state().queues()).isEmpty();
  }

  @Test
  void shouldStartNotBeforeItsTime() {
    JobId delayed = rig.submit(job().delay(Duration.ofMinutes(10)));
    JobId at = rig.submit(job().at(rig.now().plus(Duration.ofMinutes(20))));
    JobId past = rig.submit(job().at(rig.now().minusSeconds(1)));
    assertThat(rig.stateOf(past)).isEqualTo(JobState.RUNNING);
    rig.succeed(past);

    rig.pass(Duration.ofMinutes(10).minusMillis(1));
    assertThat(rig.stateOf(delayed)).isEqualTo(JobState.SCHEDULED);
    rig.pass(Duration.ofMillis(1));
    assertThat(rig.stateOf(delayed)).isEqualTo(JobState.RUNNING);
    rig.succeed(delayed);
    rig.restart();
    rig.pass(Duration.ofMinutes(10).minusMillis(1));
    assertThat(rig.stateOf(at)).isEqualTo(JobState.SCHEDULED);
    rig.pass(Duration.ofMillis(1));
    assertThat(rig.stateOf(at)).isEqualTo(JobState.RUNNING);
  }
}
