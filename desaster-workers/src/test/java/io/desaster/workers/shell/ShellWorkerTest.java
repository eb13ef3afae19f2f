/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.desaster.api.job.JobId;
import io.desaster.api.job.Limits;
import io.desaster.api.job.Outcome;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.api.spi.Worker;
import io.desaster.workers.process.ProcessOptions.LauncherChoice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What every launcher keeps: run by the compiled one and by the script. */
@ParameterizedClass
@EnumSource(
    value = LauncherChoice.class,
    names = {"COMPILED", "SCRIPT"})
class ShellWorkerTest {
  @Parameter LauncherChoice launcher;
  @TempDir Path runDirectory;
  private ShellRig rig;

  @BeforeEach
  void openRig() {
    rig = new ShellRig(runDirectory, launcher);
  }

  @AfterEach
  void closeRig() {
    rig.close();
  }

  @Test
  void shouldKeepExitCodeOutputAndTimesOfCommand() {
    long before = System.currentTimeMillis();
    JobId job = rig.start("echo hello; echo oops >&2; exit 3");

    AttemptEnd end = rig.host().awaitEnd(job);
    assertThat(end.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(end.exitCode()).isEqualTo(3);
    assertThat(end.error()).isEqualTo("exit code 3");
    assertThat(end.startedAtMillis()).isBetween(before, end.endedAtMillis());
    assertThat(end.endedAtMillis()).isBetween(before, System.currentTimeMillis());
    assertThat(rig.out(job)).isEqualTo("hello\n");
    assertThat(rig.err(job)).isEqualTo("oops\n");
    assertThat(rig.output(job, false, 0).complete()).isTrue();
  }

  @Test
  void shouldAdoptRunningAttemptsAndFindEndedOnes() throws Exception {
    JobId ended = rig.start("exit 4");
    rig.host().awaitEnd(ended);
    Path go = runDirectory.resolve("go");
    JobId running = rig.start("until test -e " + go + "; do sleep 0.05; done; echo done; exit 7");

    rig.reopen();
    assertThat(rig.found())
        .extracting(Worker.Found::job, found -> found.end() == null ? -1 : found.end().exitCode())
        .containsExactlyInAnyOrder(tuple(ended, 4), tuple(running, -1));

    Files.createFile(go);
    AttemptEnd end = rig.host().awaitEnd(running);
    assertThat(end.exitCode()).isEqualTo(7);
    assertThat(rig.out(running)).isEqualTo("done\n");
  }

  @Test
  void shouldGiveArgumentsUnchanged() {
    List<String> argv =
        List.of("printf", "%s|", "a b", "it's \"quoted\" $HOME `id` \\", "two\nlines", "", "ä€😀");
    JobId job = rig.start(Map.of("command", argv));

    assertThat(rig.host().awaitEnd(job).outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(rig.out(job)).isEqualTo("a b|it's \"quoted\" $HOME `id` \\|two\nlines||ä€😀|");
  }

  @Test
  void shouldEndAttemptThatRunsTooLong() {
    JobId job = rig.start("trap '' TERM; while :; do sleep 0.05; done", 300, Limits.NONE);

    AttemptEnd end = rig.host().awaitEnd(job);
    assertThat(end.outcome()).isEqualTo(Outcome.TIMED_OUT);
    assertThat(end.error()).startsWith("time-out: still running after 0.");
    assertThat(end.endedAtMillis() - end.startedAtMillis())
        .isGreaterThanOrEqualTo(300 + ShellRig.GRACE_MILLIS);
  }

  @Test
  void shouldFeedStdinOfAnySize() {
    String text = "line ä\n".repeat(200_000);
    JobId job = rig.start(Map.of("command", List.of("cat"), "stdin", text));

    rig.host().awaitEnd(job);
    assertThat(rig.out(job)).isEqualTo(text);
  }

  @Test
  void shouldReadNothingFromStdinWhereNoneIsGiven() {
    JobId job = rig.start("wc -c");

    rig.host().awaitEnd(job);
    assertThat(rig.out(job).strip()).isEqualTo("0");
  }

  @Test
  void shouldKeepBinaryOutputByteForByte() throws Exception {
    byte[] bytes = new byte[100_000];
    new Random(5).nextBytes(bytes);
    Path file = Files.write(runDirectory.resolve("binary"), bytes);
    JobId job = rig.start(Map.of("command", List.of("cat", file.toString())));

    rig.host().awaitEnd(job);
    assertThat(rig.output(job, false, 0).bytes()).isEqualTo(bytes);
  }

  @Test
  void shouldSetEnvironmentDirectoryAndUmask() {
    JobId job =
        rig.start(
            Map.of(
                "command", "echo \"$GREETING|$PWD|$(umask)\"",
                "env", Map.of("GREETING", "it's 'me'\n$HOME"),
                "cwd", "/usr",
                "umask", "027"));

    assertThat(rig.host().awaitEnd(job).error()).isEmpty();
    assertThat(rig.out(job)).isEqualTo("it's 'me'\n$HOME|/usr|0027\n");
  }

  @Test
  void shouldSetVariablesWithNamesThatNoShellKnows() {
    JobId job =
        rig.start(
            Map.of("command", List.of("printenv", "odd.name"), "env", Map.of("odd.name", "1")));

    rig.host().awaitEnd(job);
    assertThat(rig.out(job)).isEqualTo("1\n");
  }

  @Test
  void shouldTellJobWhoItIs() {
    JobId job =
        rig.start(
            "echo $DESASTER_JOB_ID $DESASTER_ATTEMPT $DESASTER_EPOCH $DESASTER_QUEUE $DESASTER_KEY");

    rig.host().awaitEnd(job);
    assertThat(rig.out(job)).isEqualTo(job + " 1 7 reports key 1\n");
  }

  @Test
  void shouldTellSignalThatEndedIt() {
    AttemptEnd end = rig.run("kill -SEGV $$");

    assertThat(end.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(end.exitCode()).isEqualTo(128 + 11);
    assertThat(end.error()).startsWith("ended by signal 11 (SEGV)");
  }

  @Test
  void shouldFailAsShellDoesForUnknownCommandInText() {
    JobId job = rig.start("no-such-command-here");

    AttemptEnd end = rig.host().awaitEnd(job);
    assertThat(end.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(end.exitCode()).isEqualTo(127);
    assertThat(rig.err(job)).contains("no-such-command-here");
  }

  @Test
  void shouldNotStartUnknownProgram() {
    AttemptEnd end = rig.run(Map.of("command", List.of("no-such-program-here", "x")));

    assertThat(end.outcome()).isEqualTo(Outcome.NOT_STARTED);
    assertThat(end.exitCode()).isEqualTo(-1);
    assertThat(end.error()).isEqualTo("cannot start no-such-program-here: no such program");
  }

  @Test
  void shouldNotStartInMissingDirectory() {
    AttemptEnd end = rig.run(Map.of("command", "true", "cwd", "/no/such/place"));

    assertThat(end.outcome()).isEqualTo(Outcome.NOT_STARTED);
    assertThat(end.error())
        .isEqualTo("cannot start in directory /no/such/place: No such file or directory");
  }

  @Test
  void shouldNotStartAsUnknownUser() {
    AttemptEnd end = rig.run(Map.of("command", "true", "user", "nobody-by-that-name"));

    assertThat(end.outcome()).isEqualTo(Outcome.NOT_STARTED);
    assertThat(end.error())
        .isEqualTo(
            "cannot start as user nobody-by-that-name: there is no such user in /etc/passwd");
  }

  @Test
  void shouldNotStartWithInvalidPayload() {
    AttemptEnd end = rig.run("{\"comand\": \"true\"}");

    assertThat(end.outcome()).isEqualTo(Outcome.NOT_STARTED);
    assertThat(end.error())
        .isEqualTo("a shell job knows command, env, cwd, stdin, user and umask, not 'comand'");
  }

  @Test
  void shouldRunAsOtherUserWithThatUsersNames() {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root may switch users");
    JobId job =
        rig.start(
            Map.of(
                "command",
                "id -un; id -Gn; echo $HOME $USER; echo 30 third >$DESASTER_PROGRESS;"
                    + " echo again >>/dev/stdout",
                "user",
                "daemon"));

    assertThat(rig.host().awaitEnd(job).error()).isEmpty();
    assertThat(rig.out(job)).isEqualTo("daemon\ndaemon\n/usr/sbin daemon\nagain\n");
    assertThat(rig.host().progress()).contains("30 third");
  }

  @Test
  void shouldTellProgress() {
    Path go = runDirectory.resolve("go");
    JobId job =
        rig.start(
            "echo 10 begun >>$DESASTER_PROGRESS; until test -e "
                + go
                + "; do sleep 0.02; done; echo 90 nearly there >>$DESASTER_PROGRESS");

    ShellRig.until(() -> rig.host().progress().contains("10 begun"));
    assertThatCode(() -> Files.createFile(go)).doesNotThrowAnyException();
    rig.host().awaitEnd(job);
    assertThat(rig.host().progress()).containsExactly("10 begun", "90 nearly there");
  }

  @Test
  void shouldLetOutputBeReadWhileItGrows() throws Exception {
    Path go = runDirectory.resolve("go");
    JobId job = rig.start("printf abc; until test -e " + go + "; do sleep 0.02; done; printf def");
    rig.awaitOut(job, "abc");

    Worker.Output first = rig.output(job, false, 1);
    assertThat(new String(first.bytes(), UTF_8)).isEqualTo("bc");
    assertThat(first.complete()).isFalse();
    assertThat(rig.output(job, false, 3).bytes()).isEmpty();

    Files.createFile(go);
    rig.host().awaitEnd(job);
    Worker.Output second = rig.output(job, false, 3);
    assertThat(new String(second.bytes(), UTF_8)).isEqualTo("def");
    assertThat(second.complete()).isTrue();
    assertThat(new String(rig.output(job, false, -2).bytes(), UTF_8)).isEqualTo("ef");
    assertThat(ShellRig.get(rig.worker().output(job, 1, false, 1, 2)).bytes())
        .isEqualTo("bc".getBytes(UTF_8));
  }

  @Test
  void shouldKeepHeadAndTailOfLongOutputAndBoundDisk() throws Exception {
    long limit = 1 << 20;
    Limits limits = new Limits(0, 0, limit, Limits.NO_NICE);
    JobId job = rig.start("seq 1 2600000; echo the end", 0, limits);

    AttemptEnd end = rig.host().awaitEnd(job);
    assertThat(end.outcome()).isEqualTo(Outcome.SUCCEEDED);
    Worker.Output head = rig.output(job, false, 0);
    assertThat(head.size()).isGreaterThan(18 << 20);
    assertThat(new String(head.bytes(), UTF_8)).startsWith("1\n2\n3\n");
    assertThat(head.droppedFrom()).isEqualTo(limit / 2).isEqualTo(head.bytes().length);
    Worker.Output tail = rig.output(job, false, head.droppedFrom());
    assertThat(tail.offset()).isEqualTo(head.droppedTo());
    assertThat(new String(tail.bytes(), UTF_8)).endsWith("2599999\n2600000\nthe end\n");
    assertThat((long) tail.bytes().length).isBetween(limit / 2, limit / 2 + 4096);
    assertThat(ShellRig.diskBytes(rig.attempt(job).resolve("out"))).isLessThan(limit + (64 << 10));
  }

  @Test
  void shouldEndAttemptOverItsMemoryLimit() {
    Limits limits = new Limits(40L << 20, 0, 0, Limits.NO_NICE);
    JobId job = rig.start("x=$(head -c 100000000 /dev/zero | tr '\\0' x); sleep 60", 0, limits);

    AttemptEnd end = rig.host().awaitEnd(job);
    assertThat(end.outcome()).isEqualTo(Outcome.LIMIT_EXCEEDED);
    assertThat(end.error()).matches("memory limit: \\d+ MiB > 40 MiB");
  }

  @Test
  void shouldCountMemoryOfWholeTree() {
    Limits limits = new Limits(60L << 20, 0, 0, Limits.NO_NICE);
    String half = "{ x=$(head -c 40000000 /dev/zero | tr '\\0' x); sleep 60; } & ";
    JobId job = rig.start(half + half + "wait", 0, limits);

    assertThat(rig.host().awaitEnd(job).outcome()).isEqualTo(Outcome.LIMIT_EXCEEDED);
  }

  @Test
  void shouldEndAttemptOverItsCpuTimeLimit() {
    Limits limits = new Limits(0, 500, 0, Limits.NO_NICE);
    JobId job = rig.start("while :; do :; done", 0, limits);

    AttemptEnd end = rig.host().awaitEnd(job);
    assertThat(end.outcome()).isEqualTo(Outcome.LIMIT_EXCEEDED);
    assertThat(end.error()).matches("CPU time limit: \\d+\\.\\d s > 0\\.5 s");
  }

  @Test
  void shouldRunWithNiceness() {
    JobId job = rig.start("nice; cat /proc/self/autogroup || :", 0, new Limits(0, 0, 0, 7));

    assertThat(rig.host().awaitEnd(job).error()).isEmpty();
    assertThat(rig.out(job)).startsWith("7\n").doesNotContain("nice 0");
  }

  @Test
  void shouldCountCpuTimeOfChildren() {
    AttemptEnd end = rig.run("sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'; exit 0");

    assertThat(end.use().userMicros()).isGreaterThan(20_000);
  }

  @Test
  void shouldCancelWithinGraceIfJobListens() {
    JobId job = rig.start("trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.02; done");
    rig.awaitOut(job, "ready");

    rig.worker().end(job, 1, 30_000, "cancelled by alice");
    AttemptEnd end = rig.host().awaitEnd(job);
    assertThat(end.outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(end.error()).isEqualTo("cancelled by alice");
    assertThat(end.exitCode()).isEqualTo(5);
    assertThat(rig.out(job)).isEqualTo("ready\nbye\n");
  }

  @Test
  void shouldKillWholeTreeAlsoWhoLeftTheSession() {
    JobId job =
        rig.start(
            "trap '' TERM; (trap '' TERM; setsid sh -c 'trap \"\" TERM; echo $$; exec sleep 300') &"
                + " (trap '' TERM; echo $(sh -c 'echo $PPID'); sleep 300; sleep 300) &"
                + " echo $$; echo ready; while :; do sleep 1; done");
    rig.awaitOut(job, "ready");
    ShellRig.until(() -> rig.out(job).lines().count() == 4);
    List<Long> pids =
        rig.out(job).lines().filter(line -> !line.equals("ready")).map(Long::valueOf).toList();
    assertThat(pids).hasSize(3).allMatch(ShellRig::alive);

    rig.worker().end(job, 1, 200, "cancelled");
    AttemptEnd end = rig.host().awaitEnd(job);
    assertThat(end.outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(end.exitCode()).isEqualTo(137);
    assertThat(pids).noneMatch(ShellRig::alive);
  }

  @Test
  void shouldEndWhatAnAttemptLeavesRunning() {
    JobId job =
        rig.start("setsid sh -c 'echo $$; exec sleep 300' & until test -s /dev/stdout; do :; done");

    AttemptEnd end = rig.host().awaitEnd(job);
    assertThat(end.outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(Long.valueOf(rig.out(job).strip())).matches(pid -> !ShellRig.alive(pid));
  }

  @Test
  void shouldEndAnOrphanThatIsForeverBeingReplacedByExec() throws Exception {
    Path script = runDirectory.resolve("script");
    for (int i = 0; i < 10; i++) {
      Path pid = runDirectory.resolve("pid-" + i);
      Files.writeString(
          script, "test -s " + pid + " || echo $$ >" + pid + "\nexec /bin/sh " + script + "\n");

      JobId job = rig.start("(setsid sh " + script + " &); until test -s " + pid + "; do :; done");

      assertThat(rig.host().awaitEnd(job).outcome()).isEqualTo(Outcome.SUCCEEDED);
      assertThat(ShellRig.alive(Long.parseLong(Files.readString(pid).strip()))).isFalse();
    }
  }

  @Test
  void shouldEndAttemptWhileAnOrphanHasNoEnvironment() throws Exception {
    Path pid = runDirectory.resolve("pid");
    // Nobody can tell whose it is once it is an orphan in a session of its own, but with cgroups.
    JobId job =
        rig.start(
            "(env -i setsid /bin/sh -c 'echo $$ >"
                + pid
                + "; exec sleep 300' &); until test -s "
                + pid
                + "; do :; done; exit 5");

    assertThat(rig.host().awaitEnd(job).exitCode()).isEqualTo(5);
    ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
        .ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void shouldKillStoppedAttempt() {
    JobId job = rig.start("echo $$; kill -STOP $$; echo never");
    rig.awaitOut(job, "\n");
    long pid = Long.parseLong(rig.out(job).strip());
    ShellRig.until(() -> ShellRig.state(pid) == 'T');

    rig.worker().end(job, 1, 200, "cancelled");
    assertThat(rig.host().awaitEnd(job).outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(ShellRig.alive(pid)).isFalse();
  }

  @Test
  void shouldNotRunSameAttemptTwice() throws Exception {
    Path ran = runDirectory.resolve("ran");
    JobId job = ShellRig.newJob();
    String payload = "echo once >>" + ran;
    rig.worker().start(ShellRig.order(job, 1, payload));
    rig.worker().start(ShellRig.order(job, 1, payload));
    rig.host().awaitEnd(job);
    rig.worker().start(ShellRig.order(job, 1, payload));
    rig.reopen();
    rig.worker().start(ShellRig.order(job, 1, payload));
    rig.worker().start(ShellRig.order(job, 2, payload));
    ShellRig.until(() -> rig.host().endsOf(job).stream().anyMatch(end -> end.attempt() == 2));

    assertThat(ran).hasContent("once\nonce");
  }

  @Test
  void shouldRefuseOrderThatComesAfterItsEnd() {
    JobId job = ShellRig.newJob();
    rig.worker().end(job, 1, 0, "cancelled by bob");
    rig.worker().start(ShellRig.order(job, 1, "echo ran"));

    AttemptEnd end = rig.host().awaitEnd(job);
    assertThat(end.outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(end.error()).isEqualTo("cancelled by bob");
    assertThat(end.startedAtMillis()).isZero();
    assertThat(rig.out(job)).isEmpty();
  }

  @Test
  void shouldRememberRefusedOrderOverRestart() {
    JobId job = ShellRig.newJob();
    rig.worker().end(job, 1, 0, "cancelled by bob");
    rig.run("true");
    rig.reopen();
    assertThat(rig.found()).anyMatch(found -> found.job().equals(job) && found.end() != null);

    rig.worker().start(ShellRig.order(job, 1, "echo ran"));
    assertThat(rig.host().awaitEnd(job).outcome()).isEqualTo(Outcome.CANCELLED);
  }

  @Test
  void shouldRepeatReportUntilItIsCommitted() {
    rig.host().refuseNext(2);
    JobId job = rig.start("true");

    ShellRig.until(() -> rig.host().endsOf(job).size() == 3);
    assertThat(rig.host().endsOf(job))
        .extracting(AttemptEnd::outcome)
        .containsOnly(Outcome.SUCCEEDED);
  }

  @Test
  void shouldRemoveFilesOnlyWhenJobIsReleased() {
    JobId job = ShellRig.newJob();
    rig.worker().start(ShellRig.order(job, 1, "echo one"));
    rig.host().awaitEnd(job);
    rig.worker().start(ShellRig.order(job, 2, "echo two; echo 5 >$DESASTER_PROGRESS"));
    ShellRig.until(() -> rig.host().endsOf(job).size() == 2);
    assertThat(rig.attempt(job)).isDirectory();

    rig.worker().release(job);
    ShellRig.until(() -> !Files.exists(rig.attempt(job).getParent()));
    assertThat(rig.output(job, false, 0).size()).isZero();
    JobId next = rig.start("echo fresh");
    rig.host().awaitEnd(next);
    assertThat(rig.out(next)).isEqualTo("fresh\n");
    rig.reopen();
    assertThat(rig.found()).extracting(Worker.Found::job).containsExactly(next);
  }

  @Test
  void shouldRunManyAtOnce() {
    int count = launcher == LauncherChoice.SCRIPT ? 40 : 300;
    List<JobId> jobs =
        IntStream.range(0, count).mapToObj(i -> rig.start("sleep 0.5; echo " + i)).toList();

    for (int i = 0; i < count; i++) {
      assertThat(rig.host().awaitEnd(jobs.get(i)).outcome()).isEqualTo(Outcome.SUCCEEDED);
      assertThat(rig.out(jobs.get(i))).isEqualTo(i + "\n");
    }
    assertThat(rig.host().ends()).hasSize(count);
    int lateToBeReaped = launcher == LauncherChoice.SCRIPT ? 2 : 0;
    ShellRig.until(() -> ShellRig.zombiesOf(rig.launcherPid()) <= lateToBeReaped);
  }

  @Test
  void shouldRecordAsLostWhatRanWhenLauncherWasKilled() {
    JobId before = rig.start("exit 9");
    rig.host().awaitEnd(before);
    JobId job =
        rig.start("setsid sh -c 'echo $$; exec sleep 300' & echo $$; echo ready; sleep 300");
    ShellRig.until(() -> rig.out(job).lines().count() == 3);
    List<Long> pids =
        rig.out(job).lines().filter(line -> !line.equals("ready")).map(Long::valueOf).toList();
    long pid = rig.launcherPid();

    rig.killLauncher();
    AttemptEnd end = rig.host().awaitEnd(job);
    assertThat(end.outcome()).isEqualTo(Outcome.LOST);
    assertThat(end.error())
        .isEqualTo(
            "the launcher was killed (process %d) while it ran; what was left of it was ended"
                .formatted(pid));
    assertThat(pids).hasSize(2).noneMatch(ShellRig::alive);
    assertThat(rig.run("exit 6").exitCode()).isEqualTo(6);
    assertThat(rig.launcherPid()).isNotEqualTo(pid);
    rig.reopen();
    assertThat(rig.found())
        .extracting(Worker.Found::job, found -> found.end().outcome())
        .contains(tuple(job, Outcome.LOST), tuple(before, Outcome.FAILED));
  }

  @Test
  void shouldRunOrdersThatTheKilledLauncherNeverSaw() {
    rig.signal("STOP", rig.launcherPid());
    List<JobId> jobs = IntStream.range(0, 5).mapToObj(i -> rig.start("echo " + i)).toList();

    rig.killLauncher();
    for (int i = 0; i < jobs.size(); i++) {
      AttemptEnd end = rig.host().awaitEnd(jobs.get(i));
      assertThat(end.outcome()).isEqualTo(Outcome.SUCCEEDED);
      assertThat(rig.out(jobs.get(i))).isEqualTo(i + "\n");
    }
  }

  @Test
  void shouldEnforceTimeOutWhileNoDaemonIsThere() {
    JobId job = rig.start("echo ready; sleep 300", 1_000, Limits.NONE);
    rig.awaitOut(job, "ready");
    rig.worker().close();

    ShellRig.until(() -> rig.attempt(job).resolve("exit").toFile().length() > 0);
    rig.open();
    assertThat(rig.found())
        .extracting(Worker.Found::job, found -> found.end().outcome())
        .containsExactly(tuple(job, Outcome.TIMED_OUT));
    assertThat(rig.host().ends()).isEmpty();
  }

  @Test
  void shouldEndJobsInOrderWhenLauncherIsToldToStop() {
    JobId job = rig.start("trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.02; done");
    rig.awaitOut(job, "ready");

    rig.signal("TERM", rig.launcherPid());
    AttemptEnd end = rig.host().awaitEnd(job);
    assertThat(end.outcome()).isEqualTo(Outcome.LOST);
    assertThat(end.error()).isEqualTo("the launcher was told to stop");
    assertThat(rig.out(job)).isEqualTo("ready\nbye\n");
  }
}
