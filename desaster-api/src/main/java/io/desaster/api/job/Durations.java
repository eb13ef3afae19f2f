/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.job;

import java.time.Duration;

/**
 * Durations as people write them: {@code 250ms}, {@code 90s}, {@code 15m}, {@code 2h}, {@code 7d}.
 */
public final class Durations {
  private Durations() {}

  /**
   * Reads a number with an optional fraction and a unit; without unit it is seconds. Several parts
   * may follow each other: {@code 1h30m}.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static Duration parse(String text) {
    double millis = 0;
    int at = 0;
    boolean any = false;
    while (at < text.length()) {
      int numberEnd = at;
      while (numberEnd < text.length() && isNumeric(text.charAt(numberEnd))) {
        numberEnd++;
      }
      int unitEnd = numberEnd;
      while (unitEnd < text.length() && Character.isLetter(text.charAt(unitEnd))) {
        unitEnd++;
      }
      if (numberEnd == at) {
        throw wrong(text);
      }
      try {
        millis +=
            Double.parseDouble(text.substring(at, numberEnd))
                * unitMillis(text, text.substring(numberEnd, unitEnd));
      } catch (NumberFormatException e) {
        throw wrong(text);
      }
      any = true;
      at = unitEnd;
    }
    if (!any || millis > Long.MAX_VALUE / 4.0) {
      throw wrong(text);
    }
    return Duration.ofMillis(Math.round(millis));
  }

  /** Writes a duration in the largest units that keep it exact: {@code 1h30m}, {@code 250ms}. */
  public static String format(Duration duration) {
    long millis = duration.toMillis();
    if (millis == 0) {
      return "0s";
    }
    StringBuilder text = new StringBuilder();
    long[] sizes = {86_400_000, 3_600_000, 60_000, 1_000, 1};
    String[] units = {"d", "h", "m", "s", "ms"};
    for (int i = 0; i < sizes.length; i++) {
      if (millis >= sizes[i]) {
        text.append(millis / sizes[i]).append(units[i]);
        millis %= sizes[i];
      }
    }
    return text.toString();
  }

  private static boolean isNumeric(char c) {
    return c >= '0' && c <= '9' || c == '.';
  }

  private static long unitMillis(String text, String unit) {
    return switch (unit) {
      case "ms" -> 1;
      case "", "s" -> 1_000;
      case "m", "min" -> 60_000;
      case "h" -> 3_600_000;
      case "d" -> 86_400_000;
      case "w" -> 7 * 86_400_000L;
      default -> throw wrong(text);
    };
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "'" + text + "' is not a duration; write 250ms, 90s, 15m, 2h, 7d or 1h30m");
  }
}
