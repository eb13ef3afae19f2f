/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.system;

import static org.awaitility.Awaitility.await;

import io.desaster.client.DesasterClient;
import io.desaster.daemon.DataDirLock;
import io.desaster.daemon.LauncherProcesses;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged program with a data directory and a port of its own. */
final class Program implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofSeconds(120);

  private final Path dataDir;
  private final Path work;
  private final int port;
  private final Map<String, String> variables = new HashMap<>();

  /** What a process left behind. */
  record Result(int exitCode, String out, String err) {}

  private Program(Path data, Path directory) throws IOException {
    work = Files.createDirectories(directory.resolve("work"));
    dataDir = data;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
  }

  static Program in(Path directory) throws IOException {
    return new Program(directory.resolve("data"), directory);
  }

  /** With its data on a disk of its own. */
  static Program on(Path disk, Path directory) throws IOException {
    return new Program(disk.resolve("data"), directory);
  }

  Path dataDir() {
    return dataDir;
  }

  /** The directory that commands are given in. */
  Path work() {
    return work;
  }

  int port() {
    return port;
  }

  private ProcessBuilder builder(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of("target/desaster/bin/desaster").toAbsolutePath().toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("DESASTER_"));
    builder.environment().put("DESASTER_PORT", Integer.toString(port));
    builder.environment().put("DESASTER_DATA_DIR", dataDir.toString());
    builder.environment().putAll(variables);
    return builder;
  }

  /** Sets a variable of the environment for processes begun from now on. */
  void set(String name, String value) {
    variables.put(name, value);
  }

  /** Begins a verb; what it writes goes to files named after {@code name}. */
  Running begin(String name, String... arguments) throws IOException {
    File out = work.resolve(name + ".out").toFile();
    File err = work.resolve(name + ".err").toFile();
    Process process =
        builder(arguments)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(out)
            .redirectError(err)
            .start();
    return new Running(process, out.toPath(), err.toPath());
  }

  /** Runs a verb to its end. */
  Result execute(String... arguments) throws IOException, InterruptedException {
    return begin("verb", arguments).await();
  }

  /** Starts the daemon and waits until it listens. */
  Running startDaemon(String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("-s", "--bind-address=127.0.0.1"));
    arguments.addAll(List.of(options));
    Running daemon = begin("daemon", arguments.toArray(new String[0]));
    await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> daemonPid() == daemon.pid() || !daemon.alive());
    if (!daemon.alive()) {
      throw new IOException("the daemon ended: " + Files.readString(daemon.err));
    }
    return daemon;
  }

  /** The process that holds the data directory and listens; -1 if there is none. */
  long daemonPid() {
    return DataDirLock.holder(dataDir).map(DataDirLock.Holder::pid).orElse(-1L);
  }

  DesasterClient connect() {
    return DesasterClient.builder("desaster://127.0.0.1:" + port).retryFor(LONGEST).connect();
  }

  /** Ends the daemon and the launcher that may run, so that no test leaves one behind. */
  @Override
  public void close() {
    ProcessHandle.of(daemonPid()).ifPresent(Program::end);
    LauncherProcesses.end(dataDir);
  }

  private static void end(ProcessHandle process) {
    process.destroyForcibly();
    process.onExit().orTimeout(LONGEST.toSeconds(), TimeUnit.SECONDS).join();
  }

  /** A process of the program. */
  static final class Running {
    private final Process process;
    private final Path out;
    private final Path err;

    private Running(Process process, Path out, Path err) {
      this.process = process;
      this.out = out;
      this.err = err;
    }

    long pid() {
      return process.pid();
    }

    boolean alive() {
      return process.isAlive();
    }

    Path out() {
      return out;
    }

    Path err() {
      return err;
    }

    Result await() throws IOException, InterruptedException {
      if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("it did not end in time; it said: " + Files.readString(err));
      }
      return new Result(
          process.exitValue(),
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    }

    /** kill -9. */
    void kill() throws InterruptedException {
      process.destroyForcibly();
      process.waitFor();
    }

    /** Sends a signal as kill(1) does. */
    void signal(String name) throws IOException, InterruptedException {
      new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
    }
  }
}
