/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.desaster.api.job.Attempt;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.RetryPolicy;
import io.desaster.api.job.SubmitResult;
import io.desaster.api.spi.Worker;
import io.desaster.client.DesasterClient;
import io.desaster.daemon.system.Program.Running;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 of the daemon, a hundred times at random moments, while jobs are submitted and run: none
 * that was acknowledged is lost, each runs once, its exit code and output are exact.
 */
final class KillIT {
  private static final int KILLS = 100;
  private static final int CODES = 5;
  private static final int BATCH = 4;
  private static final int BACKLOG_MAX = 60;
  private static final int KILLS_BETWEEN_BATCHES = 3;

  @TempDir Path directory;

  /** Submits numbered jobs until it is told to stop, and remembers those that were acknowledged. */
  private static final class Submitter extends Thread {
    private final DesasterClient client;
    private final Path ran;
    private final SplittableRandom random;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final Map<JobId, Integer> acknowledged = new LinkedHashMap<>();
    private volatile int submitted;
    private volatile Throwable failure;

    Submitter(DesasterClient client, Path ran, long seed) {
      super("submitter");
      this.client = client;
      this.ran = ran;
      this.random = new SplittableRandom(seed);
    }

    @Override
    public void run() {
      try {
        for (int number = 0; !stop.get(); number += BATCH) {
          submit(number);
          List<JobId> ids = new ArrayList<>(acknowledged.keySet());
          if (ids.size() > BACKLOG_MAX) {
            // Keeps the backlog short: the older of them must have ended before more come.
            client
                .jobs()
                .await(ids.get(ids.size() - BACKLOG_MAX), Duration.ofMinutes(5))
                .toCompletableFuture()
                .get(6, TimeUnit.MINUTES);
          }
        }
      } catch (Exception | AssertionError e) {
        failure = e;
      }
    }

    /** So that the daemon is killed under load, however long a host needs to start it. */
    void awaitAnotherBatch() {
      int before = submitted;
      await()
          .atMost(Duration.ofMinutes(5))
          .pollInterval(Duration.ofMillis(5))
          .until(() -> submitted > before || failure != null);
    }

    private void submit(int first) throws Exception {
      List<JobSpec> specs = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        int number = first + i;
        String command =
            "echo $DESASTER_JOB_ID.$DESASTER_ATTEMPT >>%s; echo out %d; sleep 0.%02d; echo err %d >&2; exit %d"
                .formatted(ran, number, random.nextInt(60), number, number % CODES);
        specs.add(JobSpec.shell(command).retry(RetryPolicy.NONE).build());
      }
      CompletionStage<List<SubmitResult>> answer = client.submitAll(specs);
      int number = first;
      for (SubmitResult result : answer.toCompletableFuture().get(3, TimeUnit.MINUTES)) {
        assertThat(result.refusal()).isNull();
        acknowledged.put(result.submission().id(), number++);
      }
      submitted = acknowledged.size();
    }
  }

  @Test
  @Timeout(1200)
  void shouldLoseNothingAndRunNothingTwiceOverAHundredKills() throws Exception {
    long seed = Long.getLong("desaster.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    Path ran = Files.createFile(directory.resolve("ran"));
    try (Program program = Program.in(directory)) {
      Running daemon = program.startDaemon("--slots=4");
      try (DesasterClient client = program.connect()) {
        Submitter submitter = new Submitter(client, ran, seed);
        submitter.start();
        for (int i = 0; i < KILLS; i++) {
          if (i % KILLS_BETWEEN_BATCHES == 0) {
            submitter.awaitAnotherBatch();
          }
          TimeUnit.MILLISECONDS.sleep(random.nextInt(400));
          daemon.kill();
          daemon = program.startDaemon("--slots=4");
        }
        submitter.stop.set(true);
        submitter.join();
        assertThat(submitter.failure).as("seed %d", seed).isNull();
        assertThat(submitter.acknowledged).as("seed %d", seed).hasSizeGreaterThan(KILLS);
        for (Map.Entry<JobId, Integer> entry : submitter.acknowledged.entrySet()) {
          check(client, entry.getKey(), entry.getValue());
        }
        List<String> runs = Files.readAllLines(ran);
        assertThat(runs).as("seed %d", seed).doesNotHaveDuplicates();
        assertThat(runs)
            .as("seed %d", seed)
            .containsAll(submitter.acknowledged.keySet().stream().map(id -> id + ".1").toList());
        assertThat(runs).allMatch(run -> run.endsWith(".1"));
      }
    }
  }

  private static void check(DesasterClient client, JobId id, int number) throws Exception {
    Job job =
        client
            .jobs()
            .await(id, Duration.ofMinutes(2))
            .toCompletableFuture()
            .get(3, TimeUnit.MINUTES);
    int code = number % CODES;
    assertThat(job.state())
        .as("job %s: %s", id, job.reason())
        .isEqualTo(code == 0 ? JobState.SUCCEEDED : JobState.FAILED);
    assertThat(job.attempts()).hasSize(1);
    assertThat(job.lastAttempt().map(Attempt::exitCode)).contains(code);
    assertThat(output(client, id, false)).isEqualTo("out " + number + "\n");
    assertThat(output(client, id, true)).isEqualTo("err " + number + "\n");
  }

  private static String output(DesasterClient client, JobId id, boolean error) throws Exception {
    Worker.Output output =
        client.jobs().output(id, 1, error, 0, 1000).toCompletableFuture().get(1, TimeUnit.MINUTES);
    assertThat(output.complete()).isTrue();
    return new String(output.bytes(), StandardCharsets.UTF_8);
  }
}
