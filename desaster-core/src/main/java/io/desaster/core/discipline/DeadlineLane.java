/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.QueuedJob;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Jobs by deadline, then by order: a row of chunks of jobs. The chunks are in order, but what is in
 * them only in the first one: a job that comes is put at the end of its chunk, which is sorted when
 * its turn comes or when it is full and split. (That is the idea of the ladder queue: W. T. Tang,
 * R. S. M. Goh, I. L.-J. Thng, "Ladder Queue", ACM TOMACS 15(3), 2005.) So a job costs a binary
 * search among chunks and the cache misses of one place, wherever it belongs. The jobs lie all over
 * the heap; to sort a chunk their keys are read one after the other, so that the processor fetches
 * many at a time, and they are near when their turns come. Removal from the middle looks through
 * one chunk. A split shifts the row: some 1,500 entries for 1,000,000 jobs. 4 bytes a job and no
 * node objects.
 */
final class DeadlineLane implements Lane {
  private static final int CHUNK_MIN = 8;
  private static final int CHUNK_MAX = 1024;

  /** Gaps of Shell's sort (M. Ciura, 2001). */
  private static final int[] GAPS = {301, 132, 57, 23, 10, 4, 1};

  private QueuedJob[][] jobs = {new QueuedJob[CHUNK_MIN]};
  private int[] ends = {0};

  /** Nothing in the chunk comes before these keys, all in the chunks before it does. */
  private long[] firstDeadlines = {Long.MIN_VALUE};

  private long[] firstOrders = {Long.MIN_VALUE};

  /** The row of chunks is from here on. */
  private int base;

  private int count = 1;
  private int size;

  /** The first job in the first chunk; all other chunks begin at 0. */
  private int from;

  /** Keys of the chunk that is being sorted; made when there is a second chunk. */
  private long[] deadlines;

  private long[] orders;

  /** Whether the first chunk is sorted. */
  private boolean sorted = true;

  @Override
  public int size() {
    return size;
  }

  @Override
  public QueuedJob first() {
    if (size == 0) {
      return null;
    }
    if (!sorted) {
      sort(base);
      sorted = true;
    }
    return jobs[base][from];
  }

  @Override
  public void add(QueuedJob job) {
    long deadline = job.deadlineAtNanos();
    long order = job.order();
    int at = chunkOf(deadline, order);
    if (ends[at] == jobs[at].length) {
      makeRoom(at, deadline, order);
      at = chunkOf(deadline, order);
    }
    int place = ends[at]++;
    size++;
    if (at == base && sorted) {
      int end = place;
      place = place(deadline, order, end);
      System.arraycopy(jobs[at], place, jobs[at], place + 1, end - place);
    }
    jobs[at][place] = job;
  }

  /** In a full chunk, for a job of these keys. */
  private void makeRoom(int at, long deadline, long order) {
    int capacity = jobs[at].length;
    if (at == base && from > 0) {
      System.arraycopy(jobs[at], from, jobs[at], 0, ends[at] - from);
      Arrays.fill(jobs[at], ends[at] - from, ends[at], null);
      ends[at] -= from;
      from = 0;
    } else if (capacity < CHUNK_MAX) {
      jobs[at] = Arrays.copyOf(jobs[at], capacity * 2);
    } else {
      split(at, deadline, order);
    }
  }

  @Override
  public boolean remove(QueuedJob job) {
    if (job == first()) {
      jobs[base][from++] = null;
      size--;
      if (from == ends[base]) {
        drop(base);
      }
      return true;
    }
    int at = chunkOf(job.deadlineAtNanos(), job.order());
    int place = find(job, at);
    if (place < 0) {
      return false;
    }
    int last = --ends[at];
    if (at == base && sorted) {
      System.arraycopy(jobs[at], place + 1, jobs[at], place, last - place);
    } else {
      jobs[at][place] = jobs[at][last];
    }
    jobs[at][last] = null;
    size--;
    if (last == start(at)) {
      drop(at);
    }
    return true;
  }

