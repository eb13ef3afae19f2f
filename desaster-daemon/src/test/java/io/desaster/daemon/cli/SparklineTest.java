/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SparklineTest {
  @Test
  void shouldGoFromZeroToTheLargest() {
    assertThat(Sparkline.of(new double[] {0, 1, 2, 3, 4, 5, 6, 7}, 40)).isEqualTo("▁▂▃▄▅▆▇█");
    assertThat(Sparkline.of(new double[] {5, 5}, 40)).isEqualTo("██");
    assertThat(Sparkline.of(new double[] {0, 0}, 40)).isEqualTo("▁▁");
  }

  @Test
  void shouldLeaveBlankWhatIsNotKnown() {
    assertThat(Sparkline.of(new double[] {1, Double.NaN, 1}, 40)).isEqualTo("█ █");
    assertThat(Sparkline.of(new double[] {Double.NaN}, 40)).isEqualTo(" ");
    assertThat(Sparkline.of(new double[0], 40)).isEmpty();
  }

  @Test
  void shouldAverageWhatSharesAColumn() {
    assertThat(Sparkline.of(new double[] {0, 2, 7, 7, Double.NaN, 7}, 3)).isEqualTo("▂██");
  }
}
