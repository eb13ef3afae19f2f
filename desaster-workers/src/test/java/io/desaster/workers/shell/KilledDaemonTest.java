/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.JobId;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.api.spi.Worker;
import io.desaster.workers.process.ProcessOptions.LauncherChoice;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KilledDaemonTest {
  private static final int ROUNDS = 4;
  private static final int JOBS_A_ROUND = 5;

  @TempDir Path runDirectory;

  @ParameterizedTest
  @EnumSource(
      value = LauncherChoice.class,
      names = {"COMPILED", "SCRIPT"})
  void shouldRunEveryJobOnceHoweverOftenTheDaemonIsKilled(LauncherChoice launcher)
      throws Exception {
    List<JobId> jobs = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      List<JobId> more = newJobs(round);
      jobs.addAll(more);
      Process daemon = startDaemon(launcher, more);
      JobId last = more.get(JOBS_A_ROUND - 1);
      ShellRig.until(() -> ran().contains(last.toString()));
      daemon.destroyForcibly().waitFor();
    }

    try (ShellRig rig = new ShellRig(runDirectory, launcher)) {
      List<JobId> found = rig.found().stream().map(Worker.Found::job).toList();
      assertThat(found).containsExactlyInAnyOrderElementsOf(jobs);
      for (Worker.Found attempt : rig.found()) {
        AttemptEnd end = attempt.end() != null ? attempt.end() : rig.host().awaitEnd(attempt.job());
        String id = attempt.job().toString();
        assertThat(end.exitCode()).isEqualTo(10 + id.charAt(id.length() - 1) - '0');
        assertThat(rig.out(attempt.job())).isEqualTo("done\n");
      }
      assertThat(ran())
          .containsExactlyInAnyOrderElementsOf(jobs.stream().map(JobId::toString).toList());
    }
  }

  private static List<JobId> newJobs(int round) {
    List<JobId> jobs = new ArrayList<>();
    for (int i = 0; i < JOBS_A_ROUND; i++) {
      jobs.add(JobId.parse("0000000%d-0000-7000-8000-0000000000f%d".formatted(round, i)));
    }
    return jobs;
  }

  private Process startDaemon(LauncherChoice launcher, List<JobId> jobs) throws IOException {
    Process daemon =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                DyingDaemon.class.getName(),
                runDirectory.toString(),
                launcher.name())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (OutputStream in = daemon.getOutputStream()) {
      String ids = jobs.stream().map(JobId::toString).collect(Collectors.joining("\n"));
      in.write(ids.getBytes(StandardCharsets.UTF_8));
    }
    return daemon;
  }

  private List<String> ran() throws IOException {
    Path ran = runDirectory.resolve("ran");
    return Files.exists(ran) ? Files.readAllLines(ran) : List.of();
  }
}
