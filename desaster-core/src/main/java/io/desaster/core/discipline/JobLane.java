/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.QueuedJob;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Jobs of equal flow, priority and demand, in their order: 4 bytes a job, no node objects. Up to
 * {@value #CHUNK_MAX} are in one array; more are in a row of such chunks, so that growing copies no
 * more than one chunk or the row. Adding at the end and taking from the front are O(1) and touch
 * one object and one array; any other removal or insertion is a binary search, which looks at the
 * jobs' orders, and a shift inside one chunk.
 */
public final class JobLane implements Lane {
  private static final int CHUNK_MIN = 8;
  private static final int CHUNK_MAX = 512;
  private static final int ROW_MIN = 4;

  /** The first chunk and the last, which may be the same. */
  private QueuedJob[] head;

  private QueuedJob[] tail;

  /** Place of the first job in the head; all other chunks begin at 0. */
  private int from;

  /** End of the jobs in the tail. */
  private int to;

  private int size;

  /** No job has a larger order. */
  private long lastOrder;

  /** Null as long as there is one chunk. */
  private Row row;

  /** The chunks from {@code base} on, two or more. */
  private static final class Row {
    QueuedJob[][] chunks = new QueuedJob[ROW_MIN][];
    int[] ends = new int[ROW_MIN];

    /** No job of the chunk has a smaller order, all in those before have one. */
    long[] firsts = new long[ROW_MIN];

    int base;
    int count;

    void makeRoom() {
      if (base + count < chunks.length) {
        return;
      }
      int capacity = base > count ? chunks.length : count * 2;
      QueuedJob[][] newChunks = new QueuedJob[capacity][];
      int[] newEnds = new int[capacity];
      long[] newFirsts = new long[capacity];
      System.arraycopy(chunks, base, newChunks, 0, count);
      System.arraycopy(ends, base, newEnds, 0, count);
      System.arraycopy(firsts, base, newFirsts, 0, count);
      chunks = newChunks;
      ends = newEnds;
      firsts = newFirsts;
      base = 0;
    }

    void insert(int index, QueuedJob[] chunk, int end, long first) {
      makeRoom();
      shift(base + index, base + index + 1, count - index);
      chunks[base + index] = chunk;
      ends[base + index] = end;
      firsts[base + index] = first;
      count++;
    }

    void remove(int index) {
      if (index == 0) {
        chunks[base++] = null;
      } else {
        shift(base + index + 1, base + index, count - index - 1);
        chunks[base + count - 1] = null;
      }
      count--;
    }

    private void shift(int source, int target, int length) {
      System.arraycopy(chunks, source, chunks, target, length);
      System.arraycopy(ends, source, ends, target, length);
      System.arraycopy(firsts, source, firsts, target, length);
    }

    /** Index of the chunk where this order belongs; the first begins anywhere. */
    int indexOf(long order) {
      int low = 0;
      int high = count - 1;
      while (low < high) {
        int middle = (low + high + 1) >>> 1;
        if (firsts[base + middle] <= order) {
          low = middle;
        } else {
          high = middle - 1;
        }
      }
      return low;
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public QueuedJob first() {
    return size == 0 ? null : head[from];
  }

  @Override
  public void add(QueuedJob job) {
    long order = job.order();
    if (tail == null) {
      tail = new QueuedJob[CHUNK_MIN];
      head = tail;
    } else if (size > 0 && order < lastOrder) {
      insert(job);
      return;
    }
    if (to == tail.length) {
      makeRoom(order);
    }
    tail[to++] = job;
    lastOrder = order;
    size++;
  }

  /** At the end, for a job of this order. */
  private void makeRoom(long order) {
    int live = to - from;
    if (row == null && live * 2 <= tail.length) {
      System.arraycopy(tail, from, tail, 0, live);
      Arrays.fill(tail, live, to, null);
      from = 0;
      to = live;
    } else if (row == null && tail.length < CHUNK_MAX) {
      enlarge();
    } else {
      append(order);
    }
  }

  private void enlarge() {
    int capacity = tail.length * 2;
    tail = Arrays.copyOfRange(tail, from, from + capacity);
    head = tail;
    to -= from;
    from = 0;
  }

  private void append(long order) {
    beginRow();
    row.ends[row.base + row.count - 1] = to;
    tail = new QueuedJob[CHUNK_MAX];
    to = 0;
    row.insert(row.count, tail, 0, order);
  }

  private void beginRow() {
    if (row == null) {
      row = new Row();
      row.insert(0, head, to, Long.MIN_VALUE);
    }
  }

  private void insert(QueuedJob job) {
    int index = indexOf(job.order());
    QueuedJob[] chunk = chunk(index);
    int at = place(index, job.order());
    if (at < end(index) && chunk[at].order() == job.order()) {
      throw new IllegalStateException("two jobs of order " + job.order() + " in one lane");
    }
    if (index == 0 && from > 0) {
      // Most often it is a job that comes back to the front.
      System.arraycopy(chunk, from, chunk, from - 1, at - from);
      from--;
      chunk[at - 1] = job;
    } else if (end(index) < chunk.length) {
      System.arraycopy(chunk, at, chunk, at + 1, end(index) - at);
      chunk[at] = job;
      setEnd(index, end(index) + 1);
    } else {
      if (chunk.length < CHUNK_MAX) {
        enlarge();
      } else {
        split(index);
      }
      insert(job);
      return;
    }
    size++;
  }

  private void split(int index) {
    beginRow();
    QueuedJob[] left = chunk(index);
    int middle = (start(index) + end(index)) >>> 1;
    QueuedJob[] right = new QueuedJob[CHUNK_MAX];
    int moved = end(index) - middle;
    System.arraycopy(left, middle, right, 0, moved);
    Arrays.fill(left, middle, end(index), null);
    boolean last = index == row.count - 1;
    row.ends[row.base + index] = middle;
    row.insert(index + 1, right, moved, right[0].order());
    if (last) {
      tail = right;
      to = moved;
    }
  }

  @Override
  public boolean remove(QueuedJob job) {
    if (size == 0) {
      return false;
    }
    QueuedJob first = head[from];
    if (first == job || first.order() == job.order()) {
      head[from++] = null;
      size--;
      if (from == end(0)) {
        drop(0);
      }
      return true;
    }
    int index = indexOf(job.order());
    int at = place(index, job.order());
    int end = end(index);
    QueuedJob[] chunk = chunk(index);
    if (at == end || chunk[at].order() != job.order()) {
      return false;
    }
    System.arraycopy(chunk, at + 1, chunk, at, end - at - 1);
    chunk[end - 1] = null;
    setEnd(index, end - 1);
    size--;
    if (start(index) == end(index)) {
      drop(index);
    }
    return true;
  }

  public boolean contains(long order) {
    if (size == 0) {
      return false;
    }
    int index = indexOf(order);
    int at = place(index, order);
    return at < end(index) && chunk(index)[at].order() == order;
  }

  /** Where in the chunk a job of this order is or belongs. */
  private int place(int index, long order) {
    QueuedJob[] chunk = chunk(index);
    int low = start(index);
    int high = end(index);
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (chunk[middle].order() < order) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  public void forEach(Consumer<QueuedJob> action) {
    int chunks = row != null ? row.count : size > 0 ? 1 : 0;
    for (int index = 0; index < chunks; index++) {
      QueuedJob[] chunk = chunk(index);
      int end = end(index);
      for (int i = start(index); i < end; i++) {
        action.accept(chunk[i]);
      }
    }
  }

  private int indexOf(long order) {
    return row == null ? 0 : row.indexOf(order);
  }

  private boolean isLast(int index) {
    return row == null || index == row.count - 1;
  }

  private QueuedJob[] chunk(int index) {
    return index == 0 ? head : row.chunks[row.base + index];
  }

  private int start(int index) {
    return index == 0 ? from : 0;
  }

  private int end(int index) {
    return isLast(index) ? to : row.ends[row.base + index];
  }

  private void setEnd(int index, int end) {
    if (isLast(index)) {
      to = end;
    } else {
      row.ends[row.base + index] = end;
    }
  }

  /** Of an empty chunk only the last one keeps its array, if that is small. */
  private void drop(int index) {
    if (row == null) {
      from = 0;
      to = 0;
      if (head.length > CHUNK_MIN * 4) {
        head = null;
        tail = null;
      }
      return;
    }
    row.remove(index);
    if (index == 0) {
      head = row.chunks[row.base];
      from = 0;
    } else if (index == row.count) {
      tail = row.chunks[row.base + row.count - 1];
      to = row.ends[row.base + row.count - 1];
    }
    if (row.count == 1) {
      row = null;
    }
  }
}
