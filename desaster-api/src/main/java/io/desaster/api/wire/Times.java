/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.wire;

import io.desaster.api.job.Durations;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/** Points in time: ISO-8601 in UTC with milliseconds; read also from milliseconds since 1970. */
public final class Times {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private static final Pattern AGO = Pattern.compile("[0-9][0-9.a-z]*[a-z]");

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

  /**
   * Reads a time as {@link #parse} does, or how long ago it was, {@code 90s} or {@code 1h30m}.
   *
   * @param now what a length of time counts back from
   * @throws IllegalArgumentException if it is neither
   */
  public static Instant parseOrAgo(String text, Instant now) {
    if (!AGO.matcher(text).matches()) {
      return parse(text);
    }
    try {
      return now.minus(Durations.parse(text));
    } catch (ArithmeticException | DateTimeException e) {
      throw new IllegalArgumentException("'" + text + "' ago is before all time", e);
    }
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
