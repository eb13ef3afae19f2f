/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Threads that run attempts, as many at once as there are hands. A thread that finds more work than
 * it can take wakes one other before it begins, and only if none is being woken already: long jobs
 * get their threads one after the other within microseconds each, while short ones are worked off
 * by a few threads that never sleep, at the cost of no wake-up per job.
 */
final class Hands {
  private final int threadsMax;
  private final String name;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int threads;
  private int asleep;

  /** A thread was woken or made and has not looked for work yet. */
  private boolean waking;

  private boolean closed;

  Hands(int threadsMax, String name) {
    this.threadsMax = threadsMax;
    this.name = name;
  }

  /** Runs the task as soon as a thread is free; it must not throw. */
  synchronized void run(Runnable task) {
    waiting.add(task);
    wakeOne();
  }

  private void wakeOne() {
    if (waking || waiting.isEmpty()) {
      return;
    }
    if (asleep > 0) {
      waking = true;
      notify();
    } else if (threads < threadsMax) {
      waking = true;
      Thread thread = new Thread(this::work, name + "-" + ++threads);
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void work() {
    boolean woken = true;
    while (true) {
      Runnable task;
      synchronized (this) {
        if (woken) {
          waking = false;
        }
        woken = false;
        while (waiting.isEmpty()) {
          if (closed) {
            return;
          }
          sleep();
          waking = false;
        }
        task = waiting.poll();
        wakeOne();
      }
      task.run();
    }
  }

  private void sleep() {
    asleep++;
    try {
      wait();
    } catch (InterruptedException e) {
      // An attempt's interrupt that came too late; the thread goes on.
    } finally {
      asleep--;
    }
  }

  /** Ends the threads when their work is done. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }
}
