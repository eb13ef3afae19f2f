/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.client;

import static io.desaster.daemon.client.ServedNode.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.desaster.api.job.Attempt;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.RetryPolicy;
import io.desaster.api.job.SubmitResult;
import io.desaster.client.DesasterClient;
import io.desaster.client.RemoteWorker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class RemoteWorkerTest {
  @TempDir static Path directory;
  private static ServedNode served;
  private static DesasterClient client;

  @BeforeAll
  static void start() {
    served = new ServedNode(directory);
    client = DesasterClient.connect(served.uri());
  }

  @AfterAll
  static void stop() {
    client.close();
    served.close();
  }

  @Test
  void shouldRunEachJobOnceAndKeepItsResult() {
    Map<JobId, Integer> runs = new ConcurrentHashMap<>();
    List<JobSpec> specs = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      specs.add(JobSpec.of("remote", "" + i).queue("once").build());
    }
    try (RemoteWorker worker =
        client
            .worker("once-1")
            .hands(64)
            .handler(
                "once",
                context -> {
                  runs.merge(context.id(), 1, Integer::sum);
                  return ("did " + new String(context.payload(), StandardCharsets.UTF_8))
                      .getBytes(StandardCharsets.UTF_8);
                })
            .start()) {
      List<SubmitResult> results = get(client.submitAll(specs));

      for (int i = 0; i < results.size(); i++) {
        Job job =
            get(client.jobs().await(results.get(i).submission().id(), Duration.ofSeconds(60)));
        assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(new String(job.result(), StandardCharsets.UTF_8)).isEqualTo("did " + i);
      }
    }
    assertThat(runs).hasSize(5_000);
    assertThat(runs.values()).containsOnly(1);
  }

  @Test
  void shouldTellFailuresAndTryAgain() {
    try (RemoteWorker worker =
        client
            .worker("fails-1")
            .handler(
                "fails",
                context -> {
                  if (context.attempt() == 1) {
                    throw new IllegalStateException("no luck");
                  }
                  return null;
                })
            .start()) {
      Job job = run(spec("fails").retry(retrySoon()).build());

      assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
      assertThat(job.attempts()).hasSize(2);
      Attempt first = job.attempts().get(0);
      assertThat(first.outcome()).contains(Outcome.FAILED);
      assertThat(first.error()).isEqualTo("IllegalStateException: no luck");
      assertThat(first.node()).isEqualTo("fails-1");
    }
  }

  private static RetryPolicy retrySoon() {
    return new RetryPolicy(3, Duration.ofMillis(10), 1, Duration.ofMillis(10), 0, List.of());
  }

  @Test
  void shouldFailAResultThatIsTooLarge() {
    try (RemoteWorker worker =
        client.worker("large-1").handler("large", context -> new byte[300_000]).start()) {
      Job job = run(spec("large").retry(RetryPolicy.NONE).build());

      assertThat(job.state()).isEqualTo(JobState.FAILED);
      assertThat(job.attempts().get(0).error())
          .startsWith("its result was refused: ")
          .contains("300000 bytes");
    }
  }

  @Test
  void shouldInterruptWhatIsCancelled() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    Semaphore interrupted = new Semaphore(0);
    try (RemoteWorker worker =
        client
            .worker("cancel-1")
            .handler(
                "cancels",
                context -> {
                  running.countDown();
                  try {
                    TimeUnit.HOURS.sleep(1);
                  } catch (InterruptedException e) {
                    if (context.cancelled()) {
                      interrupted.release();
                    }
                    throw e;
                  }
                  return null;
                })
            .start()) {
      JobId id = get(client.submit(spec("cancels").build())).id();
      running.await();

      get(client.jobs().cancel(id));

      assertThat(interrupted.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
      assertThat(get(client.jobs().await(id, Duration.ofSeconds(20))).state())
          .isEqualTo(JobState.CANCELLED);
    }
  }

  @Test
  void shouldInterruptWhatRunsTooLong() {
    try (RemoteWorker worker =
        client
            .worker("slow-1")
            .handler(
                "slow",
                context -> {
                  TimeUnit.HOURS.sleep(1);
                  return null;
                })
            .start()) {
      Job job = run(spec("slow").timeout(Duration.ofMillis(300)).retry(RetryPolicy.NONE).build());

      assertThat(job.state()).isEqualTo(JobState.FAILED);
      assertThat(job.attempts().get(0).outcome()).contains(Outcome.TIMED_OUT);
      while (worker.running() > 0) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void shouldKeepLongAttemptsAliveByBeating() {
    get(client.queues().create("beats", "remote", Map.of("lost-after", "3s")));
    try (RemoteWorker worker =
        client
            .worker("beats-1")
            .handler(
                "beats",
                context -> {
                  // Longer than it may be silent, which is longer than a busy host stalls.
                  TimeUnit.SECONDS.sleep(7);
                  return null;
                })
            .start()) {
      Job job = run(spec("beats").build());

      assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
      assertThat(job.attempts()).hasSize(1);
    }
  }

  @Test
  void shouldTellProgress() throws InterruptedException {
    CountDownLatch mayEnd = new CountDownLatch(1);
    try (RemoteWorker worker =
        client
            .worker("progress-1")
            .handler(
                "progress",
                context -> {
                  for (int i = 0; i <= 40; i++) {
                    context.progress(i, i + " of 100");
                  }
                  mayEnd.await();
                  return null;
                })
            .start()) {
      JobId id = get(client.submit(spec("progress").build())).id();
      while (!get(client.jobs().find(id)).orElseThrow().progress().text().equals("40 of 100")) {
        Thread.onSpinWait();
      }
      mayEnd.countDown();
    }
  }

  @Test
  void shouldServeOnlyTheQueuesItHasHandlersForAndUseTheRightOne() {
    JobId other = get(client.submit(spec("nobody").build())).id();
    try (RemoteWorker worker =
        client
            .worker("two-1")
            .handler("two-a", context -> new byte[] {1})
            .handler("two-b", context -> new byte[] {2})
            .start()) {
      assertThat(run(spec("two-a").build()).result()).containsExactly(1);
      assertThat(run(spec("two-b").build()).result()).containsExactly(2);
    }
    assertThat(get(client.jobs().find(other)).orElseThrow().state()).isEqualTo(JobState.QUEUED);
  }

  @Test
  void shouldRunJobsThatDemandItsLabel() {
    try (RemoteWorker plain = client.worker("plain-1").handler("labels", context -> null).start();
        RemoteWorker gpu =
            client.worker("gpu-1").labels("gpu").handler("labels", context -> null).start()) {
      for (int i = 0; i < 5; i++) {
        Job job = run(spec("labels").label("gpu").build());
        assertThat(job.attempts().get(0).node()).isEqualTo("gpu-1");
      }
    }
  }

  @Test
  void shouldFinishWhatItHasWhenItDrains() throws InterruptedException {
    AtomicInteger running = new AtomicInteger();
    Semaphore mayEnd = new Semaphore(0);
    List<JobId> ids = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      ids.add(get(client.submit(spec("drains").build())).id());
    }
    RemoteWorker worker =
        client
            .worker("drains-1")
            .hands(3)
            .handler(
                "drains",
                context -> {
                  running.incrementAndGet();
                  mayEnd.acquire();
                  return null;
                })
            .start();
    while (running.get() < 3) {
      Thread.onSpinWait();
    }

    var drained = worker.drain();
    mayEnd.release(10);
    get(drained);

    assertThat(running).hasValue(3);
    Set<JobState> states = ConcurrentHashMap.newKeySet();
    int succeeded = 0;
    for (JobId id : ids) {
      JobState state = get(client.jobs().find(id)).orElseThrow().state();
      states.add(state);
      succeeded += state == JobState.SUCCEEDED ? 1 : 0;
    }
    assertThat(succeeded).isEqualTo(3);
    assertThat(states).containsExactlyInAnyOrder(JobState.SUCCEEDED, JobState.QUEUED);
    worker.close();
  }

  @Test
  void shouldStopAtOnceWhenItIsIdle() {
    RemoteWorker worker = client.worker("idle-1").handler("idle", context -> null).start();
    run(spec("idle").build());
    long begun = System.nanoTime();

    worker.close();

    // Its request for work would have waited for 5 s.
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
  }

  @Test
  void shouldFailWhatDoesNotEndWhenItIsStopped() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    RemoteWorker worker =
        client
            .worker("stops-1")
            .handler(
                "stops",
                context -> {
                  running.countDown();
                  TimeUnit.HOURS.sleep(1);
                  return null;
                })
            .start();
    JobId id = get(client.submit(spec("stops").retry(RetryPolicy.NONE).build())).id();
    running.await();

    worker.stop(Duration.ofMillis(50));

    Job job = get(client.jobs().await(id, Duration.ofSeconds(20)));
    assertThat(job.attempts().get(0).error()).isEqualTo("its worker stops-1 was stopped");
  }

  @Test
  void shouldRefuseToStartWithoutAHandler() {
    assertThatThrownBy(() -> client.worker("useless").start())
        .hasMessage("worker useless has nothing to run jobs with; give it a handler");
  }

  private static JobSpec.Builder spec(String queue) {
    return JobSpec.of("remote", "x").queue(queue);
  }

  private static Job run(JobSpec spec) {
    return get(client.jobs().await(get(client.submit(spec)).id(), Duration.ofSeconds(30)));
  }
}
