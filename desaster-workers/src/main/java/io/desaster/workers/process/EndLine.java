/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.process;

import io.desaster.api.job.JobId;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.ResourceUse;
import io.desaster.api.spi.AttemptEnd;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The line that tells an attempt's end, in its {@code exit} file and in the attempt log: {@code end
 * job=… attempt=… outcome=… code=… signal=… started=… ended=… user=… system=… rss=… out=… err=…
 * reason=… .} Times are milliseconds, CPU times microseconds, sizes bytes. A line without the dot
 * at its end was cut and says nothing.
 */
final class EndLine {
  private static final String BEGIN = "end ";
  private static final String REASON = " reason=";
  private static final String STOP = " .";

  private EndLine() {}

  /** The end that the line tells; empty if it is no whole line of this form. */
  static Optional<AttemptEnd> parse(String line) {
    String text = line.stripTrailing();
    int reasonAt = text.indexOf(REASON);
    if (!text.startsWith(BEGIN) || reasonAt < 0 || !text.endsWith(STOP)) {
      return Optional.empty();
    }
    int reasonFrom = reasonAt + REASON.length();
    int reasonTo = Math.max(reasonFrom, text.length() - STOP.length());
    Map<String, String> fields = fields(text.substring(BEGIN.length(), reasonAt));
    try {
      return Optional.of(end(fields, text.substring(reasonFrom, reasonTo)));
    } catch (IllegalArgumentException damaged) {
      return Optional.empty();
    }
  }

  /** The value of {@code key=} in a line of space-separated fields. */
  static Map<String, String> fields(String text) {
    Map<String, String> fields = new HashMap<>();
    for (String field : text.split(" ")) {
      int equals = field.indexOf('=');
      if (equals > 0) {
        fields.put(field.substring(0, equals), field.substring(equals + 1));
      }
    }
    return fields;
  }

  private static AttemptEnd end(Map<String, String> fields, String reason) {
    return new AttemptEnd(
        JobId.parse(fields.getOrDefault("job", "")),
        (int) number(fields, "attempt"),
        Outcome.valueOf(fields.getOrDefault("outcome", "")),
        (int) number(fields, "code"),
        reason,
        AttemptEnd.NO_RESULT,
        number(fields, "started"),
        number(fields, "ended"),
        new ResourceUse(
            number(fields, "user"), number(fields, "system"), Math.max(0, number(fields, "rss"))));
  }

  private static long number(Map<String, String> fields, String name) {
    return Long.parseLong(fields.getOrDefault(name, ""));
  }

  /** The line for an end that no launcher could record. */
  static String of(AttemptEnd end) {
    return BEGIN
        + "job="
        + end.job()
        + " attempt="
        + end.attempt()
        + " outcome="
        + end.outcome()
        + " code="
        + end.exitCode()
        + " signal=0 started="
        + end.startedAtMillis()
        + " ended="
        + end.endedAtMillis()
        + " user=0 system=0 rss=0 out=0 err=0"
        + REASON
        + end.error().replaceAll("\\p{Cntrl}", " ")
        + STOP
        + "\n";
  }

  static byte[] bytes(AttemptEnd end) {
    return of(end).getBytes(StandardCharsets.UTF_8);
  }
}
