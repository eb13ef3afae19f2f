/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.benchmarks;

import io.desaster.api.job.JobSpec;
import io.desaster.client.DesasterClient;
import io.desaster.client.RemoteWorker;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.PublishAck;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * No-op jobs drained by one remote worker over TCP, each end fsynced, beside a NATS JetStream
 * consumer in the same language (which fsyncs every two minutes) and two Sidekiq processes of ten
 * threads (Redis fsyncs every second). Counted from the first job taken until nothing is left.
 */
final class RemoteDrain {
  private static final int JOBS = 100_000;
  private static final int SIDEKIQ_JOBS = 30_000;
  private static final int WARM_UP_ROUNDS = 2;
  private static final int BATCH = 1000;

  /** Jobs under way, with us as with NATS. */
  private static final int HANDS = 4 * BATCH;

  private static final byte[] PAYLOAD = "x".repeat(100).getBytes(StandardCharsets.US_ASCII);

  private RemoteDrain() {}

  static void run(Setup setup) throws Exception {
    Figures rates = new Figures();
    try (Server desaster = Server.desaster(setup, "1g");
        Server nats = Server.nats(setup);
        Server redis = Server.redis(setup, "everysec")) {
      for (int round = -WARM_UP_ROUNDS; round < setup.rounds(); round++) {
        double ours = desaster(desaster, "drain" + round);
        double theirs = nats(nats);
        if (round >= 0) {
          double sidekiq = sidekiq(setup, redis);
          rates.add("desaster, one worker, fsynced", ours);
          rates.add("NATS JetStream, one consumer", theirs);
          rates.add("Sidekiq, two processes", sidekiq);
        }
      }
    }
    rates.print("jobs/s");
    String ours = "desaster, one worker, fsynced";
    Figures.verdict("jobs/s", rates.median(ours), ">=", 50_000);
    Figures.verdict("of NATS's", rates.ratio(ours, "NATS JetStream, one consumer"), ">=", 1.0);
    Figures.line("  %-44s %12.2f", "of Sidekiq's", rates.ratio(ours, "Sidekiq, two processes"));
  }

  static double desaster(Server server, String queue) throws Exception {
    try (DesasterClient client = server.connect()) {
      JobSpec spec = JobSpec.of("remote", PAYLOAD).queue(queue).build();
      List<CompletableFuture<?>> submitted = new ArrayList<>();
      for (int i = 0; i < JOBS; i += BATCH) {
        submitted.add(client.submitAll(Collections.nCopies(BATCH, spec)).toCompletableFuture());
      }
      CompletableFuture.allOf(submitted.toArray(new CompletableFuture<?>[0])).join();
      return drain(client, queue, JOBS);
    }
  }

  /** Jobs per second, from the first one until all ends are acknowledged. */
  static double drain(DesasterClient client, String queue, int jobs) throws Exception {
    CountDownLatch left = new CountDownLatch(jobs);
    long[] first = new long[1];
    RemoteWorker worker =
        client
            .worker("bench-" + queue)
            .hands(HANDS)
            .handler(
                queue,
                job -> {
                  if (first[0] == 0) {
                    first[0] = System.nanoTime();
                  }
                  left.countDown();
                  return null;
                })
            .start();
    left.await();
    worker.drain().get();
    double rate = jobs * 1e9 / (System.nanoTime() - first[0]);
    worker.close();
    return rate;
  }

  private static double nats(Server server) throws Exception {
    try (Connection connection = Nats.connect("nats://127.0.0.1:" + server.port())) {
      JetStreamManagement management = connection.jetStreamManagement();
      management.addStream(
          StreamConfiguration.builder()
              .name("BENCH")
              .subjects("bench")
              .retentionPolicy(RetentionPolicy.WorkQueue)
              .storageType(StorageType.File)
              .build());
      JetStream stream = connection.jetStream();
      for (int i = 0; i < JOBS; i += BATCH) {
        List<CompletableFuture<PublishAck>> acks = new ArrayList<>();
        for (int k = 0; k < BATCH; k++) {
          acks.add(stream.publishAsync("bench", PAYLOAD));
        }
        CompletableFuture.allOf(acks.toArray(new CompletableFuture<?>[0])).join();
      }
      ConsumerConfiguration consumer =
          ConsumerConfiguration.builder()
              .ackPolicy(AckPolicy.Explicit)
              .maxAckPending(HANDS)
              .build();
      JetStreamSubscription subscription =
          stream.subscribe(
              "bench",
              PullSubscribeOptions.builder().durable("worker").configuration(consumer).build());
      long begun = 0;
      int done = 0;
      while (done < JOBS) {
        for (Message message : subscription.fetch(BATCH, Duration.ofSeconds(5))) {
          begun = begun == 0 ? System.nanoTime() : begun;
          message.ack();
          done++;
        }
      }
      connection.flush(Duration.ofSeconds(10));
      double rate = JOBS * 1e9 / (System.nanoTime() - begun);
      management.deleteStream("BENCH");
      return rate;
    }
  }

  /** Drain rate of two Sidekiq processes. */
  static double sidekiq(Setup setup, Server redis) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            "ruby",
            "-W0",
            setup.scripts().resolve("sidekiq-drain.rb").toString(),
            "" + SIDEKIQ_JOBS);
    builder.environment().put("REDIS_URL", "redis://127.0.0.1:" + redis.port() + "/0");
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("sidekiq-drain.rb failed: " + said);
    }
    return Double.parseDouble(said.strip());
  }
}
