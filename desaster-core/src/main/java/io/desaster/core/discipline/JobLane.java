/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.QueuedJob;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Jobs of equal flow, priority and demand, in their order. A ring of chunks of parallel arrays: 12
 * bytes a job, no node objects, and growing never copies more than one chunk or the ring of chunk
 * references. Adding at the end and taking from the front are O(1), any other removal or insertion
 * is a binary search and, for insertion, a shift inside one chunk.
 */
public final class JobLane implements Lane {
  private static final int CHUNK_MIN = 8;
  private static final int CHUNK_MAX = 512;

  private Chunk[] ring = new Chunk[2];
  private int first;
  private int chunks;
  private int size;

  /** The ends of the ring, found without it. */
  private Chunk head;

  private Chunk tail;

  /** A run of jobs between {@code from} and {@code to}; removed ones leave a null behind. */
  private static final class Chunk {
    long[] orders;
    QueuedJob[] jobs;
    int from;
    int to;
    int live;

    Chunk(int capacity) {
      orders = new long[capacity];
      jobs = new QueuedJob[capacity];
    }

    int indexOf(long order) {
      return Arrays.binarySearch(orders, from, to, order);
    }

    void insert(int at, QueuedJob job) {
      System.arraycopy(orders, at, orders, at + 1, to - at);
      System.arraycopy(jobs, at, jobs, at + 1, to - at);
      orders[at] = job.order();
      jobs[at] = job;
      to++;
      live++;
    }

    /** Moves the living jobs to the front and, if that is not enough, into larger arrays. */
    void makeRoom(int capacity) {
      long[] newOrders = new long[capacity];
      QueuedJob[] newJobs = new QueuedJob[capacity];
      int kept = 0;
      for (int i = from; i < to; i++) {
        if (jobs[i] != null) {
          newOrders[kept] = orders[i];
          newJobs[kept++] = jobs[i];
        }
      }
      orders = newOrders;
      jobs = newJobs;
      from = 0;
      to = kept;
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public QueuedJob first() {
    if (size == 0) {
      return null;
    }
    return head.jobs[head.from];
  }

  @Override
  public void add(QueuedJob job) {
    Chunk last = chunks == 0 ? append(new Chunk(CHUNK_MIN)) : tail;
    boolean atEnd = last.from == last.to || last.orders[last.to - 1] < job.order();
    if (!atEnd) {
      insert(job);
      return;
    }
    if (last.to == last.jobs.length) {
      if (last.live * 2 <= last.jobs.length) {
        last.makeRoom(last.jobs.length);
      } else if (last.jobs.length < CHUNK_MAX) {
        last.makeRoom(last.jobs.length * 2);
      } else {
        last = append(new Chunk(CHUNK_MAX));
      }
    }
    last.orders[last.to] = job.order();
    last.jobs[last.to++] = job;
    last.live++;
    size++;
  }

  private void insert(QueuedJob job) {
    int index = chunkOf(job.order());
    Chunk chunk = chunk(index);
    if (chunk.to == chunk.jobs.length) {
      if (chunk.live < chunk.jobs.length) {
        chunk.makeRoom(chunk.jobs.length);
      } else if (chunk.jobs.length < CHUNK_MAX) {
        chunk.makeRoom(chunk.jobs.length * 2);
      } else {
        split(index);
        insert(job);
        return;
      }
    }
    int at = chunk.indexOf(job.order());
    if (at >= 0 && chunk.jobs[at] == null) {
      chunk.jobs[at] = job;
      chunk.live++;
    } else if (at >= 0) {
      throw new IllegalStateException("two jobs of order " + job.order() + " in one lane");
    } else {
      chunk.insert(-at - 1, job);
    }
    size++;
  }

  @Override
  public boolean remove(QueuedJob job) {
    if (size == 0) {
      return false;
    }
    boolean isFirst = head.orders[head.from] == job.order();
    int index = isFirst ? 0 : chunkOf(job.order());
    Chunk chunk = isFirst ? head : chunk(index);
    int at = isFirst ? chunk.from : chunk.indexOf(job.order());
    if (at < 0 || chunk.jobs[at] == null) {
      return false;
    }
    chunk.jobs[at] = null;
    chunk.live--;
    size--;
    if (chunk.live == 0) {
      drop(index);
    } else {
      while (chunk.jobs[chunk.from] == null) {
        chunk.from++;
      }
    }
    return true;
  }

  public boolean contains(long order) {
    if (size == 0) {
      return false;
    }
    Chunk chunk = chunk(chunkOf(order));
    int at = chunk.indexOf(order);
    return at >= 0 && chunk.jobs[at] != null;
  }

  @Override
  public void forEach(Consumer<QueuedJob> action) {
    for (int c = 0; c < chunks; c++) {
      Chunk chunk = chunk(c);
      for (int i = chunk.from; i < chunk.to; i++) {
        if (chunk.jobs[i] != null) {
          action.accept(chunk.jobs[i]);
        }
      }
    }
  }

  private Chunk chunk(int index) {
    return ring[(first + index) & (ring.length - 1)];
  }

  /** Index of the last chunk that begins at or before this order, or 0. */
  private int chunkOf(long order) {
    int low = 0;
    int high = chunks - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      Chunk chunk = chunk(middle);
      if (chunk.orders[chunk.from] <= order) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private Chunk append(Chunk chunk) {
    growRing();
    ring[(first + chunks) & (ring.length - 1)] = chunk;
    chunks++;
    findEnds();
    return chunk;
  }

  private void growRing() {
    if (chunks == ring.length) {
      Chunk[] larger = new Chunk[ring.length * 2];
      for (int i = 0; i < chunks; i++) {
        larger[i] = chunk(i);
      }
      ring = larger;
      first = 0;
    }
  }

  private void split(int index) {
    Chunk left = chunk(index);
    int middle = (left.from + left.to) >>> 1;
    Chunk right = new Chunk(CHUNK_MAX);
    for (int i = middle; i < left.to; i++) {
      right.orders[right.to] = left.orders[i];
      right.jobs[right.to++] = left.jobs[i];
      left.jobs[i] = null;
    }
    right.live = right.to;
    left.to = middle;
    left.live -= right.live;
    append(right);
    for (int i = chunks - 1; i > index + 1; i--) {
      set(i, chunk(i - 1));
    }
    set(index + 1, right);
    findEnds();
  }

  private void findEnds() {
    head = chunks == 0 ? null : chunk(0);
    tail = chunks == 0 ? null : chunk(chunks - 1);
  }

  private void set(int index, Chunk chunk) {
    ring[(first + index) & (ring.length - 1)] = chunk;
  }

  private void drop(int index) {
    if (chunks == 1) {
      Chunk only = chunk(0);
      only.from = 0;
      only.to = 0;
      if (only.jobs.length > CHUNK_MIN * 4) {
        chunks = 0;
        set(0, null);
        findEnds();
      }
      return;
    }
    if (index == 0) {
      set(0, null);
      first = (first + 1) & (ring.length - 1);
    } else {
      for (int i = index; i < chunks - 1; i++) {
        set(i, chunk(i + 1));
      }
      set(chunks - 1, null);
    }
    chunks--;
    findEnds();
  }
}
