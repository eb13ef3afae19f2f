/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many jobs of a kind a node runs at once.
 *
 * @param min never fewer
 * @param max never more; equal to {@code min} if the pool shall not scale
 */
public record SlotRange(int min, int max) {
  private static final int MOST = 100_000;

  public SlotRange {
    if (min < 0 || max < min || max > MOST) {
      throw new IllegalArgumentException(
          "slots must be a number or a range such as 4-16, not " + min + "-" + max);
    }
  }

  /**
   * Reads {@code 8}, {@code 4-16} (both for shell) or {@code shell=8,java=2-4}.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  static Map<String, SlotRange> parse(String text) {
    Map<String, SlotRange> ranges = new LinkedHashMap<>();
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      String kind = equals < 0 ? "shell" : part.substring(0, equals).trim();
      if (kind.isEmpty() || ranges.put(kind, range(part.substring(equals + 1).trim())) != null) {
        throw new IllegalArgumentException(
            "'" + text + "' is not of the form 8, 4-16 or shell=8,java=4");
      }
    }
    return ranges;
  }

  private static SlotRange range(String text) {
    try {
      int dash = text.indexOf('-', 1);
      if (dash < 0) {
        int slots = Integer.parseInt(text);
        return new SlotRange(slots, slots);
      }
      return new SlotRange(
          Integer.parseInt(text.substring(0, dash)), Integer.parseInt(text.substring(dash + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "slots must be a number or a range such as 4-16, not '" + text + "'", e);
    }
  }
}
