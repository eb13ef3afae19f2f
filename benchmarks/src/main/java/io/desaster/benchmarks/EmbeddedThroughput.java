/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.benchmarks;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.ResourceUse;
import io.desaster.api.job.Submission;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.api.spi.AttemptOrder;
import io.desaster.api.spi.Worker;
import io.desaster.core.node.DesasterNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * No-op jobs from submit to the committed end, all in one JVM: {@code EmbeddedThroughput DIR
 * OUTSTANDING SECONDS}.
 */
public final class EmbeddedThroughput {
  private EmbeddedThroughput() {}

  public static void main(String[] args) throws Exception {
    Path parent = Path.of(args[0]);
    int outstanding = Integer.parseInt(args[1]);
    int seconds = Integer.parseInt(args[2]);
    Files.createDirectories(parent);
    Path dir = Files.createTempDirectory(parent, "embedded");
    Semaphore free = new Semaphore(outstanding);
    LongAdder ended = new LongAdder();
    NoOpWorker worker = new NoOpWorker(free, ended);
    try (DesasterNode node =
        DesasterNode.builder()
            .dataDir(dir)
            .worker(worker)
            .slots(NoOpWorker.KIND, outstanding, outstanding)
            .start()) {
      byte[] payload = new byte[100];
      JobSpec spec = JobSpec.of(NoOpWorker.KIND, payload).build();
      run(node, spec, free, ended, 5, "warm-up");
      Map<String, String> before = node.info().toCompletableFuture().get();
      run(node, spec, free, ended, seconds, "measured");
      Map<String, String> after = node.info().toCompletableFuture().get();
      System.out.println("before " + before + "\nafter " + after);
    }
  }

  private static void run(
      DesasterNode node, JobSpec spec, Semaphore free, LongAdder ended, int seconds, String what)
      throws Exception {
    long jobs = ended.sum();
    long cpu = ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    long start = System.nanoTime();
    long until = start + seconds * 1_000_000_000L;
    while (System.nanoTime() < until) {
      for (int i = 0; i < 64; i++) {
        free.acquire();
        CompletionStage<Submission> submitted = node.submit(spec);
        submitted.whenComplete(
            (submission, error) -> {
              if (error != null) {
                System.err.println(error);
                System.exit(1);
              }
            });
      }
    }
    double took = (System.nanoTime() - start) / 1e9;
    long done = ended.sum() - jobs;
    long used = ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() - cpu;
    System.out.printf(
        "%s: %.0f jobs/s, %.2f us CPU a job%n", what, done / took, used / 1000.0 / done);
  }

  /** Attempts end as soon as they start. */
  private static final class NoOpWorker implements Worker {
    static final String KIND = "noop";
    private final Semaphore free;
    private final LongAdder ended;
    private Host host;

    NoOpWorker(Semaphore free, LongAdder ended) {
      this.free = free;
      this.ended = ended;
    }

    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public boolean durable() {
      return false;
    }

    @Override
    public CompletionStage<List<Found>> open(Host to) {
      host = to;
      return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public void start(AttemptOrder order) {
      host.ended(
              new AttemptEnd(
                  order.job(),
                  order.attempt(),
                  Outcome.SUCCEEDED,
                  -1,
                  "",
                  AttemptEnd.NO_RESULT,
                  0,
                  0,
                  ResourceUse.NONE))
          .thenRun(
              () -> {
                ended.increment();
                free.release();
              });
    }

    @Override
    public void end(JobId job, int attempt, long graceMillis, String reason) {}

    @Override
    public void release(JobId job) {}

    @Override
    public CompletionStage<Output> output(
        JobId job, int attempt, boolean error, long offset, int bytesMax) {
      return CompletableFuture.completedFuture(new Output(0, new byte[0], 0, -1, -1, true));
    }

    @Override
    public void close() {}
  }
}
