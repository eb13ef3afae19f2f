/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.QueuedJob;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Jobs by deadline, then by order: a row of sorted chunks, each of them an array of deadlines
 * beside one of jobs, with the least keys of each chunk in arrays of their own. Finding a place is
 * two binary searches, which look at jobs only among equal deadlines; adding and removing is a
 * shift of the shorter side inside one chunk; 12 bytes a job and no node objects. A full chunk is
 * split, which also shifts the row (some 10,000 entries for 1,000,000 jobs).
 */
final class DeadlineLane implements Lane {
  private static final int CHUNK_MIN = 8;

  /** Shifts in chunks and shifts of the row take about the same with 1,000,000 jobs. */
  private static final int CHUNK_MAX = 128;

  private Chunk[] chunks = {new Chunk(CHUNK_MIN)};
  private long[] firstDeadlines = {Long.MIN_VALUE};
  private long[] firstOrders = {Long.MIN_VALUE};

  /** The row is from here on. */
  private int base;

  private int count = 1;
  private int size;

  /** Jobs from {@code from} to {@code to}, without gaps. */
  private static final class Chunk {
    long[] deadlines;
    QueuedJob[] jobs;
    int from;
    int to;

    Chunk(int capacity) {
      deadlines = new long[capacity];
      jobs = new QueuedJob[capacity];
    }

    /** Index of the first job that is not before this one. */
    int place(long deadline, long order) {
      int low = from;
      int high = to;
      while (low < high) {
        int middle = (low + high) >>> 1;
        boolean before =
            deadlines[middle] != deadline
                ? deadlines[middle] < deadline
                : jobs[middle].order() < order;
        if (before) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    boolean full() {
      return to - from == jobs.length;
    }

    /** Puts a job in at this place; the chunk is not full. */
    void insert(int place, long deadline, QueuedJob job) {
      boolean right = from == 0 || to < jobs.length && to - place < place - from;
      int at = right ? place : place - 1;
      if (right) {
        move(place, place + 1, to - place);
        to++;
      } else {
        move(from, from - 1, place - from);
        from--;
      }
      deadlines[at] = deadline;
      jobs[at] = job;
    }

    void remove(int at) {
      if (to - at <= at - from) {
        move(at + 1, at, to - at - 1);
        jobs[--to] = null;
      } else {
        move(from, from + 1, at - from);
        jobs[from++] = null;
      }
    }

    private void move(int source, int target, int length) {
      System.arraycopy(deadlines, source, deadlines, target, length);
      System.arraycopy(jobs, source, jobs, target, length);
    }

    void grow() {
      int capacity = jobs.length * 2;
      deadlines = Arrays.copyOf(deadlines, capacity);
      jobs = Arrays.copyOf(jobs, capacity);
    }

    /** The upper half, with room on both sides. */
    Chunk split() {
      Chunk right = new Chunk(CHUNK_MAX);
      int middle = (from + to) >>> 1;
      right.from = CHUNK_MAX / 4;
      right.to = right.from + to - middle;
      System.arraycopy(deadlines, middle, right.deadlines, right.from, to - middle);
      System.arraycopy(jobs, middle, right.jobs, right.from, to - middle);
      Arrays.fill(jobs, middle, to, null);
      to = middle;
      return right;
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public QueuedJob first() {
    Chunk first = chunks[base];
    return size == 0 ? null : first.jobs[first.from];
  }

  @Override
  public void add(QueuedJob job) {
    long deadline = job.deadlineAtNanos();
    long order = job.order();
    int index = chunkOf(deadline, order);
    Chunk chunk = chunks[index];
    if (chunk.full()) {
      if (chunk.jobs.length < CHUNK_MAX) {
        chunk.grow();
      } else {
        split(index - base);
        index = chunkOf(deadline, order);
        chunk = chunks[index];
      }
    }
    chunk.insert(chunk.place(deadline, order), deadline, job);
    size++;
  }

  @Override
  public boolean remove(QueuedJob job) {
    long deadline = job.deadlineAtNanos();
    long order = job.order();
    boolean isFirst = job == first();
    int index = isFirst ? base : chunkOf(deadline, order);
    Chunk chunk = chunks[index];
    int at = isFirst ? chunk.from : chunk.place(deadline, order);
    if (at == chunk.to || chunk.deadlines[at] != deadline || chunk.jobs[at].order() != order) {
      return false;
    }
    chunk.remove(at);
    size--;
    if (chunk.from == chunk.to) {
      drop(index);
    }
    return true;
  }

  @Override
  public void forEach(Consumer<QueuedJob> action) {
    for (int c = base; c < base + count; c++) {
      for (int i = chunks[c].from; i < chunks[c].to; i++) {
        action.accept(chunks[c].jobs[i]);
      }
    }
  }

  /** Where the last chunk is that begins at or before these keys; the first begins anywhere. */
  private int chunkOf(long deadline, long order) {
    int low = base;
    int high = base + count - 1;
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
    if (base + count == chunks.length) {
      int capacity = base > count / 4 ? chunks.length : count * 2;
      Chunk[] newChunks = new Chunk[capacity];
      System.arraycopy(chunks, base, newChunks, 0, count);
      chunks = newChunks;
      firstDeadlines = moved(firstDeadlines, capacity);
      firstOrders = moved(firstOrders, capacity);
      base = 0;
    }
    int at = base + index;
    Chunk right = chunks[at].split();
    shift(at + 1, at + 2, base + count - at - 1);
    chunks[at + 1] = right;
    firstDeadlines[at + 1] = right.deadlines[right.from];
    firstOrders[at + 1] = right.jobs[right.from].order();
    count++;
  }

  private long[] moved(long[] keys, int capacity) {
    long[] moved = new long[capacity];
    System.arraycopy(keys, base, moved, 0, count);
    return moved;
  }

  private void drop(int at) {
    if (count == 1) {
      chunks[base].from = 0;
      chunks[base].to = 0;
      return;
    }
    if (at == base) {
      chunks[base++] = null;
    } else {
      shift(at + 1, at, base + count - at - 1);
      chunks[base + count - 1] = null;
    }
    count--;
  }

  private void shift(int source, int target, int length) {
    System.arraycopy(chunks, source, chunks, target, length);
    System.arraycopy(firstDeadlines, source, firstDeadlines, target, length);
    System.arraycopy(firstOrders, source, firstOrders, target, length);
  }
}
