/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WindowTest {
  private static final long SECOND = UseMeter.SECOND_NANOS;

  private static Window of(int seconds, long sinceNanos, long nowNanos) {
    return Window.of(Duration.ofSeconds(seconds), sinceNanos, nowNanos);
  }

  @Test
  void shouldBeginWithASecondOrIfItIsLongWithASpanOfTen() {
    long now = 1005 * SECOND + 7;
    assertThat(of(60, 0, now).fromNanos()).isEqualTo(945 * SECOND);
    assertThat(of(65, 0, now).fromNanos()).isEqualTo(930 * SECOND);
    assertThat(of(70, 0, now).fromNanos()).isEqualTo(930 * SECOND);
  }

  @Test
  void shouldBeginWhenMeasuringBeganButASecondAgoAtLeast() {
    long now = 1005 * SECOND;
    assertThat(of(60, 1000 * SECOND + 3, now).fromNanos()).isEqualTo(1000 * SECOND + 3);
    assertThat(of(60, now - 5, now).length()).isEqualTo(Duration.ofSeconds(1));
  }
}
