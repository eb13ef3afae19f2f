/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What keeps classes from starting jobs, in words. */
final class Holds {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private Holds() {}

  /** Of a leaf and all classes above it, from the leaf up. */
  static List<String> of(Leaf leaf) {
    List<String> holds = new ArrayList<>();
    Node below = null;
    for (Node node = leaf; node != null; node = node.parent) {
      node.addHolds(holds);
      if (node instanceof Htb htb) {
        htb.addHolds(below, holds);
      }
      below = node;
    }
    return holds;
  }

  static String maxRunning(String name, int most) {
    return "class " + shown(name) + " runs its max_running of " + most + " jobs";
  }

  static String over(String name, String what, double rate, long untilNanos) {
    String until =
        untilNanos == Long.MAX_VALUE
            ? ""
            : " until " + Instant.ofEpochMilli(untilNanos / NANOS_PER_MILLI);
    return "class "
        + shown(name)
        + " has used up its "
        + what
        + " of "
        + SlotRates.text(rate)
        + until;
  }

  /** What holds no jobs itself has a star in its name, behind that of the class which it serves. */
  private static String shown(String name) {
    int star = name.indexOf('*');
    String plain = star < 0 ? name : name.substring(0, star);
    return plain.isEmpty() ? "at the top" : plain;
  }
}
