/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.benchmarks;

import io.desaster.api.job.JobFilter;
import io.desaster.api.job.JobPage;
import io.desaster.api.job.JobQuery;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.SubmitResult;
import io.desaster.client.DesasterClient;
import io.desaster.core.node.DesasterNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;

/** One million queued jobs of 100 bytes: memory, speed beside a short queue, restart, queries. */
final class MillionQueued {
  private static final int MILLION = 1_000_000;
  private static final int BATCH = 1000;
  private static final int WARM_UP_ROUNDS = 3;
  private static final int LISTS = 15;
  private static final int FLOW_PER_SECOND = 5_000;
  private static final int SINGLES = 5_000;
  private static final int SINGLES_PER_SECOND = 1_000;
  private static final String HEAP = "1g";
  private static final byte[] PAYLOAD = "x".repeat(100).getBytes(StandardCharsets.US_ASCII);

  /** Of the payload's array: a header of 16 bytes, and a multiple of 8 in all. */
  private static final int PAYLOAD_HEAP_BYTES = (16 + PAYLOAD.length + 7) / 8 * 8;

  private MillionQueued() {}

  static void run(Setup setup) throws Exception {
    daemon(setup);
    snapshots(setup);
  }

  private static void daemon(Setup setup) throws Exception {
    double[] shortPush = new double[setup.rounds()];
    double[] shortDrain = new double[setup.rounds()];
    try (Server server = Server.desaster(setup, HEAP)) {
      rates(server, "short", shortPush, shortDrain);
    }
    try (Server server = Server.desaster(setup, HEAP)) {
      try (DesasterClient client = server.connect()) {
        long empty = server.heapBytes();
        push(client, "long", MILLION);
        long full = server.heapBytes();
        Figures.line("  heap before and after, MB %26.0f %12.0f", empty / 1e6, full / 1e6);
        Figures.verdict("live heap, MB", full / 1e6, "<=", 400);
        double each = (full - empty) / (double) MILLION - PAYLOAD_HEAP_BYTES;
        Figures.verdict("bytes a queued job beyond its payload", each, "<=", 100);
        lists(client);
      }
      server.kill();
      long begun = System.nanoTime();
      server.start();
      Figures.verdict("restart after kill -9, s", (System.nanoTime() - begun) / 1e9, "<=", 3);
      double[] push = new double[setup.rounds()];
      double[] drain = new double[setup.rounds()];
      rates(server, "long", push, drain);
      compare("push", shortPush, push);
      compare("drain", shortDrain, drain);
    }
  }

  private static void rates(Server server, String queue, double[] push, double[] drain)
      throws Exception {
    try (DesasterClient client = server.connect()) {
      for (int round = -WARM_UP_ROUNDS; round < push.length; round++) {
        int at = Math.max(0, round);
        push[at] = push(client, queue, 50_000);
        drain[at] = RemoteDrain.drain(client, queue, 50_000);
      }
    }
  }

  private static void compare(String what, double[] queueShort, double[] queueLong) {
    double few = Figures.median(queueShort);
    double many = Figures.median(queueLong);
    Figures.line("  %-44s %,12.0f %,.0f jobs/s", what + ", queue short and long", few, many);
    Figures.verdict(what + ", time over that of a short queue", few / many, "<=", 1.5);
  }

  private static double push(DesasterClient client, String queue, int jobs) {
    JobSpec spec = JobSpec.of("remote", PAYLOAD).queue(queue).build();
    long begun = System.nanoTime();
    List<CompletionStage<List<SubmitResult>>> under = new ArrayList<>();
    for (int i = 0; i < jobs; i += BATCH) {
      if (under.size() == 4) {
        check(under.remove(0));
      }
      under.add(client.submitAll(Collections.nCopies(BATCH, spec)));
    }
    under.forEach(MillionQueued::check);
    return jobs * 1e9 / (System.nanoTime() - begun);
  }

  private static void check(CompletionStage<List<SubmitResult>> submitted) {
    for (SubmitResult result : submitted.toCompletableFuture().join()) {
      if (result.refusal() != null) {
        throw result.refusal();
      }
    }
  }

  /** LIST with a filter that has to look at every job, and a sort, while others submit. */
  private static void lists(DesasterClient client) throws Exception {
    JobSpec spec = JobSpec.of("remote", PAYLOAD).queue("flow").build();
    boolean[] stop = new boolean[1];
    Thread flow =
        new Thread(
            () -> {
              long next = System.nanoTime();
              while (!stop[0]) {
                client.submitAll(Collections.nCopies(FLOW_PER_SECOND / 100, spec));
                next += 10_000_000;
                LockSupport.parkNanos(next - System.nanoTime());
              }
            });
    flow.start();
    JobFilter filter = JobFilter.parse("queue=long state=QUEUED priority<=4 age>=0s");
    double[] millis = new double[LISTS];
    for (int i = 0; i < LISTS + 3; i++) {
      long begun = System.nanoTime();
      JobPage page =
          client
              .jobs()
              .list(new JobQuery(filter, JobQuery.Sort.PRIORITY, true, 50, ""))
              .toCompletableFuture()
              .get();
      millis[Math.max(0, i - 3)] = (System.nanoTime() - begun) / 1e6;
      if (page.matched() != MILLION) {
        throw new IllegalStateException("LIST found " + page.matched() + " jobs");
      }
    }
    stop[0] = true;
    flow.join();
    Figures.line("  LIST, slowest of %d, ms %31.0f", LISTS, Figures.quantile(millis, 1));
    Figures.verdict("LIST with filter and sort, median ms", Figures.median(millis), "<=", 200);
  }

  /** The commit of single submits while a snapshot of the million is written, and while not. */
  private static void snapshots(Setup setup) throws Exception {
    Path directory = Files.createTempDirectory(setup.work(), "snapshots");
    try (DesasterNode node = DesasterNode.builder().dataDir(directory).start()) {
      JobSpec spec = JobSpec.of("remote", PAYLOAD).queue("long").build();
      for (int i = 0; i < MILLION; i += BATCH) {
        node.submitAll(Collections.nCopies(BATCH, spec)).toCompletableFuture().join();
      }
      singles(node, spec, null);
      Figures figures = new Figures();
      for (int round = 0; round < setup.rounds(); round++) {
        figures.add("commit p99 without", singles(node, spec, null));
        figures.add("commit p99 during a snapshot", singles(node, spec, node.snapshot()));
      }
      figures.print("us");
      double ratio = figures.ratio("commit p99 during a snapshot", "commit p99 without");
      Figures.verdict("commit p99, during of without", ratio, "<=", 1.5);
    }
  }

  /** p99 in microseconds of submits at a steady pace; as long as the snapshot takes, if given. */
  private static double singles(DesasterNode node, JobSpec spec, CompletionStage<Void> snapshot) {
    List<Double> micros = Collections.synchronizedList(new ArrayList<>());
    CompletableFuture<Void> written = snapshot == null ? null : snapshot.toCompletableFuture();
    List<CompletableFuture<?>> all = new ArrayList<>();
    long next = System.nanoTime();
    for (int i = 0; written == null ? i < SINGLES : !written.isDone(); i++) {
      next += 1_000_000_000L / SINGLES_PER_SECOND;
      LockSupport.parkNanos(next - System.nanoTime());
      long begun = System.nanoTime();
      all.add(
          node.submit(spec)
              .thenRun(() -> micros.add((System.nanoTime() - begun) / 1000.0))
              .toCompletableFuture());
    }
    CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0])).join();
    return Figures.quantile(micros.stream().mapToDouble(value -> value).toArray(), 0.99);
  }
}
