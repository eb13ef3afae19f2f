/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.fairness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class WaitSketchTest {
  @Test
  void shouldBeOffByASixteenthAtMost() {
    for (long wait = 0; wait < 100_000; wait += 1 + wait / 50) {
      WaitSketch sketch = new WaitSketch();
      sketch.add(wait, 0);
      WaitSketch.Sum sum = new WaitSketch.Sum();
      sketch.addTo(sum, 0);

      assertThat((double) sum.quantile(0.5)).isCloseTo(wait, within(wait / 16.0));
    }
  }

  @Test
  void shouldTellNothingOfNoJobs() {
    assertThat(new WaitSketch.Sum().quantile(0.9)).isEqualTo(-1);
  }
}
