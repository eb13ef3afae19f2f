/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.desaster.api.RemoteWork;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.handler.JobHandler;
import io.desaster.api.job.JobId;
import io.desaster.api.job.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works off jobs of kind {@code remote} with handlers of this application. It asks for as many
 * attempts as it has free hands, never for more; says DONE or FAIL for each, BEAT while they run,
 * and interrupts those that the daemon wants ended.
 *
 * <p>How ends and orders travel: ends go out with whatever else is ready at that moment, and the
 * request for new orders behind them in the same write, so that a job costs a part of one message
 * each way. There is one request for orders at a time: replies come in order, so orders for a
 * second one would be held up by the first. So that it does not ask for the one hand that is free
 * first and leave the others idle for a round trip, it waits for a quarter of the hands, at most a
 * millisecond.
 */
public final class RemoteWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteWorker.class);
  private static final Duration TAKE_PATIENCE = Duration.ofSeconds(5);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(30);
  private static final Duration INTERRUPTED_PATIENCE = Duration.ofSeconds(5);
  private static final long TAKE_DELAY_MILLIS = 1;
  private static final long TAKE_AGAIN_MILLIS = 1_000;

  /** So long after a cancel its attempt is told at the latest. */
  private static final long BEAT_MILLIS_MAX = 2_000;

  private static final long BEAT_MILLIS_MIN = 50;

  /** Ends are told for so long, for a daemon may be down for a time; then the lease is over too. */
  private static final Duration END_PATIENCE = Duration.ofMinutes(10);

  private final String name;
  private final int hands;
  private final List<String> queues;
  private final List<String> labels;
  private final Map<String, JobHandler> handlers;
  private final Link link;
  private final ClientWork work;
  private final long answerNanos;
  private final Hands threads;
  private final Owner owner = new Owner();
  private final Map<RemoteWork.Running, RemoteAttempt> running = new ConcurrentHashMap<>();

  /** Orders that have come and whose end was not handed to the link. */
  private final AtomicInteger busy = new AtomicInteger();

  private final AtomicInteger endsUntold = new AtomicInteger();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private volatile boolean draining;

  // Only on the loop.
  private boolean taking;
  private boolean takeDelayed;
  private boolean beating;
  private long beatMillis = BEAT_MILLIS_MAX;

  private RemoteWorker(Builder from) {
    name = from.name;
    hands = from.hands;
    queues = from.queuesToServe();
    labels = List.copyOf(from.labels);
    handlers = Map.copyOf(from.handlers);
    link = from.link;
    work = from.work;
    answerNanos = from.settings.answerTimeout().toNanos();
    threads = new Hands(hands, "desaster-" + name);
    link.beforeWrite(this::takeIfFree);
    link.wake();
  }

  /** How many attempts it runs at present. */
  public int running() {
    return busy.get();
  }

  private void takeIfFree() {
    int free = hands - busy.get();
    if (draining || taking || takeDelayed || free <= 0) {
      return;
    }
    if (free * 4 >= hands) {
      take(free);
    } else {
      takeDelayed = true;
      link.later(
          () -> {
            takeDelayed = false;
            takeNow();
          },
          TAKE_DELAY_MILLIS);
    }
  }

  private void takeNow() {
    int free = hands - busy.get();
    if (!draining && !taking && free > 0) {
      take(free);
    }
  }

  private void take(int count) {
    taking = true;
    RemoteWork.Take take = new RemoteWork.Take(name, queues, labels, count, hands, TAKE_PATIENCE);
    long nanos = TAKE_PATIENCE.toNanos() + answerNanos;
    link.send(
            new Request<>(
                ClientWork.takeCommand(take),
                Request.Again.SAFE,
                System.nanoTime() + nanos,
                nanos,
                ClientWork::taken))
        .answer
        .whenComplete(this::taken);
  }

  private void taken(List<RemoteWork.Taken> orders, Throwable failure) {
    taking = false;
    if (failure == null) {
      busy.addAndGet(orders.size());
      orders.forEach(this::begin);
      beatLater();
      link.wake();
      drainedIfDone();
      return;
    }
    DesasterException refusal = Failures.of(failure);
    if (draining || refusal.code() == ErrorCode.STATE) {
      drainedIfDone();
      return;
    }
    LOG.warn("worker {} cannot take jobs: {}; it goes on asking", name, refusal.getMessage());
    takeDelayed = true;
    link.later(
        () -> {
          takeDelayed = false;
          takeNow();
        },
        TAKE_AGAIN_MILLIS);
  }

  private void begin(RemoteWork.Taken order) {
    JobHandler handler = handlers.getOrDefault(order.queue(), handlers.get(Builder.ANY));
    RemoteAttempt attempt = new RemoteAttempt(order, handler, owner);
    running.put(attempt.running(), attempt);
    beatMillis = Math.min(beatMillis, Math.max(BEAT_MILLIS_MIN, order.leaseMillis() / 3));
    if (order.timeoutMillis() > 0) {
      // The daemon ends it; a beat just then brings the word without delay.
      link.later(this::beat, order.timeoutMillis() + BEAT_MILLIS_MIN);
    }
    if (handler == null) {
      owner.failed(
          attempt,
          "worker "
              + name
              + " has no handler for queue "
              + order.queue()
              + "; it has some for "
              + handlers.keySet());
    } else {
      threads.run(attempt);
    }
  }

  /** What its attempts tell, from their threads. */
  private final class Owner implements RemoteAttempt.Owner {
    @Override
    public void succeeded(RemoteAttempt attempt, byte[] result) {
      end(attempt, ClientWork.doneCommand(attempt.id(), attempt.attempt(), result));
    }

    @Override
    public void failed(RemoteAttempt attempt, String error) {
      end(attempt, ClientWork.failCommand(attempt.id(), attempt.attempt(), -1, error));
    }

    @Override
    public void progressed(RemoteAttempt attempt) {
      tellProgress(attempt);
    }
  }

  private void end(RemoteAttempt attempt, CommandWriter command) {
    running.remove(attempt.running());
    endsUntold.incrementAndGet();
    busy.decrementAndGet();
    tellEnd(attempt, command);
  }

  private void tellEnd(RemoteAttempt attempt, CommandWriter command) {
    long tryNanos = TAKE_PATIENCE.toNanos() + answerNanos;
    Request<Void> request =
        new Request<>(
            command,
            Request.Again.SAFE,
            System.nanoTime() + END_PATIENCE.toNanos(),
            tryNanos,
            Replies::nothing);
    request.answer.whenComplete((nothing, failure) -> told(attempt, request, failure));
    link.send(request);
  }

  private void told(RemoteAttempt attempt, Request<Void> request, Throwable failure) {
    DesasterException refusal = failure == null ? null : Failures.of(failure);
    // Too late because it was told before and the answer was lost, or because the daemon ended it.
    boolean taken =
        refusal == null
            || refusal.code() == ErrorCode.STALE && (request.tries > 1 || attempt.cancelled());
    if (!taken) {
      JobId job = attempt.id();
      if (refusal.code() == ErrorCode.INVALID && request.what().equals("JOB DONE")) {
        String error = "its result was refused: " + refusal.getMessage();
        tellEnd(attempt, ClientWork.failCommand(job, attempt.attempt(), -1, error));
        return;
      }
      LOG.warn(
          "the end of attempt {} of job {} was not taken: {}; the daemon decides what becomes of"
              + " the job",
          attempt.attempt(),
          job,
          refusal.toString());
    }
    endsUntold.decrementAndGet();
    drainedIfDone();
  }

  /** One at a time is on the way; what comes meanwhile is told after it, only the latest. */
  private void tellProgress(RemoteAttempt attempt) {
    Progress latest = attempt.peekProgress();
    work.progress(attempt.id(), attempt.attempt(), latest.percent(), latest.text())
        .whenComplete(
            (nothing, failure) -> {
              if (attempt.progressTold(latest)) {
                tellProgress(attempt);
              }
            });
  }

  private void beatLater() {
    if (!beating && !running.isEmpty()) {
      beating = true;
      link.later(
          () -> {
            beating = false;
            beat();
            beatLater();
          },
          beatMillis);
    }
  }

  private void beat() {
    if (running.isEmpty()) {
      return;
    }
    work.beat(name, new ArrayList<>(running.keySet()))
        .whenComplete(
            (toEnd, failure) -> {
              if (failure == null) {
                toEnd.forEach(this::cancel);
              } else {
                LOG.warn("worker {} cannot beat: {}", name, Failures.of(failure).getMessage());
              }
            });
  }

  private void cancel(RemoteWork.Running one) {
    RemoteAttempt attempt = running.get(one);
    if (attempt != null) {
      attempt.cancel("ended as the daemon asked");
    }
  }

  /**
   * Takes nothing new and lets what runs go on.
   *
   * @return completes when nothing runs and all ends are told
   */
  public CompletableFuture<Void> drain() {
    link.onLoop(
        () -> {
          if (!draining) {
            draining = true;
            if (taking) {
              link.send(
                  new Request<>(
                      ClientWork.withdrawCommand(name),
                      Request.Again.READ,
                      System.nanoTime() + answerNanos,
                      answerNanos,
                      Replies::nothing));
            }
          }
          drainedIfDone();
        });
    return drained.copy();
  }

  private void drainedIfDone() {
    if (draining && busy.get() == 0 && endsUntold.get() == 0) {
      link.onLoop(
          () -> {
            if (!taking && busy.get() == 0 && endsUntold.get() == 0) {
              drained.complete(null);
            }
          });
    }
  }

  /**
   * Drains it and stops. Attempts that still run after {@code patience} are interrupted and told as
   * failed, so that they are tried again as their retry policy says. Blocks until that is done.
   */
  public void stop(Duration patience) {
    drain();
    if (!awaitDrained(patience)) {
      running.values().forEach(attempt -> attempt.cancel("its worker " + name + " was stopped"));
      if (!awaitDrained(INTERRUPTED_PATIENCE)) {
        LOG.warn(
            "worker {} stops although {} attempts do not end; the daemon will count them as lost",
            name,
            busy.get());
      }
    }
    threads.close();
    link.close();
  }

  private boolean awaitDrained(Duration patience) {
    try {
      drained.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Stops with a patience of 30 s. */
  @Override
  public void close() {
    stop(CLOSE_PATIENCE);
  }

  /** Collects what a worker is to do. */
  public static final class Builder {
    private static final String ANY = "*";

    private final String name;
    private final Link link;
    private final ClientWork work;
    private final ClientSettings settings;
    private final Map<String, JobHandler> handlers = new LinkedHashMap<>();
    private List<String> queues = List.of();
    private List<String> labels = List.of();
    private int hands = Runtime.getRuntime().availableProcessors();

    Builder(String name, Link link, ClientWork work, ClientSettings settings) {
      this.name = name;
      this.link = link;
      this.work = work;
      this.settings = settings;
    }

    /** Queues to serve; if not set those with handlers, or all if there is a handler for any. */
    public Builder queues(String... names) {
      queues = List.of(names);
      return this;
    }

    /** What jobs may demand of it. */
    public Builder labels(String... words) {
      labels = List.of(words);
      return this;
    }

    /** How many attempts it runs at once, each on a thread; if not set, the processors. */
    public Builder hands(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("a worker needs at least 1 hand, not " + count);
      }
      hands = count;
      return this;
    }

    /** Runs the jobs of a queue, or of any queue that has no handler of its own ({@code *}). */
    public Builder handler(String queue, JobHandler handler) {
      handlers.put(queue, Objects.requireNonNull(handler));
      return this;
    }

    private List<String> queuesToServe() {
      return queues.isEmpty() && !handlers.containsKey(ANY)
          ? List.copyOf(handlers.keySet())
          : queues;
    }

    /**
     * Begins to work.
     *
     * @throws IllegalStateException if there is no handler
     */
    public RemoteWorker start() {
      if (handlers.isEmpty()) {
        throw new IllegalStateException(
            "worker " + name + " has nothing to run jobs with; give it a handler");
      }
      return new RemoteWorker(this);
    }
  }
}
