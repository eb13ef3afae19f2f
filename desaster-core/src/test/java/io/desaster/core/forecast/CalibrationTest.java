/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.core.forecast.trial.Calibration;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  private static final long SEED = 7;

  @Test
  void shouldBeRightAsOftenAsItSaysUnderStationaryLoad() {
    Calibration.Result fifo = Calibration.of(Calibration.Load.FIFO, 200, SEED, 100);

    assertThat(fifo.medianError()).isLessThan(0.15);
    assertThat(fifo.coverage()).isBetween(0.85, 0.96);
  }

  @Test
  void shouldKnowWhatIsStillToComeBeforeTheJob() {
    Calibration.Result prio = Calibration.of(Calibration.Load.PRIO, 200, SEED, 100);

    assertThat(prio.medianError()).isLessThan(0.16);
    assertThat(prio.medianError()).isLessThan(prio.naiveMedianError() / 2);
    assertThat(prio.coverage()).isBetween(0.84, 0.97);
  }

  @Test
  void shouldComeNearToWhatChanceAllows() {
    Calibration.Result fifo = Calibration.of(Calibration.Load.FIFO, 200, SEED, 10);

    assertThat(fifo.oracleMedianError()).isBetween(0.1, 0.3);
    assertThat(fifo.medianError()).isLessThan(fifo.oracleMedianError() * 1.25);
  }

  @Test
  void shouldLearnFromWhatItWasOffBy() {
    double coverageBefore = 0;
    double coverageAfter = 0;
    double errorBefore = 0;
    double errorAfter = 0;
    for (long seed : new long[] {1, SEED}) {
      Calibration.Result before = waves(false, seed);
      Calibration.Result after = waves(true, seed);
      coverageBefore += before.coverage() / 2;
      coverageAfter += after.coverage() / 2;
      errorBefore += before.medianError() / 2;
      errorAfter += after.medianError() / 2;
    }

    assertThat(coverageBefore).isLessThan(0.86);
    assertThat(coverageAfter).isGreaterThan(coverageBefore + 0.02);
    assertThat(errorAfter).isLessThan(errorBefore * 1.1);
  }

  private static Calibration.Result waves(boolean learning, long seed) {
    return Calibration.afterOthers(Calibration.Load.WAVES, 100, 60, learning, seed, 30);
  }
}
