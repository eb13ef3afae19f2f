/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.error.DesasterException;
import java.util.List;

/**
 * Shows what changes again and again: on a terminal in place, else each picture below the last. The
 * daemon's absence is sat out.
 */
final class Pictures {
  private static final String HOME = "\033[H";
  private static final String CLEAR_LINE = "\033[K";
  private static final String CLEAR_REST = "\033[J";
  private static final double INTERVAL_MIN = 0.1;

  private final Session session;

  /** Shows the picture; whether it is the first. */
  interface Show {
    void show(boolean first);
  }

  Pictures(Session session) {
    this.session = session;
  }

  /**
   * Shows so many.
   *
   * @param verb that is asked for, for the message
   * @param seconds from one to the next
   */
  int repeat(String verb, int count, double seconds, Show show) throws InterruptedException {
    if (!(seconds >= INTERVAL_MIN)) {
      throw new CliException(
          ExitCode.USAGE,
          verb + ": the interval must be at least " + INTERVAL_MIN + " s, not " + seconds);
    }
    Outage outage = new Outage(session, "what was submitted");
    for (int picture = 0; picture < count; picture++) {
      if (picture > 0) {
        Thread.sleep(Math.round(seconds * 1000));
      }
      try {
        show.show(picture == 0);
        outage.over();
      } catch (DesasterException | CliException e) {
        outage.endure(e);
      }
    }
    return ExitCode.OK;
  }

  void draw(List<String> lines, boolean first) {
    Printer printer = session.printer();
    if (!printer.terminal().out()) {
      lines.forEach(printer::line);
      printer.line("");
      printer.out().flush();
      return;
    }
    int rows = printer.terminal().rows() - 1;
    StringBuilder picture = new StringBuilder(first ? HOME + CLEAR_REST : HOME);
    lines.stream()
        .limit(rows)
        .forEach(line -> picture.append(line).append(CLEAR_LINE).append('\n'));
    printer.out().print(picture.append(CLEAR_REST));
    printer.out().flush();
  }

  /** How long a line may be. */
  int width() {
    Terminal terminal = session.printer().terminal();
    return terminal.out() ? terminal.columns() : Integer.MAX_VALUE;
  }
}
