/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.tree.TreeStats;
import java.time.Duration;

/**
 * What shall be told of shares.
 *
 * @param window in which use is measured
 * @param flows told of each queue at most
 */
record StatsOptions(Duration window, int flows) {
  /** Reads {@code [WINDOW duration] [FLOWS number]} to the end, in any order. */
  static StatsOptions read(Words words) {
    Duration window = TreeStats.WINDOW;
    int flows = TreeStats.FLOWS;
    while (words.more()) {
      if (words.accept("WINDOW")) {
        window = words.duration("WINDOW");
      } else if (words.accept("FLOWS")) {
        flows = words.count("FLOWS", 0, TreeStats.FLOWS_MAX);
      } else {
        throw words.unexpected();
      }
    }
    return new StatsOptions(window, flows);
  }
}
