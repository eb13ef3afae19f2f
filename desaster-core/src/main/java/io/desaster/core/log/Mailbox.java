/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What waits for the journal's thread: batches, up to the window, and a wake-up. */
final class Mailbox {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Batch> batches;
  private final int window;
  private boolean woken;
  private boolean closed;
  private int underWay;
  private boolean idle; // the journal's thread waits in take()
  private boolean lent;

  Mailbox(int window) {
    this.window = window;
    this.batches = new ArrayDeque<>(window + 1);
  }

  /**
   * Adds a batch; after {@link #close()} it is dropped.
   *
   * @throws IllegalStateException if the window is full
   */
  void put(Batch batch) {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      if (batches.size() + underWay >= window) {
        throw new IllegalStateException(
            "batch "
                + batch.header().index()
                + " was appended while "
                + window
                + " batches are under way, which is the window");
      }
      batches.add(batch);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Lets {@link #take} return though there is no batch. */
  void wake() {
    lock.lock();
    try {
      woken = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** What is waiting is still taken, nothing more is accepted. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for batches; those taken count as under way until {@link #done}.
   *
   * @param target has room for the window
   * @return how many batches there are, 0 after a wake-up, -1 when closed and empty
   */
  int take(Batch[] target) {
    lock.lock();
    try {
      idle = true;
      while (lent || batches.isEmpty() && !woken && !closed) {
        changed.awaitUninterruptibly();
      }
      idle = false;
      woken = false;
      int count = 0;
      for (Batch next = batches.poll(); next != null; next = batches.poll()) {
        target[count++] = next;
      }
      underWay = count;
      return count == 0 && closed ? -1 : count;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets the caller do the journal's work until {@link #giveBack}.
   *
   * @return false if there is something for the journal's thread, or it is at work
   */
  boolean borrow() {
    lock.lock();
    try {
      lent = idle && !closed && !woken && batches.isEmpty();
      return lent;
    } finally {
      lock.unlock();
    }
  }

  void giveBack() {
    lock.lock();
    try {
      lent = false;
      if (woken || closed) {
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** One of the batches taken is not under way any more. */
  void done() {
    lock.lock();
    try {
      underWay--;
    } finally {
      lock.unlock();
    }
  }
}