  private int find(QueuedJob job, int at) {
    QueuedJob[] chunk = jobs[at];
    int end = ends[at];
    for (int i = start(at); i < end; i++) {
      if (chunk[i] == job) {
        return i;
      }
    }
    // It may be another object for the same job.
    for (int i = start(at); i < end; i++) {
      if (chunk[i].order() == job.order() && chunk[i].deadlineAtNanos() == job.deadlineAtNanos()) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public void forEach(Consumer<QueuedJob> action) {
    for (int at = base; at < base + count; at++) {
      if (at > base || !sorted) {
        sort(at);
      }
      for (int i = start(at); i < ends[at]; i++) {
        action.accept(jobs[at][i]);
      }
    }
    sorted = true;
  }

  private int start(int at) {
    return at == base ? from : 0;
  }

  /** Where the last chunk is that begins at or before these keys; the first begins anywhere. */
  private int chunkOf(long deadline, long order) {
    int low = base;
    int high = base + count - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (before(deadline, order, firstDeadlines[middle], firstOrders[middle])) {
        high = middle - 1;
      } else {
        low = middle;
      }
    }
    return low;
  }

  private static boolean before(long deadline, long order, long otherDeadline, long otherOrder) {
    return deadline != otherDeadline ? deadline < otherDeadline : order < otherOrder;
  }

  /** Whether these keys come before the job's. */
  private static boolean before(long deadline, long order, QueuedJob job) {
    return before(deadline, order, job.deadlineAtNanos(), job.order());
  }

  /** Where in the first chunk, which is sorted up to this end, a job of these keys belongs. */
  private int place(long deadline, long order, int end) {
    QueuedJob[] chunk = jobs[base];
    if (end == from || !before(deadline, order, chunk[end - 1])) {
      return end;
    }
    int low = from;
    int high = end - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (before(deadline, order, chunk[middle])) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private void sort(int at) {
    if (deadlines == null) {
      deadlines = new long[CHUNK_MAX];
      orders = new long[CHUNK_MAX];
    }
    QueuedJob[] chunk = jobs[at];
    int start = start(at);
    int end = ends[at];
    for (int i = start; i < end; i++) {
      deadlines[i] = chunk[i].deadlineAtNanos();
      orders[i] = chunk[i].order();
    }
    for (int gap : GAPS) {
      for (int i = start + gap; i < end; i++) {
        long deadline = deadlines[i];
        long order = orders[i];
        QueuedJob job = chunk[i];
        int place = i;
        while (place - gap >= start
            && before(deadline, order, deadlines[place - gap], orders[place - gap])) {
          deadlines[place] = deadlines[place - gap];
          orders[place] = orders[place - gap];
          chunk[place] = chunk[place - gap];
          place -= gap;
        }
        deadlines[place] = deadline;
        orders[place] = order;
        chunk[place] = job;
      }
    }
  }

  /** So that there is room for a job of these keys, which belongs into this chunk. */
  private void split(int at, long deadline, long order) {
    sort(at);
    int end = ends[at];
    boolean last = at == base + count - 1 && !before(deadline, order, jobs[at][end - 1]);
    // What comes in its order fills its chunks.
    int middle = last ? end : end / 2;
    QueuedJob[] newJobs = new QueuedJob[CHUNK_MAX];
    System.arraycopy(jobs[at], middle, newJobs, 0, end - middle);
    Arrays.fill(jobs[at], middle, end, null);
    ends[at] = middle;
    int index = at - base + 1;
    growRow();
    int added = base + index;
    shift(added, added + 1, count - index);
    jobs[added] = newJobs;
    ends[added] = end - middle;
    firstDeadlines[added] = last ? deadline : newJobs[0].deadlineAtNanos();
    firstOrders[added] = last ? order : newJobs[0].order();
    count++;
  }

  private void growRow() {
    if (base + count < jobs.length) {
      return;
    }
    int capacity = base > count / 4 ? jobs.length : count * 2;
    jobs = inRow(jobs, new QueuedJob[capacity][]);
    ends = inRow(ends, new int[capacity]);
    firstDeadlines = inRow(firstDeadlines, new long[capacity]);
    firstOrders = inRow(firstOrders, new long[capacity]);
    base = 0;
  }

  @SuppressWarnings("SuspiciousSystemArraycopy")
  private <T> T inRow(T old, T fresh) {
    System.arraycopy(old, base, fresh, 0, count);
    return fresh;
  }

  private void drop(int at) {
    if (count == 1) {
      ends[base] = 0;
      from = 0;
      sorted = true;
      return;
    }
    if (at == base) {
      jobs[base++] = null;
      from = 0;
      sorted = false;
    } else {
      shift(at + 1, at, base + count - at - 1);
      jobs[base + count - 1] = null;
    }
    count--;
  }

  private void shift(int source, int target, int length) {
    System.arraycopy(jobs, source, jobs, target, length);
    System.arraycopy(ends, source, ends, target, length);
    System.arraycopy(firstDeadlines, source, firstDeadlines, target, length);
    System.arraycopy(firstOrders, source, firstOrders, target, length);
  }
}
