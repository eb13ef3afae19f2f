/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import static io.desaster.core.command.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.queue.QueueInfo;
import io.desaster.api.queue.QueueSettings;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.SchedulerRig;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueueCommandsTest {
  private final SchedulerRig rig = SchedulerRig.withSlots(4);

  private QueueInfo pauseUntil(Instant until) {
    return rig.ask(reply -> new PauseQueue("q", "alice", "moving", Optional.of(until), reply));
  }

  private QueueInfo rename(String from, String to) {
    return rig.ask(reply -> new RenameQueue(from, to, reply));
  }

  private boolean remove(String name) {
    return rig.ask(reply -> new RemoveQueue(name, reply));
  }

  private JobId submit() {
    return rig.submit(JobSpec.shell("true").queue("q"));
  }

  private QueueSettings settings(String queue) {
    return rig.state().queue(queue).record().settings();
  }

  // Create and set.

  @Test
  void shouldCreateAQueueWithItsSettingsOnce() {
    QueueInfo made = rig.create("q", "shell", "max-running", "2", "ttl", "1h");

    assertThat(made.kind()).isEqualTo("shell");
    assertThat(made.settings().maxRunning()).isEqualTo(2);
    assertThat(made.createdAt()).isEqualTo(rig.now());
    assertThat(made.pools()).containsExactly("shell@web1");
    assertRefused(ErrorCode.EXISTS, () -> rig.create("q", "shell"), "'q'", "SET");
    rig.restart();
    assertThat(settings("q")).isEqualTo(made.settings());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "-q", ".q", "a b", "ä", "a\n"})
  void shouldRefuseWrongNames(String name) {
    assertRefused(ErrorCode.INVALID, () -> rig.create(name, "shell"), "not a queue name");
    assertRefused(ErrorCode.INVALID, () -> rig.create("q", name), "not a kind");
    rig.create("q", "shell");
    assertRefused(ErrorCode.INVALID, () -> rename("q", name), "not a queue name");
  }

  @ParameterizedTest
  @CsvSource({
    "discipline, codel",
    "quantum, 0",
    "band, -1",
    "max-length, many",
    "max-running, -1",
    "ttl, soon",
    "retry, 0",
    "retry-factor, 0.5",
    "retry-jitter, 2",
    "never-on, two",
    "cool-down-from, start",
    "on-lost, cry",
    "nice, 20",
    "colour, red"
  })
  void shouldChangeAllSettingsOrNone(String option, String wrong) {
    rig.create("q", "shell");
    QueueSettings before = settings("q");
    Map<String, String> options = new LinkedHashMap<>();
    options.put("max-running", "3");
    options.put(option, wrong);

    assertRefused(
        ErrorCode.INVALID,
        () -> rig.<QueueInfo>ask(reply -> new SetQueue("q", options, reply)),
        "queue 'q'");

    assertThat(settings("q")).isEqualTo(before);
  }

  @Test
  void shouldApplyMaxRunningToTheNextStarts() {
    rig.create("q", "shell", "max-running", "1");
    JobId first = submit();
    JobId second = submit();
    JobId third = submit();
    assertThat(rig.stateOf(second)).isEqualTo(JobState.QUEUED);

    rig.set("q", "max-running", "2");
    assertThat(rig.stateOf(second)).isEqualTo(JobState.RUNNING);
    rig.set("q", "max-running", "1");
    rig.succeed(first);
    assertThat(rig.stateOf(third)).isEqualTo(JobState.QUEUED);
    rig.set("q", "max-running", "0");
    assertThat(rig.stateOf(third)).isEqualTo(JobState.RUNNING);
  }

  // Pause.

  @Test
  void shouldStartNothingFromAPausedQueueAndLetRunningJobsGoOn() {
    rig.create("q", "shell");
    JobId running = submit();
    QueueInfo paused = rig.pause("q");
    JobId waiting = submit();

    assertThat(paused.pause().orElseThrow().by()).isEqualTo("alice");
    rig.succeed(running);
    rig.restart();
    assertThat(rig.stateOf(waiting)).isEqualTo(JobState.QUEUED);
    assertThat(rig.resume("q").pause()).isEmpty();
    assertThat(rig.stateOf(waiting)).isEqualTo(JobState.RUNNING);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldResumeByItselfAtTheTimeGiven(boolean restarted) {
    rig.create("q", "shell");
    pauseUntil(rig.now().plusSeconds(60));
    JobId id = submit();
    if (restarted) {
      rig.restart();
    }

    rig.pass(Duration.ofSeconds(60).minusMillis(1));
    assertThat(rig.stateOf(id)).isEqualTo(JobState.QUEUED);
    rig.pass(Duration.ofMillis(1));
    assertThat(rig.stateOf(id)).isEqualTo(JobState.RUNNING);
  }

  @Test
  void shouldFollowTheLatestPause() {
    rig.create("q", "shell");
    pauseUntil(rig.now().plusSeconds(60));
    pauseUntil(rig.now().plusSeconds(120));
    JobId id = submit();
    rig.pass(Duration.ofSeconds(119));
    assertThat(rig.stateOf(id)).isEqualTo(JobState.QUEUED);
    rig.pause("q");
    rig.pass(Duration.ofDays(1));
    assertThat(rig.stateOf(id)).isEqualTo(JobState.QUEUED);

    pauseUntil(rig.now().plusSeconds(1));
    rig.pass(Duration.ofSeconds(1));
    assertThat(rig.stateOf(id)).isEqualTo(JobState.RUNNING);

    // One that never ends.
    pauseUntil(Instant.MAX);
    assertThat(rig.stateOf(submit())).isEqualTo(JobState.QUEUED);
  }

  // Rename.

  @Test
  void shouldKeepJobsAndPoliciesUnderANewName() {
    rig.create("q", "shell", "cool-down", "1h");
    rig.pause("q");
    JobId id = submit();

    rename("q", "r");

    assertThat(rig.job(id).spec().queue()).isEqualTo("r");
    assertRefused(
        ErrorCode.DUPLICATE, () -> rig.submit(JobSpec.shell("true").queue("r")), id.toString());
    rig.resume("r");
    assertThat(rig.stateOf(id)).isEqualTo(JobState.RUNNING);
    // The old name is free for another one.
    rig.create("q", "remote");
    assertRefused(ErrorCode.EXISTS, () -> rename("q", "r"), "'r'");
    assertThat(rename("q", "q").name()).isEqualTo("q");
  }

  // Remove.

  @Test
  void shouldRemoveAnEmptyQueueOnly() {
    rig.create("q", "shell", "cool-down", "1h");
    JobId id = submit();
    assertRefused(ErrorCode.STATE, () -> remove("q"), "1 running");
    rig.succeed(id);
    assertThat(remove("q")).isFalse();
    rig.act(id, new JobAction.Delete());

    assertThat(remove("q")).isTrue();

    assertThat(rig.state().queue("q")).isNull();
    assertThat(rig.state().coolDowns().all()).isEmpty();
    // A new one of the same name knows nothing of the old one.
    assertThat(rig.stateOf(submit())).isEqualTo(JobState.RUNNING);
    rig.pass(Duration.ofHours(2));
  }

  @ParameterizedTest
  @ValueSource(longs = {-3_600_000, 0})
  void shouldRefuseAPauseThatIsOver(long millis) {
    rig.create("q", "shell");
    Instant until = rig.now().plusMillis(millis);

    assertRefused(ErrorCode.INVALID, () -> pauseUntil(until), "'q'", until.toString(), "is over");
    assertThat(rig.state().queue("q").record().pause()).isNull();
  }

  // A queue that is not there.

  static Stream<Arguments> commands() {
    return Stream.of(
        command("set", reply -> new SetQueue("nowhere", Map.of(), reply)),
        command("pause", reply -> new PauseQueue("nowhere", "", "", Optional.empty(), reply)),
        command("resume", reply -> new ResumeQueue("nowhere", reply)),
        command("drain", reply -> new DrainQueue("nowhere", true, reply)),
        command("rename", reply -> new RenameQueue("nowhere", "q", reply)),
        command("attach", reply -> new AttachPool("nowhere", "*", true, reply)));
  }

  private static Arguments command(String name, Function<Reply<QueueInfo>, Command> command) {
    return Arguments.of(name, command);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("commands")
  void shouldSayThatAQueueIsNotThere(String name, Function<Reply<QueueInfo>, Command> command) {
    assertRefused(ErrorCode.NOTFOUND, () -> rig.ask(command), "'nowhere'", "QUEUE LIST");
    assertRefused(ErrorCode.NOTFOUND, () -> remove("nowhere"));
  }
}
