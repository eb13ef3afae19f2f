/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuantilesTest {
  private static Quantiles of(int known, int unknown) {
    Quantiles quantiles = new Quantiles(known + unknown);
    for (int i = known; i > 0; i--) {
      quantiles.add(i);
    }
    for (int i = 0; i < unknown; i++) {
      quantiles.add(Replay.UNKNOWN);
    }
    return quantiles.settle();
  }

  @Test
  void shouldBeTheLeastThatHalfAndNineTenthsDoNotExceed() {
    assertThat(of(10, 0).p50()).isEqualTo(5);
    assertThat(of(10, 0).p90()).isEqualTo(9);
    assertThat(of(1, 0).p50()).isEqualTo(1);
    assertThat(of(1, 0).p90()).isEqualTo(1);
  }

  @Test
  void shouldTakeWhatIsNotKnownForLater() {
    assertThat(of(8, 2).p50()).isEqualTo(5);
    assertThat(of(8, 2).p90()).isEqualTo(Replay.UNKNOWN);
    assertThat(of(9, 1).p90()).isEqualTo(9);
    assertThat(of(4, 6).p50()).isEqualTo(Replay.UNKNOWN);
  }
}
