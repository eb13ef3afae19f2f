/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.javahandler;

import io.desaster.api.handler.JobHandler;
import io.desaster.api.job.JobId;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.ResourceUse;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.api.spi.AttemptOrder;
import io.desaster.api.spi.Worker;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs Java jobs: handlers registered by the embedding application, on its own threads. A job finds
 * its handler by its queue ({@link #handleQueue}), else by the name in its payload ({@link
 * #handle}): {@code {"handler": "name", "body": …}}.
 *
 * <p>An attempt is ended by interrupting its thread and by {@link
 * io.desaster.api.handler.JobContext#cancelled}; one that heeds neither holds its slot until it
 * returns, for a thread cannot be killed. Attempts die with this process.
 */
public final class JavaWorker implements Worker {
  public static final String KIND = "java";

  private static final Logger LOG = LoggerFactory.getLogger(JavaWorker.class);
  private static final long REPEAT_MILLIS = 1_000;

  private final Map<String, JobHandler> handlersByName = new ConcurrentHashMap<>();
  private final Map<String, JobHandler> handlersByQueue = new ConcurrentHashMap<>();
  private final Map<Key, JavaAttempt> living = new ConcurrentHashMap<>();
  private final Map<Key, String> refused = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor timer;
  private final HandlerPool pool;
  private volatile Host host;
  private volatile boolean closed;

  private record Key(JobId job, int attempt) {
    @Override
    public int hashCode() {
      return job.hashCode() + attempt;
    }
  }

  /**
   * @param threadsMax most attempts that run at once: the slots of the node's java pool
   */
  public JavaWorker(int threadsMax) {
    timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "desaster-java-timer");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
    pool = new HandlerPool("desaster-java", threadsMax, timer);
  }

  /** Registers or replaces the handler for payloads that name it. */
  public void handle(String name, JobHandler handler) {
    handlersByName.put(name, handler);
  }

  /** Registers or replaces the handler for all jobs of a queue; it gets the payload unchanged. */
  public void handleQueue(String queue, JobHandler handler) {
    handlersByQueue.put(queue, handler);
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
  public CompletionStage<List<Found>> open(Host newHost) {
    host = newHost;
    return CompletableFuture.completedFuture(List.of());
  }

  @Override
  public void start(AttemptOrder order) {
    Key key = new Key(order.job(), order.attempt());
    if (living.containsKey(key)) {
      return;
    }
    String why = refused.isEmpty() ? null : refused.get(key);
    if (why != null) {
      report(notStarted(order, Outcome.CANCELLED, why));
      return;
    }
    JavaAttempt attempt;
    try {
      attempt = attempt(order);
    } catch (IllegalArgumentException e) {
      report(notStarted(order, Outcome.NOT_STARTED, e.getMessage()));
      return;
    }
    living.put(key, attempt);
    pool.execute(attempt);
  }

  private JavaAttempt attempt(AttemptOrder order) {
    JobHandler ofQueue = handlersByQueue.get(order.queue());
    if (ofQueue != null) {
      return new JavaAttempt(this, order, ofQueue, order.payload());
    }
    JavaPayload payload = JavaPayload.parse(order.payload());
    JobHandler named = handlersByName.get(payload.handler());
    if (named == null) {
      throw new IllegalArgumentException(
          "cannot start handler '%s': none of that name is registered here; registered: %s"
              .formatted(payload.handler(), handlersByName.keySet().stream().sorted().toList()));
    }
    return new JavaAttempt(this, order, named, payload.body());
  }

  private static AttemptEnd notStarted(AttemptOrder order, Outcome outcome, String why) {
    return new AttemptEnd(
        order.job(),
        order.attempt(),
        outcome,
        -1,
        why,
        AttemptEnd.NO_RESULT,
        0,
        System.currentTimeMillis(),
        ResourceUse.NONE);
  }

  /** Sets the time-out of an attempt that begins. */
  void watch(JavaAttempt attempt) {
    long millis = attempt.order().timeoutMillis();
    attempt.timeout(
        timer.schedule(
            () -> {
              attempt.end(
                  Outcome.TIMED_OUT,
                  "time-out: still running after %.1f s".formatted(millis / 1000.0));
              warnLater(attempt, attempt.order().graceMillis());
            },
            millis,
            TimeUnit.MILLISECONDS));
  }

  /** Tells the operator of a handler that goes on after its grace. */
  private void warnLater(JavaAttempt attempt, long graceMillis) {
    if (closed) {
      return;
    }
    timer.schedule(
        () -> {
          if (attempt.running()) {
            LOG.warn(
                "attempt {} of job {} in queue {} goes on {} ms after it was told to end; it keeps its slot until its handler returns",
                attempt.attempt(),
                attempt.id(),
                attempt.queue(),
                graceMillis);
          }
        },
        graceMillis,
        TimeUnit.MILLISECONDS);
  }

  @Override
  public void end(JobId job, int attempt, long graceMillis, String reason) {
    Key key = new Key(job, attempt);
    JavaAttempt running = living.get(key);
    if (running != null) {
      running.end(Outcome.CANCELLED, reason);
      warnLater(running, graceMillis);
    } else {
      refused.putIfAbsent(key, reason);
    }
  }

  @Override
  public void release(JobId job) {
    if (!refused.isEmpty()) {
      refused.keySet().removeIf(key -> key.job().equals(job));
    }
  }

  /** Handlers write no output that could be told apart: always empty and complete. */
  @Override
  public CompletionStage<Output> output(
      JobId job, int attempt, boolean error, long offset, int bytesMax) {
    return CompletableFuture.completedFuture(new Output(0, new byte[0], 0, -1, -1, true));
  }

  /** An attempt has left its thread, or never entered it. */
  void over(AttemptEnd end) {
    if (!closed) {
      report(end);
    }
  }

  /** Forgets the attempt only when its end is committed: until then its order may be repeated. */
  private void report(AttemptEnd end) {
    host.ended(end)
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                living.remove(new Key(end.job(), end.attempt()));
              } else if (!closed) {
                timer.schedule(() -> report(end), REPEAT_MILLIS, TimeUnit.MILLISECONDS);
              }
            });
  }

  void progress(JavaAttempt attempt, int percent, String text) {
    host.progress(attempt.id(), attempt.attempt(), percent, text);
  }

  /** Interrupts what runs and reports nothing more: it ends with this process. */
  @Override
  public void close() {
    closed = true;
    pool.close();
    living.values().forEach(attempt -> attempt.end(Outcome.LOST, "the node stopped"));
    timer.shutdownNow();
  }
}
