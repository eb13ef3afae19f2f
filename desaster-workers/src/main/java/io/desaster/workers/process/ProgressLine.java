/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.process;

import io.desaster.api.job.Progress;
import java.util.Optional;

/** A line {@code 40 text} by which a job tells its progress. */
final class ProgressLine {
  private static final int PERCENT_MAX = 100;

  private ProgressLine() {}

  /** Empty if the line does not begin with a number from 0 to 100. */
  static Optional<Progress> parse(String line) {
    String[] words = line.strip().split("\\s+", 2);
    String number =
        words[0].endsWith("%") ? words[0].substring(0, words[0].length() - 1) : words[0];
    try {
      int percent = (int) Double.parseDouble(number);
      return percent < 0 || percent > PERCENT_MAX
          ? Optional.empty()
          : Optional.of(new Progress(percent, words.length > 1 ? words[1] : ""));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
