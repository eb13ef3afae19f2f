/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobFilterTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "state=failed",
        "state!=failed,running queue=mail,news age>1h30m",
        "tag=\"a b\" text~\"x, y\" priority<=3 runtime>=90s error~boom"
      })
  void shouldWriteAFilterThatIsReadAsTheSame(String text) {
    JobFilter filter = JobFilter.parse(text);

    assertThat(JobFilter.parse(filter.text())).isEqualTo(filter);
    assertThat(filter.text()).isEqualToIgnoringCase(text);
  }
}
