/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * A whole node in simulated worlds. A failure prints its seed; {@code -Ddesaster.seed=N} runs that
 * one alone, {@code -Ddesaster.seeds=N} that many; {@code -Ddesaster.verbose=true
 * -Ddesaster.trace=1000} shows more of what led to it.
 */
class SimulationTest {
  private static final int SEEDS = 2_000;

  @Test
  void shouldKeepEveryPromiseThroughAnyDeath() {
    Long only = Long.getLong("desaster.seed");
    long first = only == null ? 1 : only;
    long last = only == null ? Integer.getInteger("desaster.seeds", SEEDS) : only;
    for (long seed = first; seed <= last; seed++) {
      run(seed);
    }
  }

  @Test
  void shouldDoTheSameForTheSameSeed() {
    for (long seed = 1; seed <= 5; seed++) {
      assertThat(run(seed)).isEqualTo(run(seed)).isNotEqualTo(run(seed + 1));
    }
  }

  private static long run(long seed) {
    try {
      return new Simulation(seed).run();
    } catch (Throwable e) {
      throw new AssertionError("failed with -Ddesaster.seed=" + seed + ": " + e.getMessage(), e);
    }
  }
}
