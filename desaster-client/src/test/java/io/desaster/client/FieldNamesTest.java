/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FieldNamesTest {
  private final FieldNames names = new FieldNames();

  @Test
  void shouldGiveEachNameItsOwnTextWhateverPlaceItFallsInto() {
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 5_000; i++) {
        assertThat(text("name-" + i)).isEqualTo("name-" + i);
      }
    }
    assertThat(text("")).isEmpty();
    assertThat(text("ü".repeat(40))).isEqualTo("ü".repeat(40));
  }

  @Test
  void shouldMakeNoNewTextOfANameItKnows() {
    assertThat(text("payload")).isSameAs(text("payload"));
  }

  private String text(String name) {
    return names.text(ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8)));
  }
}
