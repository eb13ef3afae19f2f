/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import static io.desaster.core.command.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.CancelMode;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobOptions;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.operation.Operation;
import io.desaster.api.queue.QueueInfo;
import io.desaster.core.scheduler.Answer;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.SchedulerRig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BulkOperationTest {
  private static final JobAction CANCEL =
      new JobAction.Cancel(CancelMode.NEVER, Optional.empty(), "alice");

  final SchedulerRig rig = SchedulerRig.withSlots(1);

  @BeforeEach
  void pauseAll() {
    rig.create("shell", "shell");
    rig.create("other", "shell");
    rig.create("third", "shell");
    List.of("shell", "other", "third").forEach(rig::pause);
  }

  private List<JobId> submit(int count) {
    List<JobId> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(rig.submit(JobSpec.shell("true").tags(List.of("old"))));
    }
    return ids;
  }

  private static long[] halves(List<JobId> ids) {
    long[] halves = new long[ids.size() * 2];
    for (int i = 0; i < ids.size(); i++) {
      halves[2 * i] = ids.get(i).high();
      halves[2 * i + 1] = ids.get(i).low();
    }
    return halves;
  }

  /** Begins it, does its first slice and no more. */
  private Operation begin(JobAction action, List<JobId> ids) {
    Answer<Operation> answer =
        rig.send(
            reply -> new StartOperation(action, "all", "alice", halves(ids), reply, Reply.none()));
    return answer.value();
  }

  private Operation run(JobAction action, List<JobId> ids) {
    Operation begun = begin(action, ids);
    rig.pass(Duration.ZERO);
    return operation(begun.id());
  }

  private Operation operation(long id) {
    return rig.state().operation(id).view();
  }

  private Operation undo(long id) {
    Operation begun = rig.ask(reply -> new UndoOperation(id, "bob", reply));
    return operation(begun.id());
  }

  private long count(JobState state) {
    return rig.state().queue("shell").count(state);
  }

  @Test
  void shouldActOnTheSelectionInSlicesBetweenOtherWork() {
    List<JobId> ids = submit(1_200);

    Operation begun = begin(CANCEL, ids);

    assertThat(begun.selected()).isEqualTo(1_200);
    assertThat(count(JobState.CANCELLED)).isEqualTo(512);
    assertThat(operation(begun.id()).state()).isEqualTo(Operation.State.RUNNING);
    rig.turn();
    assertThat(count(JobState.CANCELLED)).isEqualTo(1_024);
    rig.turn();
    Operation done = operation(begun.id());
    assertThat(done.state()).isEqualTo(Operation.State.DONE);
    assertThat(done.done()).isEqualTo(1_200);
    assertThat(done.by()).isEqualTo("alice");
    assertThat(done.endedAt()).contains(rig.now());
  }

  @Test
  void shouldLeaveAloneWhatWasNotThereWhenItBegan() {
    List<JobId> ids = submit(600);
    begin(CANCEL, ids);

    JobId later = rig.submit(JobSpec.shell("true"));

    assertThat(rig.stateOf(later)).isEqualTo(JobState.QUEUED);
    assertThat(count(JobState.CANCELLED)).isEqualTo(600);
  }

  @Test
  void shouldSkipJobsThatCannotTakeTheActionAnyMore() {
    List<JobId> ids = submit(3);
    rig.cancel(ids.get(0), CancelMode.NEVER);
    List<JobId> selected = new ArrayList<>(ids);
    selected.add(JobId.parse("nobody"));

    Operation operation = run(new JobAction.Move("other"), selected);

    assertThat(operation.done()).isEqualTo(2);
    assertThat(operation.skipped()).isEqualTo(2);
    assertThat(operation.state()).isEqualTo(Operation.State.DONE);
  }

  @Test
  void shouldEndAtOnceIfNothingIsSelected() {
    assertThat(run(CANCEL, List.of()).state()).isEqualTo(Operation.State.DONE);
  }

  @Test
  void shouldDoOneOperationAfterTheOtherAndTellWhenEachIsOver() {
    List<JobId> ids = submit(600);
    List<String> told = new ArrayList<>();
    for (String queue : List.of("other", "third")) {
      Answer<Operation> ended = new Answer<>();
      rig.<Operation>send(
          reply ->
              new StartOperation(new JobAction.Move(queue), "", "", halves(ids), reply, ended));
      told.add(queue + " " + ended.given());
    }
    rig.pass(Duration.ZERO);

    assertThat(told).containsExactly("other false", "third false");
    assertThat(rig.state().queue("third").count(JobState.QUEUED)).isEqualTo(600);
  }

  @Test
  void shouldStopWhereItIs() {
    List<JobId> ids = submit(1_200);
    Operation begun = begin(CANCEL, ids);

    Operation stopped = rig.ask(reply -> new StopOperation(begun.id(), reply));

    assertThat(stopped.state()).isEqualTo(Operation.State.STOPPED);
    assertThat(stopped.selected()).isEqualTo(1_200);
    assertThat(count(JobState.CANCELLED)).isEqualTo(512);
    assertRefused(
        ErrorCode.STATE,
        () -> rig.<Operation>ask(reply -> new StopOperation(begun.id(), reply)),
        "STOPPED");
    assertRefused(
        ErrorCode.NOTFOUND, () -> rig.<Operation>ask(reply -> new StopOperation(99, reply)), "99");

    undo(begun.id());
    assertThat(count(JobState.CANCELLED)).isZero();
  }

  @Test
  void shouldGoOnAfterARestart() {
    List<JobId> ids = submit(1_200);
    Operation begun = begin(CANCEL, ids);

    rig.restart();

    assertThat(operation(begun.id()).state()).isEqualTo(Operation.State.DONE);
    assertThat(count(JobState.CANCELLED)).isEqualTo(1_200);
    undo(begun.id());
    assertThat(count(JobState.QUEUED)).isEqualTo(1_200);
  }

  // Undo.

  static Stream<Arguments> actions() {
    return Stream.of(
        Arguments.of(CANCEL),
        Arguments.of(new JobAction.Move("other")),
        Arguments.of(new JobAction.Relabel("gpu", "web9")),
        Arguments.of(new JobAction.Reprioritize(1)),
        Arguments.of(new JobAction.Tag(List.of("new"), List.of("old"))));
  }

  @ParameterizedTest
  @MethodSource("actions")
  void shouldPutEverythingBackAsItWas(JobAction action) {
    List<JobId> ids = submit(600);
    List<String> before = ids.stream().map(id -> essence(id)).toList();
    Operation done = run(action, ids);
    assertThat(ids.stream().map(this::essence)).doesNotContainAnyElementsOf(before);

    Operation undone = undo(done.id());

    assertThat(ids.stream().map(this::essence).toList()).isEqualTo(before);
    assertThat(undone.state()).isEqualTo(Operation.State.DONE);
    assertThat(undone.undoOf()).isEqualTo(done.id());
    assertThat(operation(done.id()).state()).isEqualTo(Operation.State.UNDONE);
    assertThat(rig.insides().waiting(rig.state().queue("shell").record().id()))
        .extracting(job -> job.id())
        .isEqualTo(ids);
    assertRefused(ErrorCode.STATE, () -> undo(done.id()), "UNDONE");
    assertRefused(ErrorCode.STATE, () -> undo(undone.id()), "cannot be taken back");
  }

  private String essence(JobId id) {
    JobOptions options = rig.job(id).spec().options();
    return id
        + " "
        + rig.stateOf(id)
        + " "
        + rig.job(id).spec().queue()
        + " "
        + options.label()
        + options.node()
        + options.priority()
        + options.tags();
  }

  @Test
  void shouldBringDeletedJobsBack() {
    List<JobId> ids = submit(3);
    run(CANCEL, ids);
    Operation deletion = run(new JobAction.Delete(), ids);
    assertThat(rig.state().jobCount()).isZero();

    undo(deletion.id());

    assertThat(count(JobState.CANCELLED)).isEqualTo(3);
    rig.restart();
    rig.pass(Duration.ofHours(24));
    assertThat(rig.state().jobCount()).isZero();
  }

  static Stream<Arguments> words() {
    return Stream.of(
        Arguments.of(CANCEL, "CANCEL"),
        Arguments.of(
            new JobAction.Cancel(CancelMode.RETRY, Optional.of(Duration.ofSeconds(2)), "ann"),
            "KILL GRACE 2000ms"),
        Arguments.of(
            new JobAction.Cancel(CancelMode.ELSEWHERE, Optional.empty(), "ann"), "RELOCATE"),
        Arguments.of(new JobAction.Reprioritize(3), "PRIORITY TO 3"),
        Arguments.of(new JobAction.Relabel("gpu", ""), "LABEL LABEL gpu"),
        Arguments.of(new JobAction.Relabel("", "web1"), "LABEL NODE web1"),
        Arguments.of(new JobAction.Tag(List.of("a", "b"), List.of("c")), "TAG ADD a,b REMOVE c"));
  }

  @ParameterizedTest
  @MethodSource("words")
  void shouldTellWhatItDoesInTheWordsOfTheVerb(JobAction action, String words) {
    assertThat(run(action, submit(1)).action()).isEqualTo(words);
  }

  @Test
  void shouldTakeBackARetry() {
    List<JobId> ids = submit(2);
    run(CANCEL, ids);
    Operation retry = run(new JobAction.Retry(), ids);
    assertThat(count(JobState.QUEUED)).isEqualTo(2);

    undo(retry.id());

    assertThat(count(JobState.CANCELLED)).isEqualTo(2);
  }

  @Test
  void shouldTakeBackAMoveIntoAQueueThatWasRenamedSince() {
    List<JobId> ids = submit(2);
    Operation moved = run(new JobAction.Move("other"), ids);
    assertThat(moved.action()).isEqualTo("MOVE TO other");
    String home = "shell";
    rig.<QueueInfo>ask(reply -> new RenameQueue("other", "renamed", reply));

    Operation undone = undo(moved.id());

    assertThat(undone.skipped()).isZero();
    assertThat(rig.job(ids.get(0)).spec().queue()).isEqualTo(home);
  }

  @Test
  void shouldNotTakeBackWhatWasOvertakenByAnAttempt() {
    List<JobId> ids = submit(2);
    Operation moved = run(new JobAction.Move("other"), ids);
    rig.resume("other");
    rig.succeed(ids.get(0));

    Operation undone = undo(moved.id());

    assertThat(undone.skipped()).isEqualTo(2);
    assertThat(rig.job(ids.get(0)).spec().queue()).isEqualTo("other");
    assertThat(rig.stateOf(ids.get(1))).isEqualTo(JobState.RUNNING);
  }

  @Test
  void shouldKeepWhatSomebodyElseDidToTheSameThingSince() {
    List<JobId> ids = submit(4);
    Operation moved = run(new JobAction.Move("other"), ids);
    Operation labelled = run(new JobAction.Relabel("gpu", ""), ids);
    Operation raised = run(new JobAction.Reprioritize(1), ids);
    rig.act(ids.get(0), new JobAction.Move("third"));
    rig.act(ids.get(1), new JobAction.Relabel("eu", ""));
    rig.act(ids.get(2), new JobAction.Reprioritize(2));

    undo(moved.id());
    undo(labelled.id());
    undo(raised.id());

    assertThat(essence(ids.get(0))).endsWith("QUEUED third 4[old]");
    assertThat(essence(ids.get(1))).endsWith("QUEUED shell eu4[old]");
    assertThat(essence(ids.get(2))).endsWith("QUEUED shell 2[old]");
    assertThat(essence(ids.get(3))).endsWith("QUEUED shell 4[old]");
  }

  @Test
  void shouldTakeBackItsOwnTagsAndLeaveOthers() {
    JobId id = rig.submit(JobSpec.shell("true").tags(List.of("a", "b", "both")));
    Operation tagged =
        run(new JobAction.Tag(List.of("new", "both"), List.of("a", "absent")), List.of(id));
    rig.act(id, new JobAction.Tag(List.of("later"), List.of("b")));

    undo(tagged.id());

    assertThat(rig.job(id).spec().options().tags()).containsExactlyInAnyOrder("a", "both", "later");
  }

  @Test
  void shouldNotBeTakenBackTwiceAtOnce() {
    List<JobId> ids = submit(1_200);
    Operation moved = run(new JobAction.Move("other"), ids);
    Answer<Operation> first = rig.send(reply -> new UndoOperation(moved.id(), "bob", reply));

    assertThat(first.value().undoOf()).isEqualTo(moved.id());
    assertRefused(ErrorCode.STATE, () -> undo(moved.id()), "being taken back");
    assertThat(operation(moved.id()).state()).isEqualTo(Operation.State.UNDONE);
  }

  @Test
  void shouldRefuseToTakeBackWhatRunsOrIsNotKnown() {
    Operation begun = begin(CANCEL, submit(1_200));

    assertRefused(ErrorCode.STATE, () -> undo(begun.id()), "stop it first");
    rig.pass(Duration.ofMinutes(15).minusMillis(1));
    undo(begun.id());
    rig.pass(Duration.ofMinutes(15));
    assertRefused(ErrorCode.NOTFOUND, () -> undo(begun.id()), "OPERATION LIST");
    assertThat(rig.state().operations()).isEmpty();
  }

  // What QUEUE PURGE and QUEUE DESTROY INTO are made of.

  @Test
  void shouldEmptyAQueueIntoAnotherInItsOrder() {
    List<JobId> ids = submit(700);
    rig.drain("shell", true);

    run(new JobAction.Move("other"), ids);

    assertThat(rig.<Boolean>ask(reply -> new RemoveQueue("shell", reply))).isTrue();
    assertThat(rig.insides().waiting(rig.state().queue("other").record().id()))
        .extracting(job -> job.id())
        .isEqualTo(ids);
  }
}
