/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.queue;

import java.util.Locale;

/** Sizes as people write them: {@code 4096}, {@code 512M}, {@code 2G} (powers of 1,024). */
public final class Sizes {
  private Sizes() {}

  /**
   * Reads a whole number of bytes with an optional unit K, M or G.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static long parse(String text) {
    String upper = text.toUpperCase(Locale.ROOT).replaceFirst("I?B$", "");
    int shift = upper.endsWith("K") ? 10 : upper.endsWith("M") ? 20 : upper.endsWith("G") ? 30 : 0;
    try {
      long number = Long.parseLong(shift == 0 ? upper : upper.substring(0, upper.length() - 1));
      return Math.multiplyExact(number, 1L << shift);
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a size; write 4096, 64K, 512M or 2G", e);
    }
  }
}
