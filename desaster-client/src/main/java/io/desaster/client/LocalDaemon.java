/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The daemon of this host, started if nothing listens on its port. Any number of processes may
 * ensure it at once: they take turns by a lock on {@code start.lock} in the data directory, and all
 * but the first find it running. The daemon is a session of its own, so that neither the end of
 * this process nor the signals of its terminal touch it; what it says goes to {@code daemon.log}.
 */
public final class LocalDaemon {
  private static final String START_LOCK = "start.lock";
  private static final String HOST = "127.0.0.1";
  private static final int KNOCK_MILLIS = 1_000;
  private static final long POLL_MILLIS = 20;

  private final int port;
  private final Path dataDirectory;
  private final String key;
  private final List<String> command;
  private final Duration patience;

  private LocalDaemon(Builder from) {
    port = from.port;
    dataDirectory = from.dataDirectory;
    key = from.key;
    command = List.copyOf(from.command);
    patience = from.patience;
  }

  /** The daemon as the environment describes it, see {@link Builder}. */
  public static LocalDaemon fromEnvironment() {
    return builder().build();
  }

  /** Begins with what the environment says. */
  public static Builder builder() {
    return new Builder(System.getenv());
  }

  /** Where its clients connect, without the key. */
  public String uri() {
    return "desaster://" + HOST + ':' + port;
  }

  String key() {
    return key;
  }

