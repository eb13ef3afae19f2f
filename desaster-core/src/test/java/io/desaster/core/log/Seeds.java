/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.util.Random;
import java.util.SplittableRandom;

/**
 * Runs a simulation for many seeds. A failure names its seed; {@code -Ddesaster.seed=N} runs that
 * one alone, {@code -Ddesaster.effort=N} takes N times as many.
 */
final class Seeds {
  /** A simulation. */
  interface Simulation {
    void run(long seed) throws Exception;
  }

  private Seeds() {}

  /** Random numbers that differ from the first one on, also for seeds that are neighbours. */
  static Random random(long seed) {
    return new Random(new SplittableRandom(seed).nextLong());
  }

  static void forEach(int count, Simulation simulation) {
    Long only = Long.getLong("desaster.seed");
    long first = only == null ? 1 : only;
    long last = only == null ? (long) count * Integer.getInteger("desaster.effort", 1) : only;
    for (long seed = first; seed <= last; seed++) {
      try {
        simulation.run(seed);
      } catch (Throwable e) {
        throw new AssertionError("failed with -Ddesaster.seed=" + seed + ": " + e.getMessage(), e);
      }
    }
  }
}
