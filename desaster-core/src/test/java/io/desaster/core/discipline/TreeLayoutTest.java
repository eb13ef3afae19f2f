/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TreeLayoutTest {
  @Test
  void shouldScaleSlotRatesDownTogetherToTheSlotsThereAre() {
    TreeConfig config =
        TreeConfig.read(
            "{\"kind\":\"htb\",\"charge\":\"run\",\"classes\":["
                + "{\"id\":\"ops\",\"rate\":2},{\"id\":\"default\",\"rate\":6}]}",
            8);

    assertThat(rates(TreeLayout.of(config, 8, List.of()))).containsExactly(2.0, 6.0);
    assertThat(rates(TreeLayout.of(config, 4, List.of()))).containsExactly(1.0, 3.0);
    assertThat(rates(TreeLayout.of(config, 0, List.of()))).containsExactly(2.0, 6.0);
  }

  private static List<Double> rates(DisciplineSpec spec) {
    return ((DisciplineSpec.Htb) spec)
        .classes().stream().map(DisciplineSpec.HtbClassSpec::rate).toList();
  }
}
