/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RecalibrationTest {
  private final SplittableRandom random = new SplittableRandom(5);

  /** Scores of predictions of which the real spread is {@code times} that which was told. */
  private Recalibration judged(int number, double times, double bias) {
    Recalibration recalibration = new Recalibration();
    for (int i = 0; i < number; i++) {
      double told = Math.exp(0.3 * 1.2816);
      double wait = 60_000 * bias * Math.exp(0.3 * times * random.nextGaussian());
      recalibration.add((long) wait, 60_000, (long) (60_000 * told));
    }
    return recalibration;
  }

  @Test
  void shouldLeavePredictionsAloneThatAreRight() {
    assertThat(new Recalibration().stretch()).isEqualTo(Recalibration.NONE);

    Recalibration.Stretch stretch = judged(64, 1, 1).stretch();

    assertThat(stretch.p50()).isEqualTo(0, within(0.25));
    assertThat(stretch.p90()).isEqualTo(1, within(0.3));
  }

  @Test
  void shouldWidenWhatIsTooNarrowAndNarrowWhatIsTooWide() {
    assertThat(judged(64, 2, 1).stretch().p90()).isEqualTo(2, within(0.5));
    assertThat(judged(64, 0.5, 1).stretch().p90()).isEqualTo(0.5, within(0.25));
  }

  @Test
  void shouldMoveWhatIsAlwaysTooEarly() {
    // ln 1.4 are 0.875 steps of 0.3845.
    assertThat(judged(64, 1, 1.4).stretch().p50()).isEqualTo(0.875, within(0.25));
  }

  @Test
  void shouldChangeLittleForOneBadPrediction() {
    Recalibration recalibration = new Recalibration();
    recalibration.add(600_000, 60_000, 90_000);

    assertThat(recalibration.stretch().p50()).isEqualTo(0, within(0.2));
    assertThat(recalibration.stretch().p90()).isGreaterThan(1).isLessThan(2);
  }

  @Test
  void shouldForgetWhatIsLongAgo() {
    Recalibration recalibration = judged(200, 4, 1);
    SplittableRandom other = new SplittableRandom(6);
    for (int i = 0; i < Recalibration.KEPT; i++) {
      recalibration.add((long) (60_000 * Math.exp(0.3 * other.nextGaussian())), 60_000, 88_132);
    }

    assertThat(recalibration.stretch().p90()).isEqualTo(1, within(0.3));
  }

  @Test
  void shouldMoveALateQuantileFurtherThanAnEarlyOne() {
    assertThat(Recalibration.stretched(1000, 2000, 2)).isEqualTo(4000);
    assertThat(Recalibration.stretched(1000, 2000, -1)).isEqualTo(500);
    assertThat(Recalibration.stretched(2_000_000_000, 2_100_000_000, 8))
        .isEqualTo(Replay.NEVER - 1);
  }

  @Test
  void shouldBeTheSameWhenReadBack() {
    Recalibration written = judged(100, 2, 1.2);
    Output out = new Output(16);
    written.encode(out);

    Recalibration read = new Recalibration();
    read.decode(new Input(out.array(), 0, out.size()));

    assertThat(read.stretch()).isEqualTo(written.stretch());
    // Both forget the same ones.
    for (int i = 0; i < 30; i++) {
      written.add(60_000, 60_000, 90_000);
      read.add(60_000, 60_000, 90_000);
    }
    assertThat(read.stretch()).isEqualTo(written.stretch());
  }
}
