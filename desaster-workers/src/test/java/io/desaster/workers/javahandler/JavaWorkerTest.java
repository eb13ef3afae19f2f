/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.javahandler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.handler.JobContext;
import io.desaster.api.job.JobId;
import io.desaster.api.job.Limits;
import io.desaster.api.job.Outcome;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.api.spi.AttemptOrder;
import io.desaster.workers.RecordingHost;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JavaWorkerTest {
  private static final int SLOTS = 16;
  private final JavaWorker worker = new JavaWorker(SLOTS);
  private final RecordingHost host = new RecordingHost();

  @BeforeEach
  void open() {
    worker.open(host);
  }

  @AfterEach
  void close() {
    worker.close();
  }

  private JobId start(String queue, String payload, long timeoutMillis) {
    JobId job = JobId.next(System.currentTimeMillis());
    worker.start(order(job, queue, payload, timeoutMillis));
    return job;
  }

  private JobId start(String payload) {
    return start("java", payload, 0);
  }

  private static AttemptOrder order(JobId job, String queue, String payload, long timeoutMillis) {
    return new AttemptOrder(
        job, 1, 3, queue, "", payload.getBytes(UTF_8), timeoutMillis, 100, Limits.NONE);
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void shouldRunNamedHandlerWithBodyAndKeepResult() {
    worker.handle(
        "upper", context -> new String(context.payload(), UTF_8).toUpperCase().getBytes(UTF_8));
    JobId job = start("{\"handler\": \"upper\", \"body\": \"abc\"}");

    AttemptEnd end = host.awaitEnd(job);
    assertThat(end.outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(end.result()).isEqualTo("ABC".getBytes(UTF_8));
    assertThat(end.error()).isEmpty();
    assertThat(end.startedAtMillis()).isPositive().isLessThanOrEqualTo(end.endedAtMillis());
  }

  @Test
  void shouldGiveBodyThatIsNoTextAsJson() {
    worker.handle("echo", JobContext::payload);
    JobId job = start("{\"handler\": \"echo\", \"body\": {\"a\": [1, 2]}}");

    assertThat(host.awaitEnd(job).result()).isEqualTo("{\"a\":[1,2]}".getBytes(UTF_8));
  }

  @Test
  void shouldGiveHandlerOfQueueThePayloadUnchanged() {
    worker.handleQueue("raw", context -> (context.queue() + context.attempt()).getBytes(UTF_8));
    worker.handleQueue("echo", JobContext::payload);

    assertThat(host.awaitEnd(start("raw", "no json", 0)).result())
        .isEqualTo("raw1".getBytes(UTF_8));
    assertThat(host.awaitEnd(start("echo", "no json", 0)).result())
        .isEqualTo("no json".getBytes(UTF_8));
  }

  @Test
  void shouldKeepExceptionAsReason() {
    worker.handle(
        "fail",
        context -> {
          throw new IllegalStateException("the tape\nis empty");
        });
    worker.handle(
        "crash",
        context -> {
          throw new StackOverflowError();
        });

    AttemptEnd end = host.awaitEnd(start("{\"handler\": \"fail\"}"));
    assertThat(end.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(end.error()).isEqualTo("IllegalStateException: the tape is empty");
    assertThat(host.awaitEnd(start("{\"handler\": \"crash\"}")).error())
        .isEqualTo("StackOverflowError");
  }

  @Test
  void shouldNotStartWhatHasNoHandler() {
    worker.handle("a", context -> null);

    AttemptEnd end = host.awaitEnd(start("{\"handler\": \"b\"}"));
    assertThat(end.outcome()).isEqualTo(Outcome.NOT_STARTED);
    assertThat(end.error())
        .isEqualTo(
            "cannot start handler 'b': none of that name is registered here; registered: [a]");
    assertThat(host.awaitEnd(start("[]")).error())
        .isEqualTo(
            "the payload of a java job must be {\"handler\": \"name\", \"body\": …}, and it names no handler");
  }

  @Test
  void shouldCancelByInterruptAndToken() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    AtomicBoolean token = new AtomicBoolean();
    worker.handle(
        "wait",
        context -> {
          running.countDown();
          try {
            new CountDownLatch(1).await();
          } finally {
            token.set(context.cancelled());
          }
          return null;
        });
    JobId job = start("{\"handler\": \"wait\"}");
    await(running);

    worker.end(job, 1, 100, "cancelled by alice");
    AttemptEnd end = host.awaitEnd(job);
    assertThat(end.outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(end.error()).isEqualTo("cancelled by alice");
    assertThat(token).isTrue();
  }

  @Test
  void shouldNotLeakInterruptIntoNextAttempt() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    worker.handle(
        "spin",
        context -> {
          running.countDown();
          while (!context.cancelled()) {
            Thread.onSpinWait();
          }
          return null;
        });
    worker.handle("look", context -> Thread.interrupted() ? new byte[1] : new byte[0]);
    JobId job = start("{\"handler\": \"spin\"}");
    await(running);
    worker.end(job, 1, 100, "cancelled");
    host.awaitEnd(job);

    for (int i = 0; i < 2 * SLOTS; i++) {
      assertThat(host.awaitEnd(start("{\"handler\": \"look\"}")).result()).isEmpty();
    }
  }

  @Test
  void shouldEndAttemptThatRunsTooLong() {
    worker.handle(
        "wait",
        context -> {
          new CountDownLatch(1).await();
          return null;
        });

    AttemptEnd end = host.awaitEnd(start("java", "{\"handler\": \"wait\"}", 200));
    assertThat(end.outcome()).isEqualTo(Outcome.TIMED_OUT);
    assertThat(end.error()).isEqualTo("time-out: still running after 0.2 s");
    assertThat(end.endedAtMillis() - end.startedAtMillis()).isGreaterThanOrEqualTo(190);
  }

  @Test
  void shouldRefuseOrderThatComesAfterItsEnd() {
    worker.handle("never", context -> new byte[1]);
    JobId job = JobId.next(System.currentTimeMillis());
    worker.end(job, 1, 0, "cancelled by bob");
    worker.start(order(job, "java", "{\"handler\": \"never\"}", 0));

    AttemptEnd end = host.awaitEnd(job);
    assertThat(end.outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(end.error()).isEqualTo("cancelled by bob");
    assertThat(end.result()).isEmpty();
  }

  @Test
  void shouldIgnoreRepeatedOrderUntilItsEndIsCommitted() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    worker.handle(
        "count",
        context -> {
          runs.incrementAndGet();
          go.await();
          return null;
        });
    JobId job = JobId.next(System.currentTimeMillis());
    worker.start(order(job, "java", "{\"handler\": \"count\"}", 0));
    worker.start(order(job, "java", "{\"handler\": \"count\"}", 0));
    host.refuseNext(1);
    go.countDown();
    host.awaitEnd(job);
    worker.start(order(job, "java", "{\"handler\": \"count\"}", 0));

    org.awaitility.Awaitility.await()
        .atMost(RecordingHost.PATIENCE)
        .until(() -> host.endsOf(job).size() == 2);
    assertThat(runs).hasValue(1);
  }

  @Test
  void shouldTellProgress() {
    worker.handle(
        "half",
        context -> {
          context.progress(50, "half way");
          return null;
        });
    host.awaitEnd(start("{\"handler\": \"half\"}"));

    assertThat(host.progress()).containsExactly("50 half way");
  }

  @Test
  void shouldRunAsManyBlockedHandlersAsThereAreSlots() throws Exception {
    CountDownLatch all = new CountDownLatch(SLOTS);
    worker.handle(
        "meet",
        context -> {
          all.countDown();
          all.await();
          return null;
        });
    List<JobId> jobs =
        IntStream.range(0, SLOTS).mapToObj(i -> start("{\"handler\": \"meet\"}")).toList();

    await(all);
    jobs.forEach(job -> assertThat(host.awaitEnd(job).outcome()).isEqualTo(Outcome.SUCCEEDED));
  }

  @Test
  void shouldNeverTakeMoreThreadsThanSlots() {
    JavaWorker wide = new JavaWorker(4 * SLOTS);
    wide.open(host);
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    wide.handleQueue(
        "short",
        context -> {
          threads.add(Thread.currentThread());
          return null;
        });
    int count = 50_000;
    for (int i = 0; i < count; i++) {
      wide.start(order(JobId.next(i), "short", "", 0));
    }

    org.awaitility.Awaitility.await()
        .atMost(RecordingHost.PATIENCE)
        .until(() -> host.ends().size() == count);
    wide.close();
    assertThat(threads).hasSizeLessThanOrEqualTo(4 * SLOTS);
  }

  @Test
  void shouldInterruptWhatRunsWhenClosed() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    Semaphore interrupted = new Semaphore(0);
    worker.handle(
        "wait",
        context -> {
          running.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.release();
          }
          return null;
        });
    JobId job = start("{\"handler\": \"wait\"}");
    await(running);

    worker.close();
    assertThat(interrupted.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
    assertThat(host.endsOf(job)).isEmpty();
  }
}
