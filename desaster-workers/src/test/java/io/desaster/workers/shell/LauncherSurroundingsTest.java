/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.desaster.api.job.JobId;
import io.desaster.api.job.Outcome;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.workers.RecordingHost;
import io.desaster.workers.process.ProcessOptions;
import io.desaster.workers.process.ProcessOptions.LauncherChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The compiled launcher where the host offers less, or runs short. */
class LauncherSurroundingsTest {
  @TempDir Path directory;

  private static ProcessOptions options() {
    return ProcessOptions.defaults().withLauncher(LauncherChoice.COMPILED);
  }

  private static ProcessOptions withCgroups(String version) {
    Map<String, String> environment = new TreeMap<>(options().environment());
    environment.put("DESASTER_LAUNCHER_CGROUP", version);
    return options().withEnvironment(environment);
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2", "v1", "none"})
  void shouldEndWholeTreeWhateverCgroupsThereAre(String version) {
    try (ShellRig rig = new ShellRig(directory, withCgroups(version))) {
      JobId job =
          rig.start(
              "setsid sh -c 'trap \"\" TERM; echo $$; exec sleep 300' & (setsid sh -c 'echo $$;"
                  + " exec sleep 300' &) ; echo $$; sleep 300");
      ShellRig.until(() -> rig.out(job).lines().count() == 3);
      List<Long> pids = rig.out(job).lines().map(Long::valueOf).toList();

      rig.worker().end(job, 1, 200, "cancelled");
      assertThat(rig.host().awaitEnd(job).outcome()).isEqualTo(Outcome.CANCELLED);
      assertThat(pids).noneMatch(ShellRig::alive);
      assertThat(rig.run("exit 3").exitCode()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2", "v1", "none"})
  void shouldEndWhatIsLeftRunningWhateverCgroupsThereAre(String version) {
    try (ShellRig rig = new ShellRig(directory, withCgroups(version))) {
      JobId other = rig.start("sleep 300");
      JobId job =
          rig.start(
              "(setsid sh -c 'echo $$; exec sleep 300' &); until test -s /dev/stdout; do :; done");

      assertThat(rig.host().awaitEnd(job).outcome()).isEqualTo(Outcome.SUCCEEDED);
      assertThat(Long.valueOf(rig.out(job).strip())).matches(pid -> !ShellRig.alive(pid));
      assertThat(rig.host().endsOf(other)).isEmpty();
    }
  }

  @Test
  void shouldServeDirectoryWithPathTooLongForSockets() throws IOException {
    Path deep = directory.resolve("a".repeat(120)).resolve("b".repeat(120));
    Files.createDirectories(deep);
    try (ShellRig rig = new ShellRig(deep, options())) {
      assertThat(rig.run("exit 5").exitCode()).isEqualTo(5);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = LauncherChoice.class,
      names = {"COMPILED", "SCRIPT"})
  void shouldGiveBackWhatAFullDiskHasNoRoomForUntilThereIsSome(LauncherChoice launcher)
      throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root may mount");
    sh("mount -t tmpfs -o size=6m tmpfs " + directory);
    try (ShellRig rig = new ShellRig(directory, launcher)) {
      sh("cat /dev/zero >" + directory.resolve("filler") + " 2>/dev/null; true");
      JobId job = rig.start("exit 4");

      ShellRig.until(() -> !rig.host().room().isEmpty());
      assertThat(rig.host().room().get(0))
          .startsWith(job + " cannot prepare jobs in " + directory)
          .contains("No space left on device")
          .endsWith("; make room on its file system");
      assertThat(rig.attempt(job)).doesNotExist();
      assertThat(rig.host().endsOf(job)).isEmpty();

      Files.delete(directory.resolve("filler"));
      ShellRig.until(() -> rig.host().room().contains(RecordingHost.ROOM));
      rig.worker().start(ShellRig.order(job, 1, "exit 4"));
      assertThat(rig.host().awaitEnd(job).exitCode()).isEqualTo(4);
    } finally {
      sh("umount -l " + directory);
    }
  }

  @Test
  void shouldRecordEndsOnAFullDiskAndThatOutputMayBeMissing() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root may mount");
    sh("mount -t tmpfs -o size=6m tmpfs " + directory);
    try (ShellRig rig = new ShellRig(directory, options())) {
      Path go = directory.resolve("go");
      JobId running = rig.start("until test -e " + go + "; do sleep 0.05; done; exit 8");
      sh("cat /dev/zero >" + directory.resolve("filler") + " 2>/dev/null; :> " + go);

      AttemptEnd end = rig.host().awaitEnd(running);
      assertThat(end.exitCode()).isEqualTo(8);
      assertThat(end.error())
          .startsWith("exit code 8; the disk of " + directory)
          .endsWith("was full while it ran: its output may lack something");
      rig.reopen();
      assertThat(rig.found())
          .anyMatch(found -> found.job().equals(running) && found.end().exitCode() == 8);

      Files.delete(directory.resolve("filler"));
      AttemptEnd later = rig.run("exit 4");
      assertThat(later.error()).isEqualTo("exit code 4");
    } finally {
      sh("umount -l " + directory);
    }
  }

  private static void sh(String command) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("sh", "-c", command).inheritIO().start().waitFor()).isZero();
  }
}
