/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.shell;

import io.desaster.api.job.JobId;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.api.spi.Worker;
import io.desaster.workers.process.ProcessOptions;
import io.desaster.workers.process.ProcessOptions.LauncherChoice;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The program of a process made to be killed: starts jobs with the ids that come on standard input,
 * each of which writes its id to the file {@code ran}, waits a little and exits with 10 plus the
 * last digit of its id.
 */
final class DyingDaemon implements Worker.Host {

  private DyingDaemon() {}

  public static void main(String[] arguments) throws Exception {
    Path runDirectory = Path.of(arguments[0]);
    ProcessOptions options =
        ProcessOptions.defaults().withLauncher(LauncherChoice.valueOf(arguments[1]));
    ShellWorker worker = new ShellWorker(runDirectory, options);
    List<Worker.Found> found = worker.open(new DyingDaemon()).toCompletableFuture().get();
    System.out.println("found " + found.size());
    new String(System.in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
        .lines()
        .forEach(id -> worker.start(ShellRig.order(JobId.parse(id), 1, payload(runDirectory))));
    Thread.currentThread().join();
  }

  private static String payload(Path runDirectory) {
    return "echo $DESASTER_JOB_ID >>"
        + runDirectory.resolve("ran")
        + "; sleep 0.7; echo done; exit 1${DESASTER_JOB_ID##*[!0-9]}";
  }

  @Override
  public CompletionStage<Void> ended(AttemptEnd end) {
    System.out.println("ended " + end.job());
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Void> noRoom(JobId job, int attempt, String why) {
    System.out.println("no room for " + job + ": " + why);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void roomAgain() {}

  @Override
  public void progress(JobId job, int attempt, int percent, String text) {
    System.out.println("progress " + job);
  }
}
