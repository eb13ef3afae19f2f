/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.QueuedJob;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Jobs by deadline, then by order: a list of sorted chunks of parallel arrays, with the first key
 * of each chunk in an array of its own. Finding a place is two binary searches, adding and removing
 * a shift inside one chunk; 20 bytes a job and no node objects. A full chunk is split, which also
 * shifts the list of chunks (some 5,000 entries for 1,000,000 jobs).
 */
final class DeadlineLane implements Lane {
  private static final int CHUNK_MIN = 8;
  private static final int CHUNK_MAX = 256;

  private Chunk[] chunks = {new Chunk(CHUNK_MIN)};
  private long[] firstDeadlines = {Long.MIN_VALUE};
  private long[] firstOrders = {Long.MIN_VALUE};
  private int count = 1;
  private int size;

  /** Jobs from {@code from} to {@code to}, without gaps. */
  private static final class Chunk {
    long[] deadlines;
    long[] orders;
    QueuedJob[] jobs;
    int from;
    int to;

    Chunk(int capacity) {
      deadlines = new long[capacity];
      orders = new long[capacity];
      jobs = new QueuedJob[capacity];
    }

    /** Index of the first job that is not before this one. */
    int place(long deadline, long order) {
      int low = from;
      int high = to;
      while (low < high) {
        int middle = (low + high) >>> 1;
        boolean before =
            deadlines[middle] != deadline ? deadlines[middle] < deadline : orders[middle] < order;
        if (before) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    void move(int source, int target, int length) {
      System.arraycopy(deadlines, source, deadlines, target, length);
      System.arraycopy(orders, source, orders, target, length);
      System.arraycopy(jobs, source, jobs, target, length);
    }

    void grow() {
      int capacity = jobs.length * 2;
      deadlines = Arrays.copyOf(deadlines, capacity);
      orders = Arrays.copyOf(orders, capacity);
      jobs = Arrays.copyOf(jobs, capacity);
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public QueuedJob first() {
    return size == 0 ? null : chunks[0].jobs[chunks[0].from];
  }

  @Override
  public void add(QueuedJob job) {
    long deadline = job.deadlineAtNanos();
    long order = job.order();
    int index = chunkOf(deadline, order);
    Chunk chunk = chunks[index];
    if (chunk.to - chunk.from == chunk.jobs.length) {
      if (chunk.jobs.length < CHUNK_MAX) {
        chunk.grow();
      } else {
        split(index);
        index = chunkOf(deadline, order);
        chunk = chunks[index];
      }
    }
    int at = chunk.place(deadline, order);
    if (chunk.to == chunk.jobs.length || at == chunk.from && chunk.from > 0) {
      // The shorter way, and the only one at the end of the arrays.
      chunk.move(chunk.from, chunk.from - 1, at - chunk.from);
      chunk.from--;
      at--;
    } else {
      chunk.move(at, at + 1, chunk.to - at);
      chunk.to++;
    }
    chunk.deadlines[at] = deadline;
    chunk.orders[at] = order;
    chunk.jobs[at] = job;
    if (at == chunk.from && index > 0) {
      firstDeadlines[index] = deadline;
      firstOrders[index] = order;
    }
    size++;
  }

  @Override
  public boolean remove(QueuedJob job) {
    long deadline = job.deadlineAtNanos();
    long order = job.order();
    int index = chunkOf(deadline, order);
    Chunk chunk = chunks[index];
    int at = chunk.place(deadline, order);
    if (at == chunk.to || chunk.orders[at] != order || chunk.deadlines[at] != deadline) {
      return false;
    }
    if (at == chunk.from) {
      chunk.jobs[at] = null;
      chunk.from++;
    } else {
      chunk.move(at + 1, at, chunk.to - at - 1);
      chunk.jobs[--chunk.to] = null;
    }
    size--;
    if (chunk.from == chunk.to) {
      drop(index);
    }
    return true;
  }

  @Override
  public void forEach(Consumer<QueuedJob> action) {
    for (int c = 0; c < count; c++) {
      for (int i = chunks[c].from; i < chunks[c].to; i++) {
        action.accept(chunks[c].jobs[i]);
      }
    }
  }

  /** Index of the last chunk that begins at or before this place; the first begins anywhere. */
  private int chunkOf(long deadline, long order) {
    int low = 0;
    int high = count - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      boolean after =
          firstDeadlines[middle] != deadline
              ? firstDeadlines[middle] > deadline
              : firstOrders[middle] > order;
      if (after) {
        high = middle - 1;
      } else {
        low = middle;
      }
    }
    return low;
  }

  private void split(int index) {
    Chunk left = chunks[index];
    Chunk right = new Chunk(CHUNK_MAX);
    int middle = (left.from + left.to) >>> 1;
    right.to = left.to - middle;
    System.arraycopy(left.deadlines, middle, right.deadlines, 0, right.to);
    System.arraycopy(left.orders, middle, right.orders, 0, right.to);
    System.arraycopy(left.jobs, middle, right.jobs, 0, right.to);
    Arrays.fill(left.jobs, middle, left.to, null);
    left.to = middle;
    if (count == chunks.length) {
      chunks = Arrays.copyOf(chunks, count * 2);
      firstDeadlines = Arrays.copyOf(firstDeadlines, count * 2);
      firstOrders = Arrays.copyOf(firstOrders, count * 2);
    }
    shift(index + 1, index + 2, count - index - 1);
    chunks[index + 1] = right;
    firstDeadlines[index + 1] = right.deadlines[0];
    firstOrders[index + 1] = right.orders[0];
    count++;
  }

  private void drop(int index) {
    if (count == 1) {
      chunks[0].from = 0;
      chunks[0].to = 0;
      return;
    }
    shift(index + 1, index, count - index - 1);
    chunks[--count] = null;
    firstDeadlines[0] = Long.MIN_VALUE;
    firstOrders[0] = Long.MIN_VALUE;
  }

  private void shift(int source, int target, int length) {
    System.arraycopy(chunks, source, chunks, target, length);
    System.arraycopy(firstDeadlines, source, firstDeadlines, target, length);
    System.arraycopy(firstOrders, source, firstOrders, target, length);
  }
}
