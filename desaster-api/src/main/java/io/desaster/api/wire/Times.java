/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.wire;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Points in time: ISO-8601 in UTC with milliseconds; read also from milliseconds since 1970. */
public final class Times {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private Times() {}

  /** For example {@code 2026-11-24T05:02:03.123Z}; parts of a millisecond are cut. */
  public static String write(Instant time) {
    return FORMAT.format(time);
  }

  /**
   * Reads {@code 2026-11-24T05:02:03Z}, the same with a fraction or an offset ({@code +02:00}), or
   * a number of milliseconds since 1970. Parts of a millisecond are cut.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static Instant parse(String text) {
    try {
      return Instant.ofEpochMilli(
          isNumber(text)
              ? Long.parseLong(text)
              : DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from).toEpochMilli());
    } catch (ArithmeticException | DateTimeException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not a time; write 2026-11-24T05:02:03Z, 2026-11-24T07:02:03+02:00 or"
              + " milliseconds since 1970",
          e);
    }
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
