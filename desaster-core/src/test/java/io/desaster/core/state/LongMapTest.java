/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LongMapTest {
  @ParameterizedTest
  @ValueSource(ints = {4, 40, 4_000})
  void shouldHoldWhatAHashMapHolds(int keys) {
    Random random = new Random(keys);
    Map<Long, String> expected = new HashMap<>();
    LongMap<String> map = new LongMap<>();
    for (int i = 0; i < 20_000; i++) {
      long key = random.nextInt(keys) - keys / 2;
      if (random.nextInt(3) == 0) {
        assertThat(map.remove(key)).isEqualTo(expected.remove(key));
      } else {
        map.put(key, "v" + i);
        expected.put(key, "v" + i);
      }
      assertThat(map.get(key)).isEqualTo(expected.get(key));
      assertThat(map.size()).isEqualTo(expected.size());
    }
    List<String> values = new ArrayList<>();
    map.forEach(values::add);
    assertThat(values).containsExactlyInAnyOrderElementsOf(expected.values());
  }
}
