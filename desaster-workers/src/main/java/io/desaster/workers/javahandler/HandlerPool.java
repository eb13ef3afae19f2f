/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.javahandler;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Threads for handlers: a few while these come back at once, up to the number of slots while they
 * block. It grows when work has waited for two milliseconds and the threads needed more than half
 * of one for a piece meanwhile: short work is not done faster by more threads, only dearer. Threads
 * that found nothing to do for 10 s leave.
 */
final class HandlerPool {
  private static final long TICK_MICROS = 2_000;
  private static final long SHORT_MICROS = 500;
  private static final long IDLE_SECONDS = 10;

  private final String name;
  private final int threadsMax;
  private final int threadsMin;
  private final ScheduledExecutorService timer;
  private final LinkedBlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
  private final AtomicInteger threads = new AtomicInteger();
  private final AtomicInteger idle = new AtomicInteger();
  private final AtomicLong taken = new AtomicLong();
  private final AtomicBoolean watched = new AtomicBoolean();
  private volatile boolean closed;

  HandlerPool(String name, int threadsMax, ScheduledExecutorService timer) {
    this.name = name;
    this.threadsMax = threadsMax;
    this.threadsMin = Math.min(threadsMax, Runtime.getRuntime().availableProcessors());
    this.timer = timer;
  }

  /** Runs the task on a thread of the pool; it must not throw. */
  void execute(Runnable task) {
    waiting.add(task);
    if (idle.get() > 0) {
      return;
    }
    if (threads.get() < threadsMin) {
      grow(1, threadsMin);
    } else if (threads.get() < threadsMax) {
      watch();
    }
  }

  int threads() {
    return threads.get();
  }

  private void watch() {
    if (!closed && watched.compareAndSet(false, true)) {
      long takenBefore = taken.get();
      long begunNanos = System.nanoTime();
      timer.schedule(() -> look(takenBefore, begunNanos), TICK_MICROS, TimeUnit.MICROSECONDS);
    }
  }

  private void look(long takenBefore, long begunNanos) {
    watched.set(false);
    int backlog = waiting.size();
    if (backlog == 0) {
      return;
    }
    int now = threads.get();
    long done = taken.get() - takenBefore;
    long micros = (System.nanoTime() - begunNanos) / 1_000;
    if (now * micros > done * SHORT_MICROS) {
      grow(Math.min(backlog, Math.max(1, now)), threadsMax);
    }
    if (threads.get() < threadsMax) {
      watch();
    }
  }

  private void grow(int count, int limit) {
    for (int i = 0; i < count; i++) {
      int number = threads.incrementAndGet();
      if (number > limit || closed) {
        threads.decrementAndGet();
        return;
      }
      Thread thread = new Thread(this::work, name + "-" + number);
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void work() {
    try {
      for (Runnable task = next(); task != null; task = next()) {
        taken.incrementAndGet();
        task.run();
      }
    } finally {
      threads.decrementAndGet();
    }
    if (!waiting.isEmpty() && idle.get() == 0) {
      grow(1, threadsMin);
    }
  }

  /** The next task; null if this thread is to leave. */
  private Runnable next() {
    Runnable task = waiting.poll();
    while (task == null && !closed) {
      idle.incrementAndGet();
      try {
        task = waiting.poll(IDLE_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException late) {
        // Meant for the attempt before, which is over.
        continue;
      } finally {
        idle.decrementAndGet();
      }
      if (task == null && threads.get() > 0) {
        return null;
      }
    }
    return closed ? null : task;
  }

  /** Starts nothing more. */
  void close() {
    closed = true;
    waiting.clear();
    int count = threads.get();
    for (int i = 0; i < count; i++) {
      waiting.add(() -> {});
    }
  }
}
