/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.JobId;
import io.desaster.api.job.Outcome;
import io.desaster.api.spi.AttemptEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoversTest {
  private static final AttemptKey A = new AttemptKey(new JobId(1, 1), 1);
  private static final AttemptKey B = new AttemptKey(new JobId(2, 2), 1);

  @TempDir Path path;
  private RunDirectory directory;
  private String bootId;

  @BeforeEach
  void create() throws IOException {
    directory = new RunDirectory(path);
    directory.create();
    bootId = ProcessTable.bootId();
  }

  private void log(String boot, String... lines) throws IOException {
    Files.writeString(
        path.resolve("attempts.log"),
        "launcher pid=999999 boot=" + boot + " cgroup= .\n" + String.join("", lines));
  }

  private static String start(AttemptKey key) {
    return "start job=" + key.job() + " attempt=" + key.attempt() + " .\n";
  }

  @Test
  void shouldRecordAsLostWhatRanWhenTheHostWentDown() throws IOException {
    log("another-boot", start(A));
    directory.prepare(A);
    Files.writeString(directory.of(A).resolve("start"), "pid=1 ticks=5 boot=x at=77\n");
    directory.prepare(B);

    Leftovers.clear(directory);
    AttemptEnd end = directory.end(A).orElseThrow();
    assertThat(end.outcome()).isEqualTo(Outcome.LOST);
    assertThat(end.error()).isEqualTo("the host was restarted while it ran");
    assertThat(end.startedAtMillis()).isEqualTo(77);
    assertThat(directory.end(B))
        .hasValueSatisfying(e -> assertThat(e.outcome()).isEqualTo(Outcome.LOST));
    assertThat(AttemptLog.read(path).ends()).containsKeys(A, B);
  }

  @Test
  void shouldRestoreEndsThatOnlyTheLogKeptOverALossOfPower() throws IOException {
    log("another-boot", start(A), AttemptLogTest.end(A.job(), "FAILED"));
    directory.prepare(A);
    log(
        "another-boot",
        AttemptLogTest.end(A.job(), "FAILED"),
        AttemptLogTest.end(B.job(), "SUCCEEDED"));

    Leftovers.clear(directory);
    assertThat(directory.end(A).orElseThrow().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(directory.end(B).orElseThrow().outcome()).isEqualTo(Outcome.SUCCEEDED);
  }

  @Test
  void shouldForgetDirectoryOfOrderThatWasNeverCarriedOut() throws IOException {
    log(bootId);
    directory.prepare(A);

    Leftovers.clear(directory);
    assertThat(directory.exists(A)).isFalse();
  }

  @Test
  void shouldNotBringBackReleasedAttempts() throws IOException {
    log(bootId, start(A), AttemptLogTest.end(A.job(), "FAILED"));

    Leftovers.clear(directory);
    assertThat(directory.exists(A)).isFalse();
  }

  @Test
  void shouldKillOnlyProcessesOfTheLostAttempts() throws Exception {
    log(bootId, start(A));
    directory.prepare(A);
    ProcessBuilder named = new ProcessBuilder("sleep", "300");
    named.environment().put("DESASTER_JOB_ID", A.job().toString());
    named.environment().put("DESASTER_ATTEMPT", "1");
    ProcessBuilder other = new ProcessBuilder("sleep", "300");
    other.environment().put("DESASTER_JOB_ID", B.job().toString());
    other.environment().put("DESASTER_ATTEMPT", "1");
    ProcessBuilder holder = new ProcessBuilder("sleep", "300");
    holder.redirectOutput(directory.of(A).resolve("out").toFile());
    List<Process> processes = List.of(named.start(), holder.start(), other.start());

    Leftovers.clear(directory);
    assertThat(processes.get(0).waitFor()).isEqualTo(137);
    assertThat(processes.get(1).waitFor()).isEqualTo(137);
    assertThat(processes.get(2).isAlive()).isTrue();
    processes.get(2).destroyForcibly();
    assertThat(directory.end(A).orElseThrow().error())
        .isEqualTo(
            "the launcher was killed (process 999999) while it ran; what was left of it was ended");
  }
}
