/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.wire.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scenarios whose results follow from the rules alone; each says why in the file. */
class StrictCasesTest {
  static List<Case> cases() {
    return Stream.of("strict.json", "mixed.json").flatMap(name -> read(name).stream()).toList();
  }

  private static List<Case> read(String name) {
    try (InputStream file = StrictCasesTest.class.getResourceAsStream(name)) {
      return Case.readAll(JsonReader.read(new String(file.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldComeOutAsTheRulesSay(Case scenario) {
    CaseRunner.Result result = new CaseRunner().run(scenario, null);
    assertThat(result.passed()).as("%s: %s", result.id(), result.checks()).isTrue();
  }
}
