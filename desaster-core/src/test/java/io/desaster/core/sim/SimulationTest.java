/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * A whole node in simulated worlds: so many as there is time for, at most {@value #SEEDS}. A
 * failure prints its seed; {@code -Ddesaster.seed=N} runs that one alone, {@code
 * -Ddesaster.seeds=N} the first N however long it takes; {@code -Ddesaster.verbose=true
 * -Ddesaster.trace=1000} shows more of what led to it.
 */
class SimulationTest {
  private static final int SEEDS = 4_000;
  private static final int SEEDS_MIN = 200;
  private static final long SECONDS = 60;

  @Test
  void shouldKeepEveryPromiseThroughAnyDeath(TestReporter reporter) {
    Long only = Long.getLong("desaster.seed");
    if (only != null) {
      run(only);
      return;
    }
    Integer wanted = Integer.getInteger("desaster.seeds");
    int last = wanted == null ? SEEDS : wanted;
    long start = System.nanoTime();
    int seed = 1;
    while (seed <= last && (wanted != null || seed <= SEEDS_MIN || inTime(start))) {
      run(seed++);
    }
    reporter.publishEntry("simulated worlds", Integer.toString(seed - 1));
  }

  private static boolean inTime(long start) {
    return System.nanoTime() - start < TimeUnit.SECONDS.toNanos(SECONDS);
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
