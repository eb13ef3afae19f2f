/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.benchmarks;

import io.desaster.client.DesasterClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A server that is measured: a process with a port of its own on loopback and its own directory.
 */
final class Server implements AutoCloseable {
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);
  private static final long LOOK_NANOS = 5_000_000;
  private static final int TICKS_PER_SECOND = 100;

  private final Path directory;
  private final int port;
  private final List<String> command;
  private final Map<String, String> environment;
  private Process process;

  private Server(Path directory, int port, List<String> command, Map<String, String> environment) {
    this.directory = directory;
    this.port = port;
    this.command = command;
    this.environment = environment;
  }

  /** desaster as it is packaged. */
  static Server desaster(Setup setup, String heap) throws IOException {
    Path directory = Files.createTempDirectory(setup.work(), "desaster");
    int port = freePort();
    return new Server(
            directory,
            port,
            List.of(setup.program().toString(), "-s", "--bind-address=127.0.0.1"),
            Map.of(
                "DESASTER_PORT", Integer.toString(port),
                "DESASTER_DATA_DIR", directory.resolve("data").toString(),
                "DESASTER_HEAP", heap))
        .start();
  }

  /** Redis with an append-only file. */
  static Server redis(Setup setup, String appendfsync) throws IOException {
    Path directory = Files.createTempDirectory(setup.work(), "redis");
    int port = freePort();
    List<String> command = new ArrayList<>(List.of("redis-server", "--bind", "127.0.0.1"));
    command.addAll(List.of("--port", Integer.toString(port), "--dir", directory.toString()));
    command.addAll(List.of("--appendonly", "yes", "--appendfsync", appendfsync, "--save", ""));
    return new Server(directory, port, command, Map.of()).start();
  }

  /** NATS with JetStream on files. */
  static Server nats(Setup setup) throws IOException {
    Path directory = Files.createTempDirectory(setup.work(), "nats");
    int port = freePort();
    List<String> command =
        List.of(
            "nats-server", "-a", "127.0.0.1", "-p", "" + port, "-js", "-sd", directory.toString());
    return new Server(directory, port, command, Map.of()).start();
  }

  static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  /** Starts the process and waits until it accepts connections. */
  Server start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("DESASTER_P"));
    builder.environment().putAll(environment);
    process = builder.start();
    long until = System.nanoTime() + START_PATIENCE.toNanos();
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > until) {
        throw new IOException(
            command + " does not answer: " + Files.readString(directory.resolve("log")));
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return this;
  }

  /** Whether it answers PING; NATS answers so too, in its own words. */
  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      return socket.getInputStream().read() >= 0;
    } catch (IOException notYet) {
      return false;
    }
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  DesasterClient connect() {
    return DesasterClient.connect("desaster://127.0.0.1:" + port);
  }

  /** Resident memory in bytes. */
  long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new IOException("no VmRSS of " + pid());
  }

  /** CPU time used so far, in seconds. */
  double cpuSeconds() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / (double) TICKS_PER_SECOND;
  }

  /** What is live on a Java server's heap, in bytes. */
  long heapBytes() throws IOException, InterruptedException {
    jcmd("GC.run");
    long kilobytes = 0;
    for (String line : jcmd("GC.heap_info").split("\n")) {
      java.util.regex.Matcher used =
          java.util.regex.Pattern.compile("(generation|heap) .*used (\\d+)K").matcher(line);
      if (used.find()) {
        kilobytes += Long.parseLong(used.group(2));
      }
    }
    return kilobytes * 1024;
  }

  private String jcmd(String what) throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process asked = new ProcessBuilder(jcmd.toString(), "" + pid(), what).start();
    String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (asked.waitFor() != 0) {
      throw new IOException("jcmd " + what + ": " + said);
    }
    return said;
  }

  /** kill -9. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    if (process != null) {
      process.destroy();
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        kill();
      }
    }
    try (Stream<Path> all = Files.walk(directory)) {
      all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
