/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.desaster.api.RemoteWork;
import io.desaster.api.handler.JobContext;
import io.desaster.api.handler.JobHandler;
import io.desaster.api.job.JobId;
import io.desaster.api.job.Progress;

/** An attempt in the hands of a {@link RemoteWorker}. */
final class RemoteAttempt implements JobContext, Runnable {
  private static final byte[] NOTHING = {};

  /** What becomes of attempts. */
  interface Owner {
    void succeeded(RemoteAttempt attempt, byte[] result);

    void failed(RemoteAttempt attempt, String error);

    /** There is something to tell and nothing being told: {@link #peekProgress}. */
    void progressed(RemoteAttempt attempt);
  }

  private final RemoteWork.Taken order;
  private final JobHandler handler;
  private final Owner owner;
  private Thread thread;
  private Progress progress;
  private volatile String cancelReason;

  RemoteAttempt(RemoteWork.Taken order, JobHandler handler, Owner owner) {
    this.order = order;
    this.handler = handler;
    this.owner = owner;
  }

  RemoteWork.Taken order() {
    return order;
  }

  RemoteWork.Running running() {
    return new RemoteWork.Running(order.job(), order.attempt());
  }

  @Override
  public void run() {
    if (!begin()) {
      owner.failed(this, cancelReason);
      return;
    }
    byte[] result = null;
    String error = null;
    try {
      result = handler.run(this);
    } catch (Throwable failure) {
      // Whatever user code throws is the attempt's failure, not this thread's.
      error = cancelReason != null ? cancelReason : describe(failure);
    } finally {
      end();
    }
    if (error == null) {
      owner.succeeded(this, result == null ? NOTHING : result);
    } else {
      owner.failed(this, error);
    }
  }

  private static String describe(Throwable failure) {
    String message = failure.getMessage();
    String type = failure.getClass().getSimpleName();
    return message == null ? type : type + ": " + message.replaceAll("\\s+", " ");
  }

  private synchronized boolean begin() {
    if (cancelReason != null) {
      return false;
    }
    thread = Thread.currentThread();
    return true;
  }

  /** From here on no interrupt can come; one that came is not for the next attempt. */
  private synchronized void end() {
    thread = null;
    Thread.interrupted();
  }

  /** Tells it to end: sets its token and interrupts its thread. */
  synchronized void cancel(String reason) {
    if (cancelReason == null) {
      cancelReason = reason;
      if (thread != null) {
        thread.interrupt();
      }
    }
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
    return order.payload();
  }

  @Override
  public boolean cancelled() {
    return cancelReason != null;
  }

  @Override
  public void progress(int percent, String text) {
    Progress fresh = new Progress(percent, text);
    boolean first;
    synchronized (this) {
      first = progress == null;
      progress = fresh;
    }
    if (first) {
      owner.progressed(this);
    }
  }

  /** The latest progress. */
  synchronized Progress peekProgress() {
    return progress;
  }

  /** Whether there is a newer one than the one that was told. */
  synchronized boolean progressTold(Progress told) {
    if (progress == told) {
      progress = null;
    }
    return progress != null;
  }
}
