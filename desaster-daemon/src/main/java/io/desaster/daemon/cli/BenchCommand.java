/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.RemoteWork;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.RetryPolicy;
import io.desaster.api.job.SubmitResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench}: what the running daemon achieves on this machine. */
@Command(
    name = "bench",
    header = "Measures the running daemon: submits, drains, picks up",
    description =
        "Works on a queue of its own, which it removes afterwards. Every job is durable: figures"
            + " depend on the disk under the data directory first of all.")
final class BenchCommand implements Callable<Integer> {
  private static final long ANSWER_SECONDS = 300;
  private static final int SINGLES = 200;
  private static final int IN_FLIGHT = 4;

  private final Session session;

  @Option(names = "--jobs", paramLabel = "NUMBER", description = "jobs to submit and run [20000]")
  private int jobs = 20_000;

  @Option(names = "--batch", paramLabel = "NUMBER", description = "jobs of one submit [100]")
  private int batch = 100;

  @Option(names = "--payload", paramLabel = "BYTES", description = "payload of each [100]")
  private int payloadBytes = 100;

  @Option(
      names = "--rate",
      paramLabel = "NUMBER",
      description = "of the latency part, jobs/s [200]")
  private int rate = 200;

  BenchCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (jobs < 1 || batch < 1 || payloadBytes < 0 || rate < 1) {
      throw new CliException(ExitCode.USAGE, "bench: numbers must be at least 1");
    }
    String queue = "bench-" + UUID.randomUUID().toString().substring(0, 8);
    session.get(
        session
            .desaster()
            .queues()
            .create(queue, "remote", Map.of("keep-succeeded", "0s", "keep-failed", "0s")));
    try {
      return measure(queue);
    } finally {
      session.get(session.desaster().queues().purge(queue, session.user()));
      session.get(session.desaster().queues().destroy(queue, Optional.empty()));
    }
  }

  private int measure(String queue) {
    byte[] payload = new byte[payloadBytes];
    Arrays.fill(payload, (byte) 'x');
    JobSpec spec = JobSpec.of("remote", payload).queue(queue).retry(RetryPolicy.NONE).build();
    Map<String, Object> results = new LinkedHashMap<>();
    results.put("submit-one-p50-us", singles(spec));
    int submitted = SINGLES;
    results.put("submit-batched-per-s", batches(spec));
    submitted += jobs;
    results.put("drain-per-s", drain(queue, submitted));
    long[] latencies = latencies(queue, spec);
    results.put("pick-up-p50-us", percentile(latencies, 0.50));
    results.put("pick-up-p99-us", percentile(latencies, 0.99));
    report(results);
    return ExitCode.OK;
  }

  /** Micros of a submit with nothing else going on, the median. */
  private long singles(JobSpec spec) {
    long[] micros = new long[SINGLES];
    for (int i = 0; i < SINGLES; i++) {
      long begun = System.nanoTime();
      session.get(session.desaster().submit(spec));
      micros[i] = (System.nanoTime() - begun) / 1000;
    }
    return percentile(micros, 0.50);
  }

  private long batches(JobSpec spec) {
    long begun = System.nanoTime();
    List<CompletionStage<List<SubmitResult>>> inFlight = new ArrayList<>();
    for (int left = jobs; left > 0; left -= batch) {
      if (inFlight.size() == IN_FLIGHT) {
        check(inFlight.remove(0));
      }
      List<JobSpec> specs = java.util.Collections.nCopies(Math.min(batch, left), spec);
      inFlight.add(session.desaster().submitAll(specs));
    }
    inFlight.forEach(this::check);
    return perSecond(jobs, begun);
  }

  private void check(CompletionStage<List<SubmitResult>> answer) {
    for (SubmitResult result : session.get(answer, ANSWER_SECONDS)) {
      if (result.refusal() != null) {
        throw result.refusal();
      }
    }
  }

  private long drain(String queue, int count) {
    RemoteWork work = session.desaster().remoteWork();
    RemoteWork.Take take =
        new RemoteWork.Take("bench", List.of(queue), List.of(), 256, Duration.ofSeconds(5));
    long begun = System.nanoTime();
    int done = 0;
    List<CompletionStage<?>> reports = new ArrayList<>();
    while (done < count) {
      List<RemoteWork.Taken> taken = session.get(work.take(take));
      for (RemoteWork.Taken attempt : taken) {
        reports.add(work.done(attempt.job(), attempt.attempt(), new byte[0]));
      }
      done += taken.size();
      if (taken.isEmpty()) {
        throw new CliException(
            ExitCode.INTERNAL, "bench: no job came for 5 s with " + (count - done) + " left");
      }
    }
    session.get(
        CompletableFuture.allOf(
            reports.stream()
                .map(CompletionStage::toCompletableFuture)
                .toArray(CompletableFuture<?>[]::new)),
        ANSWER_SECONDS);
    return perSecond(count, begun);
  }

  /** Micros from before a submit until a waiting worker has the job. */
  private long[] latencies(String queue, JobSpec spec) {
    RemoteWork work = session.desaster().remoteWork();
    RemoteWork.Take take =
        new RemoteWork.Take("bench", List.of(queue), List.of(), 1, Duration.ofSeconds(5));
    long[] micros = new long[rate * 2];
    long stepNanos = 1_000_000_000L / rate;
    long next = System.nanoTime();
    for (int i = 0; i < micros.length; i++) {
      CompletionStage<List<RemoteWork.Taken>> waiting = work.take(take);
      while (System.nanoTime() < next) {
        java.util.concurrent.locks.LockSupport.parkNanos(next - System.nanoTime());
      }
      next += stepNanos;
      long begun = System.nanoTime();
      session.desaster().submit(spec);
      List<RemoteWork.Taken> taken = session.get(waiting);
      micros[i] = (System.nanoTime() - begun) / 1000;
      for (RemoteWork.Taken attempt : taken) {
        session.get(work.done(attempt.job(), attempt.attempt(), new byte[0]));
      }
    }
    return micros;
  }

  private static long percentile(long[] values, double part) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1L, Math.round(part * sorted.length))];
  }

  private static long perSecond(int count, long begunNanos) {
    return Math.round(count / ((System.nanoTime() - begunNanos) / 1e9));
  }

  private void report(Map<String, Object> results) {
    if (session.json()) {
      session.printer().json(results);
      return;
    }
    Printer printer = session.printer();
    printer.line(
        String.format(
            Locale.ROOT,
            "submit, one at a time     %,9d us median%n"
                + "submit, %,4d at a time    %,9d jobs/s%n"
                + "drain by one worker       %,9d jobs/s%n"
                + "pick-up at %,4d jobs/s    %,9d us median, %,d us p99",
            results.get("submit-one-p50-us"),
            batch,
            results.get("submit-batched-per-s"),
            results.get("drain-per-s"),
            rate,
            results.get("pick-up-p50-us"),
            results.get("pick-up-p99-us")));
  }
}
