/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.desaster.api.error.DesasterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program that is started is a redis-server, which answers PING as well. */
class LocalDaemonTest {
  @TempDir Path directory;
  private final int port = RedisProcess.freePort();
  private Path starts;

  @BeforeEach
  void nameFiles() {
    starts = directory.resolve("starts");
  }

  @AfterEach
  void endWhatWasStarted() throws IOException {
    if (Files.exists(starts)) {
      for (String pid : Files.readAllLines(starts)) {
        ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }

  @Test
  void shouldStartOnceForManyThreads() throws Exception {
    LocalDaemon daemon = daemon(redis());
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<Boolean>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      calls.add(threads.submit(daemon::ensureRunning));
    }
    List<Boolean> started = new ArrayList<>();
    for (Future<Boolean> call : calls) {
      started.add(get(call));
    }
    threads.shutdown();

    assertThat(started).containsOnlyOnce(true);
    assertThat(Files.readAllLines(starts)).hasSize(1);
    assertThat(daemon.ensureRunning()).isFalse();
  }

  private static Boolean get(Future<Boolean> call) throws ExecutionException, InterruptedException {
    return call.get();
  }

  @Test
  void shouldStartOnceForManyProcesses() throws Exception {
    Path program = redis();
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      processes.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  EnsureRunningMain.class.getName(),
                  "" + port,
                  directory.toString(),
                  program.toString())
              .redirectErrorStream(true)
              .start());
    }
    List<String> said = new ArrayList<>();
    for (Process process : processes) {
      said.add(new String(process.getInputStream().readAllBytes()).strip());
    }

    assertThat(said).containsExactlyInAnyOrder("started", "found", "found");
    assertThat(Files.readAllLines(starts)).hasSize(1);
  }

  @Test
  void shouldTellItsEnvironmentToTheDaemonInASessionOfItsOwn() throws IOException {
    LocalDaemon.builder()
        .port(port)
        .dataDirectory(directory)
        .key("secret")
        .command(List.of(redis().toString()))
        .build()
        .ensureRunning();

    String pid = Files.readAllLines(starts).get(0);
    String stat = Files.readString(Path.of("/proc", pid, "stat"));
    String session = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3];
    assertThat(session).isEqualTo(pid);
    assertThat(Files.readString(directory.resolve("environment")))
        .contains("DESASTER_PORT=" + port, "DESASTER_DATA_DIR=" + directory, "DESASTER_KEY=secret");
  }

  @Test
  void shouldKeepItsDirectoryFromOtherUsers() throws IOException {
    Path made = directory.resolve("state").resolve("desaster");

    LocalDaemon.builder()
        .port(port)
        .dataDirectory(made)
        .command(List.of(redis().toString()))
        .build()
        .ensureRunning();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
        .isEqualTo("rwx------");
  }

  @Test
  void shouldSayWhatADaemonSaidThatEndsAtOnce() throws IOException {
    Files.writeString(directory.resolve("daemon.log"), "from an earlier start\n");
    Path program = program("echo no disk left; exit 7");

    assertThatThrownBy(() -> daemon(program).ensureRunning())
        .isInstanceOf(DesasterException.class)
        .hasMessageContaining("cannot start a daemon on port " + port)
        .hasMessageEndingWith(": it ended with status 7; it said: no disk left");
  }

  @Test
  void shouldSayThatADaemonDoesNotAnswerInTime() throws IOException {
    Path program = program("echo $$ >> " + starts + "; exec sleep 60");
    LocalDaemon daemon =
        LocalDaemon.builder()
            .port(port)
            .dataDirectory(directory)
            .command(List.of(program.toString()))
            .patience(Duration.ofMillis(500))
            .build();

    assertThatThrownBy(daemon::ensureRunning).hasMessageContaining("it does not answer within 0 s");
  }

  @Test
  void shouldTakeWhatIsNotSetFromTheEnvironment() {
    Map<String, String> insideJob = Map.of("DESASTER_JOB_ID", "x", "DESASTER_KEY", "tenant-7");
    assertThat(new LocalDaemon.Builder(insideJob).build().key()).isEmpty();
    assertThat(new LocalDaemon.Builder(Map.of("DESASTER_KEY", "group")).build().key())
        .isEqualTo("group");
    LocalDaemon daemon = new LocalDaemon.Builder(Map.of("DESASTER_PORT", "4711")).build();

    assertThat(daemon.uri()).isEqualTo("desaster://127.0.0.1:4711");
    assertThatThrownBy(() -> new LocalDaemon.Builder(Map.of("DESASTER_PORT", "x")))
        .hasMessage("DESASTER_PORT must be a number, not 'x'");
    assertThat(DataDirectory.of(Map.of(), "root")).isEqualTo(Path.of("/var/lib/desaster"));
    assertThat(DataDirectory.of(Map.of("XDG_STATE_HOME", "/s"), "ada"))
        .isEqualTo(Path.of("/s/desaster"));
    assertThat(DataDirectory.of(Map.of("DESASTER_DATA_DIR", "/d"), "root"))
        .isEqualTo(Path.of("/d"));
    assertThat(DataDirectory.of(Map.of(), "ada").toString()).endsWith("/.local/state/desaster");
  }

  private LocalDaemon daemon(Path program) {
    return LocalDaemon.builder()
        .port(port)
        .dataDirectory(directory)
        .command(List.of(program.toString()))
        .build();
  }

  private Path redis() throws IOException {
    RedisProcess.requireInstalled();
    return program(
        "echo $$ >> "
            + starts
            + "; env > "
            + directory.resolve("environment")
            + "; exec redis-server --bind 127.0.0.1 --save '' --port $DESASTER_PORT --dir "
            + directory);
  }

  private Path program(String script) throws IOException {
    Path program = directory.resolve("program");
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return program;
  }
}
