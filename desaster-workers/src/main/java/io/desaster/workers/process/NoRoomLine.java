/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.process;

import io.desaster.api.job.JobId;
import java.util.Map;
import java.util.Optional;

/**
 * The line by which the compiled launcher gives an order back for want of room: {@code job=…
 * attempt=… reason=… .}
 */
record NoRoomLine(AttemptKey key, String why) {
  private static final String REASON = " reason=";
  private static final String STOP = " .";

  static Optional<NoRoomLine> parse(String line) {
    String text = line.stripTrailing();
    int at = text.indexOf(REASON);
    if (at < 0 || !text.endsWith(STOP)) {
      return Optional.empty();
    }
    Map<String, String> fields = EndLine.fields(text.substring(0, at));
    try {
      AttemptKey key =
          new AttemptKey(
              JobId.parse(fields.getOrDefault("job", "")),
              Integer.parseInt(fields.getOrDefault("attempt", "")));
      String why = text.substring(at + REASON.length(), text.length() - STOP.length());
      return Optional.of(new NoRoomLine(key, why));
    } catch (IllegalArgumentException damaged) {
      return Optional.empty();
    }
  }
}
