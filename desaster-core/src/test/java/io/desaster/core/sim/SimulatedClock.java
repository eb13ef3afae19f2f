/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.sim;

/** Time in a simulation, milliseconds. True time only grows; the wall clock may be set. */
final class SimulatedClock {
  private static final long EPOCH = 1_700_000_000_000L;

  private long now;
  private long wallOffset = EPOCH;

  /** True time since the simulation began, which is monotonic clock and workers' time as well. */
  long now() {
    return now;
  }

  long wallMillis() {
    return now + wallOffset;
  }

  void pass(long millis) {
    now += millis;
  }

  /** Somebody sets the wall clock. */
  void set(long byMillis) {
    wallOffset += byMillis;
  }
}
