/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Writes a log event on one line, a stack trace below it. Logback's own pattern layout would take a
 * twentieth of a second to set up.
 */
final class LineEncoder extends EncoderBase<ILoggingEvent> {
  private static final byte[] NONE = {};
  private static final int LEVEL_WIDTH = 5;

  @Override
  public byte[] headerBytes() {
    return NONE;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    line.append(time(event.getTimeStamp())).append(' ');
    String level = event.getLevel().toString();
    line.append(level).append(" ".repeat(Math.max(1, LEVEL_WIDTH + 1 - level.length())));
    String logger = event.getLoggerName();
    line.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(": ");
    line.append(event.getFormattedMessage()).append('\n');
    if (event.getThrowableProxy() != null) {
      line.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
    return line.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** In UTC with milliseconds always. */
  private static String time(long millis) {
    String text = Instant.ofEpochMilli(millis - Math.floorMod(millis, 1000L)).toString();
    String fraction = Long.toString(1000 + Math.floorMod(millis, 1000L)).substring(1);
    return text.substring(0, text.length() - 1) + '.' + fraction + 'Z';
  }

  @Override
  public byte[] footerBytes() {
    return NONE;
  }
}
