/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MainTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "'',none",
        "-s,none",
        "-p 2691 -s,none",
        "-sp 2691,none",
        "--data-dir /tmp -k key,none",
        "status,status",
        "-p 2691 status,status",
        "-p2691 status,status",
        "--port=2691 status,status",
        "--port 2691 run -- -x,run",
        "-s status,status",
        "-H web1 status,status",
        "--host web1 --group-key k status,status",
        "--json status,status",
      })
  void shouldFindTheVerbBehindOptions(String arguments, String verb) {
    List<String> words = Arrays.stream(arguments.split(" ")).filter(w -> !w.isEmpty()).toList();

    assertThat(Main.findVerb(words).orElse(null)).isEqualTo(verb);
  }
}
