/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResolutionTest {
  private static final long NOW = 2_000_000_000;

  @ParameterizedTest
  @CsvSource({
    "600, 1, 1",
    "602, 1, 1",
    "603, 1, 10",
    "600, 10, 10",
    "600, 59, 1",
    "603, 59, 10",
    "600, 3600, 600",
    "21600, 1, 10",
    "21603, 1, 60",
    "604800, 60, 60",
    "604803, 60, 600",
    "31536000, 1, 600",
    "99999999, 1, 600"
  })
  void shouldTakeTheCoarsestThatFitsTheStepAndReachesBack(long ago, long wanted, int step) {
    int chosen = Resolution.choose(NOW - ago, NOW, wanted);

    assertThat(Resolution.ALL.get(chosen).stepSeconds()).isEqualTo(step);
  }
}
