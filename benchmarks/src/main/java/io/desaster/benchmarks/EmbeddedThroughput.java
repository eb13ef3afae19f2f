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
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
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

  private static final int FLOWS = 1_000;
  private static final String SHARED = ", htb of three levels, 1000 flows";
  private static final List<String> QUEUES = List.of("web", "mail", "reports", "others");

  /** Rates that make about half of the leaves borrow. */
  private static final String TREE =
      """
      {"kind": "htb", "classes": [
        {"id": "all", "rate": 1000000, "ceil": 1000000, "classes": [
          {"id": "front", "rate": 500000, "ceil": 1000000, "classes": [
            {"id": "web", "rate": 10000, "ceil": 1000000, "burst": 100, "cburst": 1000000,
             "qdisc": {"kind": "sfq"}},
            {"id": "mail", "rate": 400000, "ceil": 1000000, "qdisc": {"kind": "sfq"}}]},
          {"id": "back", "rate": 500000, "ceil": 1000000, "classes": [
            {"id": "reports", "rate": 10000, "ceil": 1000000, "burst": 100, "cburst": 1000000,
             "qdisc": {"kind": "sfq"}},
            {"id": "default", "rate": 400000, "ceil": 1000000, "qdisc": {"kind": "sfq"}}]}]}]}
      """;

  private EmbeddedThroughput() {}

  static void run(Setup setup) throws Exception {
    Figures rates = new Figures();
    measure(setup, 256, false, rates);
    measure(setup, 4096, false, rates);
    measure(setup, 4096, true, rates);
    try (Server redis = Server.redis(setup, "everysec")) {
      for (int round = 0; round < setup.rounds(); round++) {
        rates.add("Sidekiq, two processes", RemoteDrain.sidekiq(setup, redis));
      }
    }
    rates.print("jobs/s");
    double few = rates.median("256 outstanding");
    double many = rates.median("4096 outstanding");
    double shared = rates.median("4096 outstanding, htb of three levels, 1000 flows");
    double sidekiq = rates.median("Sidekiq, two processes");
    Figures.verdict("256 outstanding, jobs/s", few, ">=", 50_000);
    Figures.verdict("4096 outstanding, jobs/s", many, ">=", 150_000);
    Figures.verdict("htb of three levels, of fifo's", shared / many, ">=", 0.8);
    Figures.verdict("256 outstanding, of Sidekiq's", few / sidekiq, ">=", 10);
    Figures.verdict("4096 outstanding, of Sidekiq's", many / sidekiq, ">=", 10);
  }

  private static void measure(Setup setup, int outstanding, boolean shared, Figures rates)
      throws Exception {
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
      if (shared) {
        node.trees()
            .apply(NoOpWorker.KIND, TREE, false, OptionalLong.empty(), "benchmark")
            .toCompletableFuture()
            .join();
      }
      List<JobSpec> specs = shared ? shared() : List.of(spec().build());
      String name = outstanding + " outstanding" + (shared ? SHARED : "");
      for (int round = -WARM_UP_ROUNDS; round < setup.rounds(); round++) {
        double rate = submit(node, specs, free, ended);
        if (round >= 0) {
          rates.add(name, rate);
        }
      }
      free.acquire(outstanding);
    }
  }

  private static JobSpec.Builder spec() {
    return JobSpec.of(NoOpWorker.KIND, new byte[100]);
  }

  /** Jobs of all flows, in the classes in turn. */
  private static List<JobSpec> shared() {
    List<JobSpec> specs = new ArrayList<>();
    for (int i = 0; i < FLOWS; i++) {
      specs.add(spec().queue(QUEUES.get(i % QUEUES.size())).flow("flow" + i).build());
    }
    return specs;
  }

  private static double submit(
      DesasterNode node, List<JobSpec> specs, Semaphore free, LongAdder ended)
      throws InterruptedException {
    int next = 0;
    long before = ended.sum();
    long begun = System.nanoTime();
    long until = begun + SECONDS * 1_000_000_000L;
    while (System.nanoTime() < until) {
      for (int i = 0; i < SUBMITS_BETWEEN_LOOKS; i++) {
        free.acquire();
        node.submit(specs.get(next)).whenComplete(EmbeddedThroughput::requireTaken);
        next = next + 1 == specs.size() ? 0 : next + 1;
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
