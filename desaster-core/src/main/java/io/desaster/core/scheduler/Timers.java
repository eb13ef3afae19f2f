/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import java.util.Arrays;

/**
 * Things to look at when their time has come, earliest first; those of equal time in the order in
 * which they were set. There is no cancelling: a timer looks whether it still has something to do.
 * A binary heap in parallel arrays (Williams, "Algorithm 232: Heapsort", CACM 1964).
 */
final class Timers {
  private long[] times = new long[64];
  private long[] sequences = new long[64];
  private Timer[] timers = new Timer[64];
  private int size;
  private long sequence;

  /** Looks whether something is to be done, and does it. */
  interface Timer {
    void fire(Turn turn);
  }

  void set(long atMillis, Timer timer) {
    if (size == times.length) {
      times = Arrays.copyOf(times, size * 2);
      sequences = Arrays.copyOf(sequences, size * 2);
      timers = Arrays.copyOf(timers, size * 2);
    }
    int i = size++;
    long number = sequence++;
    while (i > 0) {
      int parent = (i - 1) >>> 1;
      if (!before(atMillis, number, parent)) {
        break;
      }
      move(parent, i);
      i = parent;
    }
    put(i, atMillis, number, timer);
  }

  /** When the earliest is due; {@link Long#MAX_VALUE} if there is none. */
  long nextMillis() {
    return size == 0 ? Long.MAX_VALUE : times[0];
  }

  /** Takes out the earliest if it is due, else null. */
  Timer poll(long nowMillis) {
    if (size == 0 || times[0] > nowMillis) {
      return null;
    }
    final Timer due = timers[0];
    size--;
    long time = times[size];
    long number = sequences[size];
    Timer last = timers[size];
    timers[size] = null;
    if (size > 0) {
      int i = 0;
      while (true) {
        int child = 2 * i + 1;
        if (child >= size) {
          break;
        }
        if (child + 1 < size && before(times[child + 1], sequences[child + 1], child)) {
          child++;
        }
        if (before(time, number, child)) {
          break;
        }
        move(child, i);
        i = child;
      }
      put(i, time, number, last);
    }
    return due;
  }

  private boolean before(long time, long number, int other) {
    return time != times[other] ? time < times[other] : number < sequences[other];
  }

  private void move(int from, int to) {
    times[to] = times[from];
    sequences[to] = sequences[from];
    timers[to] = timers[from];
  }

  private void put(int at, long time, long number, Timer timer) {
    times[at] = time;
    sequences[at] = number;
    timers[at] = timer;
  }
}
