/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class LineEncoderTest {
  private static String encode(Level level, String at, Throwable failure) {
    LoggerContext context = new LoggerContext();
    LoggingEvent event =
        new LoggingEvent(
            "",
            context.getLogger("io.desaster.core.log.LocalLog"),
            level,
            "segment {} ü",
            failure,
            new Object[] {7});
    event.setTimeStamp(Instant.parse(at).toEpochMilli());
    return new String(new LineEncoder().encode(event), StandardCharsets.UTF_8);
  }

  @Test
  void shouldWriteAnEventOnOneLine() {
    assertThat(encode(Level.WARN, "2026-11-24T05:12:33.120Z", null))
        .isEqualTo("2026-11-24T05:12:33.120Z WARN  LocalLog: segment 7 ü\n");
    assertThat(encode(Level.ERROR, "2026-11-24T05:12:33Z", null))
        .isEqualTo("2026-11-24T05:12:33.000Z ERROR LocalLog: segment 7 ü\n");
  }

  @Test
  void shouldWriteTheStackTraceBelow() {
    assertThat(encode(Level.ERROR, "2026-11-24T05:12:33Z", new IllegalStateException("broken")))
        .contains("segment 7 ü\njava.lang.IllegalStateException: broken\n\tat ");
  }
}
