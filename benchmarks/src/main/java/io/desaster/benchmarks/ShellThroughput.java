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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;

/**
 * Shell jobs per second: {@code /bin/true} through a {@link ShellWorker}, with output files and a
 * durable record of each end, in turns with a C posix_spawn loop and {@code xargs -P2}. Started by
 * {@code benchmarks/shell/run.sh}.
 */
public final class ShellThroughput implements Worker.Host {
  private static final byte[] PAYLOAD =
      "{\"command\": [\"/bin/true\"]}".getBytes(StandardCharsets.UTF_8);
  private static final int[] OUTSTANDING = {1, 2, 4};
  private static final int SETTLE_MILLIS = 300;

  private final Semaphore slots = new Semaphore(0);
  private final boolean release;
  private ShellWorker worker;
  private volatile AttemptEnd failed;

  private ShellThroughput(boolean release) {
    this.release = release;
  }

  /**
   * @param arguments directory to work in (it holds {@code spawn-loop}), rounds, jobs in a round
   */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    int rounds = Integer.parseInt(arguments[1]);
    int jobs = Integer.parseInt(arguments[2]);
    Map<String, List<Double>> rates = new LinkedHashMap<>();
    ShellThroughput keeping = new ShellThroughput(false);
    ShellThroughput releasing = new ShellThroughput(true);
    keeping.open(directory.resolve("keeping"));
    releasing.open(directory.resolve("releasing"));
    keeping.run(100, 2);
    releasing.run(100, 2);
    for (int round = 0; round < rounds; round++) {
      for (int parallel : new int[] {1, 2}) {
        add(rates, "C posix_spawn loop, " + parallel, spawnLoop(directory, jobs, parallel));
      }
      add(rates, "xargs -P2", xargs(jobs));
      for (int outstanding : OUTSTANDING) {
        Thread.sleep(SETTLE_MILLIS);
        add(rates, "desaster, " + outstanding, releasing.run(jobs, outstanding));
        Thread.sleep(SETTLE_MILLIS);
        add(rates, "desaster, directories kept, " + outstanding, keeping.run(jobs, outstanding));
      }
    }
    print(rates);
    keeping.worker.close();
    releasing.worker.close();
  }

  private static void add(Map<String, List<Double>> rates, String name, double rate) {
    rates.computeIfAbsent(name, any -> new ArrayList<>()).add(rate);
  }

  private static void print(Map<String, List<Double>> rates) {
    double[] loop = best(rates, "C posix_spawn loop");
    double[] xargs = best(rates, "xargs");
    System.out.println("what | jobs/s, median | of the C loop | of xargs -P2");
    rates.forEach(
        (name, all) -> {
          double[] own = all.stream().mapToDouble(rate -> rate).toArray();
          System.out.printf(
              "%s | %.0f | %.2f | %.2f%n", name, median(own), ratio(own, loop), ratio(own, xargs));
        });
  }

  /** Of each round the best of those that carry the name. */
  private static double[] best(Map<String, List<Double>> rates, String name) {
    double[] best = null;
    for (Map.Entry<String, List<Double>> entry : rates.entrySet()) {
      if (entry.getKey().startsWith(name)) {
        double[] own = entry.getValue().stream().mapToDouble(rate -> rate).toArray();
        best = best == null ? own : max(best, own);
      }
    }
    return best;
  }

  private static double[] max(double[] a, double[] b) {
    double[] max = new double[a.length];
    Arrays.setAll(max, i -> Math.max(a[i], b[i]));
    return max;
  }

  /** Median of the rounds' ratios. */
  private static double ratio(double[] own, double[] other) {
    double[] ratios = new double[own.length];
    Arrays.setAll(ratios, i -> own[i] / other[i]);
    return median(ratios);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
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
  public void progress(JobId job, int attempt, int percent, String text) {
    throw new IllegalStateException("/bin/true tells no progress");
  }
}
