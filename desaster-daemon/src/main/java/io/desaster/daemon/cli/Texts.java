/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.job.Job;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** How values are written for people. */
final class Texts {
  private Texts() {}

  /** An age in its largest unit, {@code 45s}, {@code 3h}; {@code -} for none. */
  static String age(long millis) {
    if (millis <= 0) {
      return "-";
    }
    Duration age = Duration.ofMillis(millis);
    if (age.toDays() > 0) {
      return age.toDays() + "d";
    }
    if (age.toHours() > 0) {
      return age.toHours() + "h";
    }
    if (age.toMinutes() > 0) {
      return age.toMinutes() + "m";
    }
    return age.toSeconds() > 0 ? age.toSeconds() + "s" : millis + "ms";
  }

  static String bytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 1024 && unit < 3) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %siB", value, "KMGT".charAt(unit));
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Bytes as one line of printable characters, so that no payload moves the cursor. */
  static String oneLine(byte[] bytes) {
    return oneLine(new String(bytes, StandardCharsets.UTF_8));
  }

  static String oneLine(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> line.appendCodePoint(Character.isISOControl(c) || c == 0xFFFD ? '.' : c));
    return line.toString();
  }

  static String plural(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /** What a job is about: why it waits or failed, else what it runs. */
  static String about(Job job) {
    String what = oneLine(job.spec().payload());
    return job.reason().isEmpty() ? what : oneLine(job.reason()) + " | " + what;
  }
}