  /**
   * Starts the daemon if nothing listens, and waits until it answers.
   *
   * @return whether this call started it
   * @throws DesasterException NOMASTER if it cannot be started or does not answer in time
   */
  public boolean ensureRunning() {
    if (answers()) {
      return false;
    }
    long endNanos = System.nanoTime() + patience.toNanos();
    try {
      makeDirectory();
      try (FileChannel file =
              FileChannel.open(
                  dataDirectory.resolve(START_LOCK),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock turn = awaitTurn(file, endNanos)) {
        if (turn == null || answers()) {
          return false;
        }
        Process daemon = start(endNanos);
        tell(file, daemon.pid());
        return true;
      }
    } catch (IOException | UncheckedIOException e) {
      throw failed(e.toString(), e);
    }
  }

  /**
   * What jobs are given and write is nobody else's business, so it is as private as the daemon's.
   */
  private void makeDirectory() throws IOException {
    if (!Files.isDirectory(dataDirectory)) {
      if (dataDirectory.getParent() != null) {
        Files.createDirectories(dataDirectory.getParent());
      }
      Files.createDirectories(
          dataDirectory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  private boolean answers() {
    return Knock.answers(new Address(HOST, port), KNOCK_MILLIS);
  }

  /** The lock, or null if the daemon answers while it is waited for. */
  private FileLock awaitTurn(FileChannel file, long endNanos) throws IOException {
    FileLock[] lock = new FileLock[1];
    boolean in =
        poll(
            endNanos,
            () -> {
              lock[0] = tryLock(file);
              return lock[0] != null || answers();
            });
    if (!in) {
      throw failed("another process has been starting it for " + patience.toSeconds() + " s", null);
    }
    return lock[0];
  }

  private static FileLock tryLock(FileChannel file) {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      // Another thread of this process has it.
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void tell(FileChannel file, long pid) throws IOException {
    file.truncate(0);
    file.write(StandardCharsets.US_ASCII.encode(pid + "\n"), 0);
  }

  /**
   * The process of the daemon that was last started on demand with this data directory, dead or
   * alive; empty if none was.
   */
  public static OptionalLong startedOnDemand(Path dataDirectory) {
    try {
      return OptionalLong.of(
          Long.parseLong(Files.readString(dataDirectory.resolve(START_LOCK)).strip()));
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private Process start(long endNanos) throws IOException {
    Path log = dataDirectory.resolve("daemon.log");
    long logStart = Files.exists(log) ? Files.size(log) : 0;
    ProcessBuilder builder = new ProcessBuilder(inOwnSession(commandToRun()));
    builder.environment().put("DESASTER_PORT", Integer.toString(port));
    builder.environment().put("DESASTER_DATA_DIR", dataDirectory.toString());
    if (!key.isEmpty()) {
      builder.environment().put("DESASTER_KEY", key);
    }
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    Process process = builder.start();
    boolean[] up = new boolean[1];
    poll(
        endNanos,
        () -> {
          up[0] = answers();
          return up[0] || !process.isAlive();
        });
    if (!up[0] && !answers()) {
      String what =
          process.isAlive()
              ? "it does not answer within " + patience.toSeconds() + " s"
              : "it ended with status " + process.exitValue();
      throw failed(
          String.join(" ", builder.command()) + ": " + what + "; it said: " + tail(log, logStart),
          null);
    }
    return process;
  }

  private static List<String> inOwnSession(List<String> command) {
    List<String> words = new ArrayList<>();
    Executables.find("setsid").ifPresent(setsid -> words.add(setsid.toString()));
    words.addAll(command);
    return words;
  }

  private List<String> commandToRun() {
    List<String> found = command.isEmpty() ? Executables.daemonCommand() : command;
    if (found.isEmpty()) {
      throw failed(
          "no command for it was found: neither is this program a jar with the daemon in it, nor is"
              + " there a program desaster on the PATH; set DESASTER_COMMAND",
          null);
    }
    return found;
  }

  private static String tail(Path log, long from) throws IOException {
    byte[] bytes = Files.readAllBytes(log);
    int start = (int) Math.max(Math.min(from, bytes.length), bytes.length - 2_000L);
    return new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8).strip();
  }

  private static boolean poll(long endNanos, BooleanSupplier done) {
    try {
      while (!done.getAsBoolean()) {
        if (System.nanoTime() - endNanos > 0) {
          return false;
        }
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private DesasterException failed(String why, Throwable cause) {
    return new DesasterException(
        ErrorCode.NOMASTER,
        "cannot start a daemon on port " + port + " with data in " + dataDirectory + ": " + why,
        cause);
  }

  /**
   * Collects where the daemon is and how it is started. What is not set comes from the environment:
   * {@code DESASTER_PORT}, {@code DESASTER_DATA_DIR}, {@code DESASTER_KEY} (but not inside a job,
   * where it is the job's own), {@code DESASTER_COMMAND} (words with blanks between), else port
   * 2691, {@code /var/lib/desaster} for root or {@code $XDG_STATE_HOME/desaster}, no key, and the
   * jar this class is in if it holds the daemon, or {@code desaster} on the {@code PATH}.
   */
  public static final class Builder {
    private int port;
    private Path dataDirectory;
    private String key;
    private List<String> command;
    private Duration patience = Duration.ofSeconds(30);

    Builder(Map<String, String> environment) {
      Map<String, String> given = new LinkedHashMap<>(environment);
      given.values().removeIf(String::isBlank);
      port(port(given.getOrDefault("DESASTER_PORT", "" + ClientUri.PORT_DEFAULT)));
      dataDirectory = DataDirectory.of(given, System.getProperty("user.name"));
      // Inside a job it is the job's own key.
      boolean insideJob = given.containsKey("DESASTER_JOB_ID");
      key = insideJob ? "" : given.getOrDefault("DESASTER_KEY", "");
      String words = given.getOrDefault("DESASTER_COMMAND", "").strip();
      command = words.isEmpty() ? List.of() : List.of(words.split("\\s+"));
    }

    private static int port(String text) {
      try {
        return Integer.parseInt(text);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("DESASTER_PORT must be a number, not '" + text + "'", e);
      }
    }

    public Builder port(int number) {
      if (number < 1 || number > 65_535) {
        throw new IllegalArgumentException("port must be 1 to 65535, not " + number);
      }
      port = number;
      return this;
    }

    public Builder dataDirectory(Path directory) {
      dataDirectory = directory.toAbsolutePath();
      return this;
    }

    public Builder key(String key) {
      this.key = Objects.requireNonNull(key);
      return this;
    }

    /** Program and arguments; it gets port, data directory and key in its environment. */
    public Builder command(List<String> words) {
      command = List.copyOf(words);
      return this;
    }

    /** How long it may take until it answers, 30 s if not set. */
    public Builder patience(Duration time) {
      patience = time;
      return this;
    }

    public LocalDaemon build() {
      return new LocalDaemon(this);
    }
  }
}
