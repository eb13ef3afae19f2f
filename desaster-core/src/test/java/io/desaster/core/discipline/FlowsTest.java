/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlowsTest {
  private final Flows<Flows.Flow> flows = new Flows<>();

  @Test
  void shouldFindWhatIsThereWhateverCameAndWent() {
    Map<String, Flows.Flow> expected = new HashMap<>();
    Random random = new Random(1);
    for (int step = 0; step < 100_000; step++) {
      String name = "flow" + random.nextInt(step / 50 + 1);
      Flows.Flow known = expected.remove(name);
      assertThat(flows.find(name)).isSameAs(known);
      if (known != null) {
        flows.remove(known);
      } else {
        Flows.Flow flow = new Flows.Flow();
        expected.put(name, flow);
        flows.add(flow, name);
      }
      assertThat(flows.find(new String(name))).isSameAs(expected.get(name));
    }
    assertThat(flows.all()).containsExactlyInAnyOrderElementsOf(expected.values());
    expected.forEach((name, flow) -> assertThat(flows.find(name)).isSameAs(flow));
  }

  @Test
  void shouldTellNamesOfEqualHashApart() {
    Flows.Flow first = new Flows.Flow();
    Flows.Flow second = new Flows.Flow();
    flows.add(first, "Aa");
    flows.add(second, "BB");

    flows.remove(first);

    assertThat(flows.find("Aa")).isNull();
    assertThat(flows.find("BB")).isSameAs(second);
  }
}
