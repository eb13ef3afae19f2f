/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.shell;

import static org.assertj.core.api.Assertions.assertThat;

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
    rig.awaitOut(running, "");

    rig.reopen();
    assertThat(rig.found())
        .extracting(Worker.Found::job, found -> found.end() == null ? -1 : found.end().exitCode())
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(ended, 4),
            org.assertj.core.groups.Tuple.tuple(running, -1));

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
}
