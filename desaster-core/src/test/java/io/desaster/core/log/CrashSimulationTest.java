/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whole lives of logs on a simulated disk: appends, snapshots, crashes and failures in the middle
 * of any operation, restarts that crash too. What must be true is in {@link SimulatedLife}.
 */
class CrashSimulationTest {

  @Test
  void shouldKeepEveryCommittedBatchThroughAnyCrash() {
    Seeds.forEach(
        2_000,
        seed -> {
          Random random = Seeds.random(seed);
          SimulatedLife life = new SimulatedLife(seed);
          for (int start = 0; start < 5; start++) {
            int operations = random.nextInt(random.nextBoolean() ? 400 : 30);
            life.disk().crashAt(life.disk().operations() + operations);
            try {
              life.live(Integer.MAX_VALUE);
            } catch (SimulatedCrash e) {
              life.end();
            }
          }
          requireHealthy(life);
        });
  }

  @Test
  void shouldStopAtAnyFailureAndRecoverFromIt() {
    Seeds.forEach(
        2_000,
        seed -> {
          Random random = Seeds.random(seed);
          SimulatedLife life = new SimulatedLife(seed);
          for (int start = 0; start < 6; start++) {
            int operations = random.nextInt(random.nextBoolean() ? 400 : 30);
            life.disk().failAt(life.disk().operations() + operations);
            liveWithFailure(life, 150);
            life.end();
          }
          requireHealthy(life);
        });
  }

  /** The same short life again and again, with another operation hit each time. */
  @Test
  void shouldStopAtTheFirstSecondAndEveryOtherOperationThatFails() {
    Seeds.forEach(
        6,
        seed -> {
          long operations = operationsOfSecondLife(seed);
          for (long k = 0; k < operations; k++) {
            SimulatedLife life = secondLife(seed);
            life.disk().failAt(life.disk().operations() + k);
            liveWithFailure(life, 30);
            life.end();
            requireHealthy(life);
          }
        });
  }

  @Test
  void shouldSurviveACrashInTheFirstSecondAndEveryOtherOperation() {
    Seeds.forEach(
        6,
        seed -> {
          long operations = operationsOfSecondLife(seed);
          for (long k = 0; k < operations; k++) {
            SimulatedLife life = secondLife(seed);
            life.disk().crashAt(life.disk().operations() + k);
            assertThatThrownBy(() -> life.live(30)).isInstanceOf(SimulatedCrash.class);
            life.end();
            requireHealthy(life);
          }
        });
  }

  /**
   * What a killed process left in the cache is believed, so the start after it must make it safe.
   */
  @Test
  void shouldSurviveALossOfPowerSoonAfterTheProcessWasKilledInAnyOperation() {
    Seeds.forEach(
        20,
        seed -> {
          Random random = Seeds.random(seed);
          long operations = operationsOfSecondLife(seed);
          for (long k = 0; k < operations; k++) {
            SimulatedLife life = secondLife(seed);
            life.disk().crashAt(life.disk().operations() + k);
            assertThatThrownBy(() -> life.live(30)).isInstanceOf(SimulatedCrash.class);
            life.disk().kill();
            life.disk().crashAt(life.disk().operations() + random.nextInt(25));
            assertThatThrownBy(() -> life.live(30)).isInstanceOf(SimulatedCrash.class);
            life.disk().powerLoss();
            requireHealthy(life);
          }
        });
  }

  private static SimulatedLife secondLife(long seed) throws IOException {
    SimulatedLife life = new SimulatedLife(seed);
    life.live(15);
    life.disk().kill();
    return life;
  }

  private static long operationsOfSecondLife(long seed) throws IOException {
    SimulatedLife life = secondLife(seed);
    long before = life.disk().operations();
    life.live(30);
    return life.disk().operations() - before;
  }

  /** A failure is told once and ends the commits, or is that of a snapshot and does no harm. */
  private static void liveWithFailure(SimulatedLife life, int steps) {
    try {
      life.live(steps);
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("simulated failure");
      return;
    }
    assertThat(life.failures()).hasSizeLessThanOrEqualTo(1);
    assertThat(life.failures()).allSatisfy(e -> assertThat(e).hasMessageContaining("simulated"));
  }

  private static void requireHealthy(SimulatedLife life) throws IOException {
    life.live(20);
    assertThat(life.failures()).isEmpty();
    assertThat(life.isSettled()).isTrue();
  }
}
