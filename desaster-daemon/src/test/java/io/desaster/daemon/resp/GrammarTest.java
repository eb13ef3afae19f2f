/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrammarTest {
  @ParameterizedTest
  @CsvSource({
    "'', 0, 0",
    "name, 1, 1",
    "name [INTO other], 1, 3",
    "name kind payload [option value …], 3, -1",
    "(id … | FILTER filter) TO queue, 3, -1",
    "(ID id | ADDR ip:port), 2, 2",
    "name [(UNTIL time | FOR duration | NEVER)] [BY who], 1, 5",
    "[username] password, 1, 2",
    "worker [(id attempt) …], 1, -1",
  })
  void shouldCountWords(String grammar, int min, int max) {
    Grammar.Part part = Grammar.parse(grammar);
    assertThat(part.min()).isEqualTo(min);
    assertThat(part.max()).isEqualTo(max < 0 ? Grammar.MANY : max);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[name", "name]", "(a | b", "a [b (c] d)"})
  void shouldRefuseBracketsThatDoNotMatch(String grammar) {
    assertThatThrownBy(() -> Grammar.parse(grammar))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("brackets do not match");
  }

  @Test
  void shouldTellLiteralsFromValues() {
    assertThat(new Grammar.Word("INTO").literal()).isTrue();
    assertThat(new Grammar.Word("other").literal()).isFalse();
  }
}
