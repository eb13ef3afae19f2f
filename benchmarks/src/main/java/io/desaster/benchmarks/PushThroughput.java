/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.benchmarks;

import io.desaster.client.DesasterClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Durable QUEUE PUSH beside LPUSH of a Redis that fsyncs always, both driven by redis-benchmark
 * with the same payload, in turns. The first rounds warm up and are not counted.
 */
final class PushThroughput {
  private static final String PAYLOAD = "x".repeat(100);
  private static final String QUEUE = "bench";
  private static final int WARM_UP_ROUNDS = 2;

  private record Load(String name, int connections, int pipeline, int requests) {}

  private record Measured(double perSecond, double p50Millis) {}

  private static final List<Load> LOADS =
      List.of(
          new Load("1 connection, 1 at a time", 1, 1, 8_000),
          new Load("1 connection, pipelined by 100", 1, 100, 100_000),
          new Load("50 connections, 1 at a time", 50, 1, 40_000),
          new Load("50 connections, pipelined by 100", 50, 100, 200_000));

  private PushThroughput() {}

  static void run(Setup setup) throws Exception {
    Figures rates = new Figures();
    Figures medians = new Figures();
    try (Server redis = Server.redis(setup, "always");
        Server desaster = Server.desaster(setup, "1g");
        DesasterClient client = desaster.connect()) {
      for (int round = -WARM_UP_ROUNDS; round < setup.rounds(); round++) {
        for (Load load : LOADS) {
          create(client);
          Measured theirs = measure(redis, load, "LPUSH", QUEUE, PAYLOAD);
          Measured ours = measure(desaster, load, "QUEUE", "PUSH", QUEUE, "remote", PAYLOAD);
          destroy(client);
          measure(redis, new Load("", 1, 1, 1), "DEL", QUEUE);
          if (round >= 0) {
            rates.add("desaster, " + load.name(), ours.perSecond());
            rates.add("redis, " + load.name(), theirs.perSecond());
            medians.add("desaster, " + load.name(), ours.p50Millis() * 1000);
            medians.add("redis, " + load.name(), theirs.p50Millis() * 1000);
          }
        }
      }
    }
    rates.print("jobs/s");
    medians.print("us p50");
    for (Load load : LOADS) {
      double ratio = rates.ratio("desaster, " + load.name(), "redis, " + load.name());
      switch (load.connections() * load.pipeline()) {
        case 1 -> {
          double p50 = medians.ratio("desaster, " + load.name(), "redis, " + load.name());
          Figures.verdict("p50 of redis's, " + load.name(), p50, "<=", 1.25);
        }
        case 50 -> Figures.verdict("of redis's, " + load.name(), ratio, ">=", 0.8);
        case 100 -> Figures.verdict("of redis's, " + load.name(), ratio, ">=", 1.0);
        default -> Figures.line("  %-44s %12.2f", "of redis's, " + load.name(), ratio);
      }
    }
  }

  private static void create(DesasterClient client) {
    Map<String, String> keepNothing = Map.of("keep-succeeded", "0s", "keep-failed", "0s");
    client.queues().create(QUEUE, "remote", keepNothing).toCompletableFuture().join();
  }

  private static void destroy(DesasterClient client) {
    client.queues().purge(QUEUE, "bench").toCompletableFuture().join();
    // A purge goes on in slices; the queue can go when the last is through.
    while (true) {
      try {
        client.queues().destroy(QUEUE, Optional.empty()).toCompletableFuture().join();
        return;
      } catch (java.util.concurrent.CompletionException notEmpty) {
        Thread.onSpinWait();
      }
    }
  }

  private static Measured measure(Server server, Load load, String... command)
      throws IOException, InterruptedException {
    List<String> words =
        new ArrayList<>(List.of("redis-benchmark", "--csv", "-p", "" + server.port()));
    words.addAll(List.of("-c", "" + load.connections(), "-P", "" + load.pipeline()));
    words.addAll(List.of("-n", "" + load.requests()));
    words.addAll(Arrays.asList(command));
    Process process = new ProcessBuilder(words).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(words + ": " + said);
    }
    String[] lines = said.strip().split("\n");
    // "test","rps","avg","min","p50",…
    String[] fields = lines[lines.length - 1].replace("\"", "").split(",");
    return new Measured(Double.parseDouble(fields[1]), Double.parseDouble(fields[4]));
  }
}
