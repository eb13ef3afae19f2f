/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.benchmarks;

import io.desaster.api.job.JobSpec;
import io.desaster.client.DesasterClient;
import io.desaster.client.RemoteWorker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * From the call of submit until the handler of a waiting remote worker begins, at 200 jobs a
 * second, every submit and start fsynced; beside an fdatasync at the same pace on the same disk.
 */
final class PickUpLatency {
  private static final int RATE = 200;
  private static final int JOBS = 2_000;

  /** So many that both sides are compiled and have collected before it is measured. */
  private static final int WARM_UP = 20_000;

  private static final int WARM_UP_RATE = 20 * RATE;
  private static final int BLOCK = 512;

  private PickUpLatency() {}

  static void run(Setup setup) throws Exception {
    Figures figures = new Figures();
    try (Server server = Server.desaster(setup, "512m");
        DesasterClient submitter = server.connect();
        DesasterClient working = server.connect()) {
      BlockingQueue<Double> latencies = new ArrayBlockingQueue<>(JOBS + WARM_UP);
      try (RemoteWorker worker =
          working
              .worker("bench")
              .hands(4)
              .handler(
                  "pickup",
                  job -> {
                    long begun = ByteBuffer.wrap(job.payload()).getLong();
                    latencies.add((System.nanoTime() - begun) / 1000.0);
                    return null;
                  })
              .start()) {
        submit(submitter, latencies, WARM_UP, WARM_UP_RATE);
        for (int round = 0; round < setup.rounds(); round++) {
          double[] syncs = fdatasyncs(setup.work());
          double[] micros = submit(submitter, latencies, JOBS, RATE);
          figures.add("paced fdatasync, p50", Figures.median(syncs));
          figures.add("paced fdatasync, p99", Figures.quantile(syncs, 0.99));
          figures.add("pick-up, p50", Figures.median(micros));
          figures.add("pick-up, p99", Figures.quantile(micros, 0.99));
        }
      }
    }
    figures.print("us");
    double over = figures.median("pick-up, p50") - figures.median("paced fdatasync, p50");
    Figures.verdict("p50 over the fdatasync's, ms", over / 1000, "<=", 0.7);
    Figures.verdict("p99, ms", figures.median("pick-up, p99") / 1000, "<=", 5);
    Figures.line(
        "  %-44s %12.2f",
        "of the fdatasync's p99", figures.ratio("pick-up, p99", "paced fdatasync, p99"));
  }

  private static double[] submit(
      DesasterClient client, BlockingQueue<Double> latencies, int jobs, int rate)
      throws InterruptedException {
    long next = System.nanoTime();
    for (int i = 0; i < jobs; i++) {
      next = pace(next, rate);
      byte[] payload = ByteBuffer.allocate(100).putLong(System.nanoTime()).array();
      client.submit(JobSpec.of("remote", payload).queue("pickup").build());
    }
    double[] micros = new double[jobs];
    for (int i = 0; i < jobs; i++) {
      micros[i] = latencies.take();
    }
    return micros;
  }

  private static double[] fdatasyncs(Path directory) throws IOException {
    Path file = Files.createTempFile(directory, "fdatasync", "");
    double[] micros = new double[JOBS];
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
      // Room taken ahead, as a journal does: the size does not change while it is measured.
      channel.write(ByteBuffer.allocateDirect(JOBS * BLOCK), 0);
      channel.force(true);
      long next = System.nanoTime();
      for (int i = 0; i < JOBS; i++) {
        next = pace(next, RATE);
        long begun = System.nanoTime();
        block.clear();
        channel.write(block, (long) i * BLOCK);
        channel.force(false);
        micros[i] = (System.nanoTime() - begun) / 1000.0;
      }
    } finally {
      Files.delete(file);
    }
    return micros;
  }

  private static long pace(long next, int rate) {
    for (long left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
    return next + 1_000_000_000L / rate;
  }
}
