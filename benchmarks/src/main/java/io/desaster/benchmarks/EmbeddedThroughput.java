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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * No-op jobs in one JVM from submit to the committed end: two fsyncs on the way of each, shared by
 * those that are under way together. Beside Sidekiq draining no-op jobs.
 */
final class EmbeddedThroughput {
  private static final int SECONDS = 4;
  private static final int WARM_UP_ROUNDS = 2;
  private static final int SUBMITS_BETWEEN_LOOKS = 64;

  private EmbeddedThroughput() {}

  static void run(Setup setup) throws Exception {
    Figures rates = new Figures();
    measure(setup, 256, rates);
    measure(setup, 4096, rates);
    try (Server redis = Server.redis(setup, "everysec")) {
      for (int round = 0; round < setup.rounds(); round++) {
        rates.add("Sidekiq, two processes", RemoteDrain.sidekiq(setup, redis));
      }
    }
    rates.print("jobs/s");
    double few = rates.median("256 outstanding");
    double many = rates.median("4096 outstanding");
    double sidekiq = rates.median("Sidekiq, two processes");
    Figures.verdict("256 outstanding, jobs/s", few, ">=", 50_000);
    Figures.verdict("4096 outstanding, jobs/s", many, ">=", 150_000);
    Figures.verdict("256 outstanding, of Sidekiq's", few / sidekiq, ">=", 10);
    Figures.verdict("4096 outstanding, of Sidekiq's", many / sidekiq, ">=", 10);
  }

  private static void measure(Setup setup, int outstanding, Figures rates) throws Exception {
    Path directory = Files.createTempDirectory(setup.work(), "embedded");
    Semaphore free = new Semaphore(outstanding);
    LongAdder ended = new LongAdder();
    NoOpWorker worker = new NoOpWorker(free, ended);
    try (DesasterNode node =
        DesasterNode.builder()
            .dataDir(directory)
            .worker(worker)
            .slots(NoOpWorker.KIND, outstanding, outstanding)
            .start()) {
      JobSpec spec = JobSpec.of(NoOpWorker.KIND, new byte[100]).build();
      for (int round = -WARM_UP_ROUNDS; round < setup.rounds(); round++) {
        double rate = submit(node, spec, free, ended);
        if (round >= 0) {
          rates.add(outstanding + " outstanding", rate);
        }
      }
      free.acquire(outstanding);
    }
  }

  private static double submit(DesasterNode node, JobSpec spec, Semaphore free, LongAdder ended)
      throws InterruptedException {
    long before = ended.sum();
    long begun = System.nanoTime();
    long until = begun + SECONDS * 1_000_000_000L;
    while (System.nanoTime() < until) {
      for (int i = 0; i < SUBMITS_BETWEEN_LOOKS; i++) {
        free.acquire();
        node.submit(spec).whenComplete(EmbeddedThroughput::requireTaken);
      }
    }
    return (ended.sum() - before) * 1e9 / (System.nanoTime() - begun);
  }

  private static void requireTaken(Submission submission, Throwable refusal) {
    if (refusal != null) {
      refusal.printStackTrace();
      System.exit(1);
    }
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
