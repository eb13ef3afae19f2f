/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How long this process exists, exact to 10 ms; Java's own answer may be a second wrong. */
final class ProcessAge {
  private static final int START_TICKS_FIELD = 19;
  private static final int MILLIS_PER_TICK = 10;

  private ProcessAge() {}

  /** Milliseconds, or -1 where there is no Linux. */
  static long millis() {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      String uptime = Files.readString(Path.of("/proc/uptime"));
      double upMillis = Double.parseDouble(uptime.substring(0, uptime.indexOf(' '))) * 1000;
      return Math.round(upMillis) - Long.parseLong(fields[START_TICKS_FIELD]) * MILLIS_PER_TICK;
    } catch (IOException | RuntimeException e) {
      return -1;
    }
  }
}
