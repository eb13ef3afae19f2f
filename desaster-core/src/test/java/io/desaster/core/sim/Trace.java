/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.sim;

import java.util.ArrayDeque;

/** What happened in a simulation: a hash of all of it, and the last lines in clear. */
final class Trace {
  private static final int LINES = Integer.getInteger("desaster.trace", 60);

  private final ArrayDeque<String> lines = new ArrayDeque<>();
  private long hash = 0xCBF2_9CE4_8422_2325L;

  void add(String line) {
    for (int i = 0; i < line.length(); i++) {
      hash = (hash ^ line.charAt(i)) * 0x100_0000_01B3L;
    }
    note(line);
  }

  /** A line for people only, which may name objects by chance. */
  void note(String line) {
    lines.add(line);
    if (lines.size() > LINES) {
      lines.poll();
    }
  }

  void add(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      hash = (hash ^ bytes[i]) * 0x100_0000_01B3L;
    }
  }

  long hash() {
    return hash;
  }

  String tail() {
    return String.join("\n  ", lines);
  }
}
