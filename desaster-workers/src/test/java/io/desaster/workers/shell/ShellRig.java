/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.shell;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.desaster.api.job.JobId;
import io.desaster.api.job.Limits;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.api.spi.AttemptOrder;
import io.desaster.api.spi.Worker;
import io.desaster.workers.RecordingHost;
import io.desaster.workers.process.ProcessOptions;
import io.desaster.workers.process.ProcessOptions.LauncherChoice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A shell worker over a run directory, with the launcher it started, and words for the tests. */
final class ShellRig implements AutoCloseable {
  static final long GRACE_MILLIS = 300;
  private static final Pattern LAUNCHER = Pattern.compile("launcher pid=(\\d+)");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int OUTPUT_PIECE = 1 << 26;

  private final Path runDirectory;
  private final ProcessOptions options;
  private ShellWorker worker;
  private RecordingHost host;
  private List<Worker.Found> found;

  ShellRig(Path runDirectory, LauncherChoice launcher) {
    this(runDirectory, ProcessOptions.defaults().withLauncher(launcher).withProgressMillis(20));
  }

  ShellRig(Path runDirectory, ProcessOptions options) {
    this.runDirectory = runDirectory;
    this.options = options;
    open();
  }

  /** Opens another worker over the directory, as the next daemon does. */
  void open() {
    worker = new ShellWorker(runDirectory, options);
    host = new RecordingHost();
    found = get(worker.open(host));
  }

  void reopen() {
    worker.close();
    open();
  }

  static <T> T get(java.util.concurrent.CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  ShellWorker worker() {
    return worker;
  }

  RecordingHost host() {
    return host;
  }

  List<Worker.Found> found() {
    return found;
  }

  Path attempt(JobId job) {
    return runDirectory.resolve(job.toString()).resolve("1");
  }

  static JobId newJob() {
    return JobId.next(System.currentTimeMillis());
  }

  JobId start(String payload) {
    return start(payload, 0, Limits.NONE);
  }

  JobId start(String payload, long timeoutMillis, Limits limits) {
    JobId job = newJob();
    worker.start(order(job, 1, payload, timeoutMillis, limits));
    return job;
  }

  JobId start(Map<String, ?> payload) {
    return start(json(payload));
  }

  static String json(Map<String, ?> payload) {
    try {
      return JSON.writeValueAsString(payload);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static AttemptOrder order(JobId job, int attempt, String payload) {
    return order(job, attempt, payload, 0, Limits.NONE);
  }

  static AttemptOrder order(
      JobId job, int attempt, String payload, long timeoutMillis, Limits limits) {
    return new AttemptOrder(
        job,
        attempt,
        7,
        "reports",
        "key 1",
        payload.getBytes(StandardCharsets.UTF_8),
        timeoutMillis,
        GRACE_MILLIS,
        limits);
  }

  AttemptEnd run(String payload) {
    return host.awaitEnd(start(payload));
  }

  AttemptEnd run(Map<String, ?> payload) {
    return host.awaitEnd(start(payload));
  }

  Worker.Output output(JobId job, boolean error, long offset) {
    return get(worker.output(job, 1, error, offset, OUTPUT_PIECE));
  }

  String out(JobId job) {
    return new String(output(job, false, 0).bytes(), StandardCharsets.UTF_8);
  }

  String err(JobId job) {
    return new String(output(job, true, 0).bytes(), StandardCharsets.UTF_8);
  }

  /** Waits until the job has written the text. */
  void awaitOut(JobId job, String text) {
    until(() -> out(job).contains(text));
  }

  static void until(java.util.concurrent.Callable<Boolean> condition) {
    await().atMost(RecordingHost.PATIENCE).pollInterval(Duration.ofMillis(5)).until(condition);
  }

  /** The process's state as {@code ps} writes it, blank if it is gone. */
  static char state(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2);
    } catch (IOException gone) {
      return ' ';
    }
  }

  static boolean alive(long pid) {
    return " ZX".indexOf(state(pid)) < 0;
  }

  static long zombiesOf(long pid) {
    return ProcessHandle.of(pid).stream()
        .flatMap(ProcessHandle::children)
        .filter(child -> state(child.pid()) == 'Z')
        .count();
  }

  /** What a file with holes takes on the disk. */
  static long diskBytes(Path file) throws IOException {
    Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
    return 512L
        * Long.parseLong(
            new String(stat.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
  }

  long launcherPid() {
    try {
      Matcher matcher = LAUNCHER.matcher(Files.readString(runDirectory.resolve("attempts.log")));
      long pid = -1;
      while (matcher.find()) {
        pid = Long.parseLong(matcher.group(1));
      }
      return pid;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  void signal(String signal, long pid) {
    try {
      int code =
          new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
              .inheritIO()
              .start()
              .waitFor();
      if (code != 0) {
        throw new AssertionError("cannot send " + signal + " to " + pid);
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  void killLauncher() {
    signal("KILL", launcherPid());
  }

  @Override
  public void close() {
    worker.close();
    long launcher = launcherPid();
    if (launcher > 0 && alive(launcher)) {
      signal("TERM", launcher);
      until(() -> !alive(launcher));
    }
  }
}
