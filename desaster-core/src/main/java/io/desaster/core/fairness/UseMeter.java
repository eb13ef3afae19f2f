/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.fairness;

import java.util.Arrays;

/**
 * What somebody used: slot time, and the cost of what was started. Sums that only grow, and how
 * they stood at the beginnings of the last 60 seconds and the last 60 spans of ten seconds. As
 * nothing changes between two events, the marks are exact although nobody looks at the clock in
 * between, and a window of any whole number of seconds up to a minute, and of tens of seconds up to
 * ten minutes, is a difference of two sums.
 *
 * <p>Cost: two additions an event; once a second two marks; 2 KB, from the first use on.
 */
final class UseMeter {
  static final int MARKS = 60;
  static final long SECOND_NANOS = 1_000_000_000;
  static final long TEN_NANOS = 10 * SECOND_NANOS;

  private Ring seconds;
  private Ring tens;
  private long atNanos;

  /** When there is something to mark; kept here to spare most events a look at the rings. */
  private long nextMarkNanos;

  private int running;
  private long slotNanos;
  private double cost;

  /** Sums at the beginnings of spans of one length. */
  private static final class Ring {
    private static final int PLACES = MARKS + 1;

    private final long spanNanos;
    private final long[] slotNanos = new long[PLACES];
    private final double[] costs = new double[PLACES];

    /** The span whose beginning was marked last. */
    private long last;

    Ring(long spanNanos, long nowNanos) {
      this.spanNanos = spanNanos;
      last = Math.floorDiv(nowNanos, spanNanos);
    }

    private static int place(long span) {
      return (int) Math.floorMod(span, (long) PLACES);
    }

    /** Marks all beginnings up to now; nothing has changed since the meter's last event. */
    void mark(UseMeter meter, long nowNanos) {
      long present = Math.floorDiv(nowNanos, spanNanos);
      for (long span = Math.max(last + 1, present - MARKS); span <= present; span++) {
        slotNanos[place(span)] = meter.slotNanosAt(span * spanNanos);
        costs[place(span)] = meter.cost;
      }
      last = present;
    }

    boolean has(long span) {
      return span <= last && span > last - PLACES;
    }

    void clear(long nowNanos) {
      Arrays.fill(slotNanos, 0);
      Arrays.fill(costs, 0);
      last = Math.floorDiv(nowNanos, spanNanos);
    }
  }

  /** As if it were new. */
  void clear(long nowNanos) {
    atNanos = nowNanos;
    running = 0;
    slotNanos = 0;
    cost = 0;
    if (seconds != null) {
      seconds.clear(nowNanos);
      tens.clear(nowNanos);
      nextMarkNanos = (seconds.last + 1) * SECOND_NANOS;
    }
  }

  int running() {
    return running;
  }

  /** Attempts begin to hold slots. */
  void start(int attempts, double costs, long nowNanos) {
    pass(nowNanos);
    running += attempts;
    cost += costs;
  }

  /** An attempt no longer holds a slot. */
  void end(double costsGivenBack, long nowNanos) {
    pass(nowNanos);
    running = Math.max(0, running - 1);
    cost -= costsGivenBack;
  }

  private void pass(long nowNanos) {
    if (seconds == null) {
      seconds = new Ring(SECOND_NANOS, nowNanos);
      tens = new Ring(TEN_NANOS, nowNanos);
      atNanos = nowNanos;
      nextMarkNanos = (seconds.last + 1) * SECOND_NANOS;
    } else if (nowNanos > atNanos) {
      if (nowNanos >= nextMarkNanos) {
        seconds.mark(this, nowNanos);
        tens.mark(this, nowNanos);
        nextMarkNanos = (seconds.last + 1) * SECOND_NANOS;
      }
      slotNanos = slotNanosAt(nowNanos);
      atNanos = nowNanos;
    }
  }

  private long slotNanosAt(long nanos) {
    return slotNanos + running * (nanos - atNanos);
  }

  /** Slot-seconds used since it is there. */
  double slotSeconds(long nowNanos) {
    return slotNanosAt(Math.max(atNanos, nowNanos)) / (double) SECOND_NANOS;
  }

  /**
   * Slot-seconds used since then.
   *
   * @param fromNanos the beginning of a second, or of a span of ten, not longer ago than is known
   */
  double slotSeconds(long fromNanos, long nowNanos) {
    if (seconds == null) {
      return 0;
    }
    long before =
        fromNanos >= atNanos ? slotNanosAt(fromNanos) : ring(fromNanos).slotNanos[place(fromNanos)];
    return (slotNanosAt(Math.max(atNanos, nowNanos)) - before) / (double) SECOND_NANOS;
  }

  /** Cost of what was started since then, which is as above. */
  double cost(long fromNanos) {
    if (seconds == null || fromNanos > atNanos) {
      return 0;
    }
    return cost - ring(fromNanos).costs[place(fromNanos)];
  }

  private Ring ring(long fromNanos) {
    boolean second = seconds.has(Math.floorDiv(fromNanos, SECOND_NANOS));
    return second ? seconds : tens;
  }

  private int place(long fromNanos) {
    return Ring.place(Math.floorDiv(fromNanos, ring(fromNanos).spanNanos));
  }
}
