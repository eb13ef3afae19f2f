/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import java.util.HashMap;
import java.util.Map;

/**
 * Named limits on how many jobs run at once, across queues. A job names its limit as {@code
 * name:count}; it may start while fewer than {@code count} jobs of that name run.
 */
public final class ConcurrencyLimits {
  private final Map<String, Integer> running = new HashMap<>();

  boolean hasRoom(String limit) {
    return limit.isEmpty() || running.getOrDefault(name(limit), 0) < count(limit);
  }

  public void take(String limit) {
    if (!limit.isEmpty()) {
      running.merge(name(limit), 1, Integer::sum);
    }
  }

  public void give(String limit) {
    if (!limit.isEmpty()) {
      running.computeIfPresent(name(limit), (name, count) -> count == 1 ? null : count - 1);
    }
  }

  /**
   * Checks how a limit is written.
   *
   * @throws IllegalArgumentException if it is not a name, a colon and a number
   */
  public static void require(String limit) {
    int colon = limit.lastIndexOf(':');
    try {
      if (colon > 0 && Integer.parseInt(limit.substring(colon + 1)) > 0) {
        return;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new IllegalArgumentException(
        "limit '" + limit + "' must be a name and how many may run at once, for example api:5");
  }

  private static String name(String limit) {
    return limit.substring(0, limit.lastIndexOf(':'));
  }

  private static int count(String limit) {
    return Integer.parseInt(limit.substring(limit.lastIndexOf(':') + 1));
  }
}
