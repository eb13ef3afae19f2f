/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.benchmarks;

import io.desaster.api.job.JobId;
import io.desaster.api.job.Limits;
import io.desaster.api.job.Outcome;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.api.spi.AttemptOrder;
import io.desaster.api.spi.Worker;
import io.desaster.workers.process.ProcessOptions;
import io.desaster.workers.shell.ShellWorker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;

/**
 * Shell jobs per second: {@code /bin/true} through a {@link ShellWorker}, with output files and a
 * durable record of each end, in turns with a C posix_spawn loop and {@code xargs -P2}.
 */
final class ShellThroughput implements Worker.Host {
  private static final byte[] PAYLOAD =
      "{\"command\": [\"/bin/true\"]}".getBytes(StandardCharsets.UTF_8);
  private static final int[] OUTSTANDING = {1, 2, 4};
  private static final String OURS = "desaster, 4";
  private static final int SETTLE_MILLIS = 300;
  private static final int JOBS = 400;

  private final Semaphore slots = new Semaphore(0);
  private final boolean release;
  private ShellWorker worker;
  private volatile AttemptEnd failed;

  private ShellThroughput(boolean release) {
    this.release = release;
  }

  static void run(Setup setup) throws Exception {
    Path directory = setup.work();
    Figures rates = new Figures();
    ShellThroughput keeping = new ShellThroughput(false);
    ShellThroughput releasing = new ShellThroughput(true);
    keeping.open(directory.resolve("keeping"));
    releasing.open(directory.resolve("releasing"));
    keeping.run(100, 2);
    releasing.run(100, 2);
    for (int round = 0; round < setup.rounds(); round++) {
      for (int parallel : new int[] {1, 2}) {
        rates.add("C posix_spawn loop, " + parallel, spawnLoop(directory, JOBS, parallel));
      }
      rates.add("xargs -P2", xargs(JOBS));
      for (int outstanding : OUTSTANDING) {
        Thread.sleep(SETTLE_MILLIS);
        rates.add("desaster, " + outstanding, releasing.run(JOBS, outstanding));
        Thread.sleep(SETTLE_MILLIS);
        rates.add("desaster, directories kept, " + outstanding, keeping.run(JOBS, outstanding));
      }
    }
    rates.print("jobs/s");
    Figures.verdict("of the C loop", rates.ratio(OURS, "C posix_spawn loop, 2"), ">=", 0.8);
    Figures.verdict("of xargs -P2", rates.ratio(OURS, "xargs -P2"), ">=", 1.4);
    keeping.worker.close();
    releasing.worker.close();
  }

  private static double spawnLoop(Path directory, int jobs, int parallel) throws Exception {
    Process process =
        new ProcessBuilder(
                directory.resolve("spawn-loop").toString(),
                Integer.toString(jobs),
                Integer.toString(parallel))
            .start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException("spawn-loop failed");
    }
    return Double.parseDouble(said);
  }

  private static double xargs(int jobs) throws Exception {
    long begun = System.nanoTime();
    String command = "seq " + jobs + " | xargs -P2 -n1 /bin/true";
    if (new ProcessBuilder("sh", "-c", command).start().waitFor() != 0) {
      throw new IOException("xargs failed");
    }
    return jobs * 1e9 / (System.nanoTime() - begun);
  }

  private void open(Path directory) {
    worker = new ShellWorker(directory, ProcessOptions.defaults());
    worker.open(this).toCompletableFuture().join();
  }

  private double run(int jobs, int outstanding) throws InterruptedException {
    slots.drainPermits();
    slots.release(outstanding);
    long begun = System.nanoTime();
    for (int i = 0; i < jobs; i++) {
      slots.acquire();
      worker.start(
          new AttemptOrder(
              JobId.next(System.currentTimeMillis()),
              1,
              1,
              "shell",
              "",
              PAYLOAD,
              0,
              0,
              Limits.NONE));
    }
    slots.acquire(outstanding);
    double rate = jobs * 1e9 / (System.nanoTime() - begun);
    if (failed != null) {
      throw new IllegalStateException("a job failed: " + failed);
    }
    return rate;
  }

  @Override
  public CompletionStage<Void> ended(AttemptEnd end) {
    if (end.outcome() != Outcome.SUCCEEDED) {
      failed = end;
    }
    slots.release();
    if (release) {
      worker.release(end.job());
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Void> noRoom(JobId job, int attempt, String why) {
    throw new IllegalStateException(why);
  }

  @Override
  public void roomAgain() {}

  @Override
  public void progress(JobId job, int attempt, int percent, String text) {
    throw new IllegalStateException("/bin/true tells no progress");
  }
}
