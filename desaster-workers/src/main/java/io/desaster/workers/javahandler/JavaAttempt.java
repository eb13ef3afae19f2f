/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.javahandler;

import io.desaster.api.handler.JobContext;
import io.desaster.api.handler.JobHandler;
import io.desaster.api.job.JobId;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.ResourceUse;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.api.spi.AttemptOrder;
import java.util.Objects;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt, at once the task that a thread of the pool runs and the context its handler sees.
 * Its lock guards {@code thread}, so that an interrupt never hits the attempt after.
 */
final class JavaAttempt implements Runnable, JobContext {
  private static final Logger LOG = LoggerFactory.getLogger(JavaAttempt.class);

  private final JavaWorker worker;
  private final AttemptOrder order;
  private final JobHandler handler;
  private final byte[] payload;
  private Thread thread;
  private Outcome cause;
  private String reason = "";
  private volatile boolean cancelled;
  private volatile Future<?> timeout;

  JavaAttempt(JavaWorker worker, AttemptOrder order, JobHandler handler, byte[] payload) {
    this.worker = worker;
    this.order = order;
    this.handler = handler;
    this.payload = payload;
  }

  AttemptOrder order() {
    return order;
  }

  void timeout(Future<?> timer) {
    timeout = timer;
  }

  /** Asks the attempt to end; the first cause stays. */
  synchronized void end(Outcome outcome, String why) {
    if (cause == null) {
      cause = outcome;
      reason = why;
    }
    cancelled = true;
    if (thread != null) {
      thread.interrupt();
    }
  }

  private synchronized boolean enter() {
    if (cancelled) {
      return false;
    }
    thread = Thread.currentThread();
    return true;
  }

  synchronized boolean running() {
    return thread != null;
  }

  private synchronized void leave() {
    thread = null;
    // An interrupt that came was for this attempt.
    Thread.interrupted();
  }

  @Override
  public void run() {
    if (!enter()) {
      worker.over(end(0, AttemptEnd.NO_RESULT, null));
      return;
    }
    long startedAtMillis = System.currentTimeMillis();
    if (order.timeoutMillis() > 0) {
      worker.watch(this);
    }
    byte[] result = AttemptEnd.NO_RESULT;
    Throwable failure = null;
    try {
      result = Objects.requireNonNullElse(handler.run(this), AttemptEnd.NO_RESULT);
    } catch (Throwable e) { // An Error too fails the attempt alone, not the pool's thread.
      failure = e;
    }
    leave();
    if (timeout != null) {
      timeout.cancel(false);
    }
    worker.over(end(startedAtMillis, result, failure));
  }

  private synchronized AttemptEnd end(long startedAtMillis, byte[] result, Throwable failure) {
    Outcome outcome = cause != null ? cause : failure == null ? Outcome.SUCCEEDED : Outcome.FAILED;
    String error = cause != null ? reason : failure == null ? "" : message(failure);
    return new AttemptEnd(
        order.job(),
        order.attempt(),
        outcome,
        -1,
        error,
        result,
        startedAtMillis,
        System.currentTimeMillis(),
        ResourceUse.NONE);
  }

  private String message(Throwable failure) {
    LOG.debug("attempt {} of job {} failed", order.attempt(), order.job(), failure);
    String name = failure.getClass().getSimpleName();
    String message = failure.getMessage();
    String text = message == null ? name : name + ": " + message;
    return text.replaceAll("\\p{Cntrl}+", " ");
  }

  @Override
  public JobId id() {
    return order.job();
  }

  @Override
  public int attempt() {
    return order.attempt();
  }

  @Override
  public String queue() {
    return order.queue();
  }

  @Override
  public byte[] payload() {
    return payload;
  }

  @Override
  public void progress(int percent, String text) {
    worker.progress(this, percent, text);
  }

  @Override
  public boolean cancelled() {
    return cancelled;
  }
}
