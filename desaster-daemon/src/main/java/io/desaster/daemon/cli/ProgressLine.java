/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import java.io.PrintStream;

/** A line at the bottom of a terminal that is drawn over; nothing where there is no terminal. */
final class ProgressLine {
  private static final String CLEAR = "\r\033[K";
  private static final int BAR = 24;

  private final PrintStream err;
  private final int columns;
  private String shown = "";

  ProgressLine(PrintStream err, Terminal terminal) {
    this.err = err;
    this.columns = terminal.err() ? terminal.columns() : 0;
  }

  void show(String text) {
    if (columns > 0 && !text.equals(shown)) {
      String line = text.length() < columns ? text : text.substring(0, columns - 1);
      err.print(CLEAR + line);
      err.flush();
      shown = text;
    }
  }

  /** Makes room for other output. */
  void clear() {
    if (!shown.isEmpty()) {
      err.print(CLEAR);
      err.flush();
      shown = "";
    }
  }

  /** For example {@code [######------] 50% 3 of 6}. */
  static String bar(int percent, String text) {
    int done = BAR * percent / 100;
    return "[" + "#".repeat(done) + "-".repeat(BAR - done) + "] " + percent + "% " + text;
  }
}
