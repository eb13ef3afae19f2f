/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.JobId;
import io.desaster.api.job.Outcome;
import io.desaster.api.spi.AttemptEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttemptLogTest {
  private static final JobId A = new JobId(1, 1);
  private static final JobId B = new JobId(2, 2);

  @TempDir Path directory;

  static String end(JobId job, String outcome) {
    return "end job="
        + job
        + " attempt=1 outcome="
        + outcome
        + " code=3 signal=0 started=5 ended=9 user=7 system=8 rss=4096 out=1 err=2"
        + " reason=exit code=3, a b . .\n";
  }

  private AttemptLog read(String log) throws IOException {
    Files.writeString(directory.resolve("attempts.log"), log);
    return AttemptLog.read(directory);
  }

  @Test
  void shouldTellStartedWithoutEndFromEnded() throws IOException {
    AttemptLog log =
        read(
            "launcher pid=12 boot=b1 cgroup=/c .\n"
                + "start job="
                + A
                + " attempt=1 .\n"
                + "start job="
                + B
                + " attempt=2 .\n"
                + end(A, "FAILED"));

    assertThat(log.unfinished()).containsExactly(new AttemptKey(B, 2));
    AttemptEnd end = log.ends().get(new AttemptKey(A, 1));
    assertThat(end.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(end.exitCode()).isEqualTo(3);
    assertThat(end.error()).isEqualTo("exit code=3, a b .");
    assertThat(end.startedAtMillis()).isEqualTo(5);
    assertThat(end.endedAtMillis()).isEqualTo(9);
    assertThat(end.use().userMicros()).isEqualTo(7);
    assertThat(end.use().systemMicros()).isEqualTo(8);
    assertThat(end.use().maxRssBytes()).isEqualTo(4096);
    assertThat(log.launcherPid()).isEqualTo(12);
    assertThat(log.bootId()).isEqualTo("b1");
    assertThat(log.cgroup()).isEqualTo("/c");
  }

  @Test
  void shouldPassOverTornLines() throws IOException {
    String whole = end(A, "FAILED");
    String start = "start job=" + A + " attempt=1 .\n";
    for (int length = 0; length < whole.length() - 1; length++) {
      AttemptLog log = read(start + whole.substring(0, length));
      // The reason itself ends with a dot, so the very last cut looks whole.
      if (length < whole.length() - 3) {
        assertThat(log.ends()).as("cut after %d", length).isEmpty();
      }
    }
    AttemptLog log = read(start + whole.substring(0, 40) + "\n" + end(A, "LOST"));
    assertThat(log.ends().get(new AttemptKey(A, 1)).outcome()).isEqualTo(Outcome.LOST);
    assertThat(read("start job=xy att\n\0\0\0\nstart job=" + B + " attempt=2\n").unfinished())
        .isEmpty();
  }

  @Test
  void shouldReadLogThatIsBeingReplacedFirst() throws IOException {
    Files.writeString(
        directory.resolve("attempts.old"),
        "launcher pid=1 boot=b1 cgroup= .\nstart job=" + A + " attempt=1 .\n");
    AttemptLog log =
        read(
            "launcher pid=1 boot=b2 cgroup= .\nstart job="
                + A
                + " attempt=1 .\n"
                + end(A, "FAILED"));

    assertThat(log.unfinished()).isEmpty();
    assertThat(log.bootId()).isEqualTo("b2");
  }

  @Test
  void shouldReadBackWhatItAppends() throws IOException {
    AttemptEnd end = EndLine.parse(end(A, "LOST")).orElseThrow();
    AttemptLog.append(directory, end);

    AttemptEnd again = AttemptLog.read(directory).ends().get(new AttemptKey(A, 1));
    assertThat(again.outcome()).isEqualTo(Outcome.LOST);
    assertThat(again.error()).isEqualTo(end.error());
    assertThat(again.startedAtMillis()).isEqualTo(5);
  }
}
