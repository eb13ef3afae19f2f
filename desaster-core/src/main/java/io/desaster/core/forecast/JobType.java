/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import io.desaster.core.state.JobRecord;
import java.nio.charset.StandardCharsets;

/**
 * What jobs of a queue have in common whose run times are alike: the program they run. That is the
 * first word of a shell command, without directory and leading assignments ({@code LANG=C}), or
 * what the payload, if it is a JSON object, gives as {@code command}, {@code handler} or {@code
 * class}. Jobs with another payload have no type but their queue. Found without parsing and without
 * garbage, for every job that ends: a payload made to mislead only misleads the prediction.
 */
final class JobType {
  /** The queue as a whole. */
  static final long NONE = 0;

  private static final String[] FIELDS = {"\"command\"", "\"handler\"", "\"class\""};
  private static final long PRIME = 0x100000001B3L;
  private static final long BASIS = 0xCBF29CE484222325L;
  private static final int LOOKED_AT = 4096;

  private final byte[] bytes;
  private final int limit;
  private int from;
  private int to;

  private JobType(byte[] bytes) {
    this.bytes = bytes;
    this.limit = Math.min(bytes.length, LOOKED_AT);
  }

  /** A number for the job's queue and program; {@link #NONE} if it has no program. */
  static long of(JobRecord job, String kind) {
    JobType type = new JobType(job.inlinePayload());
    if (!type.find(kind)) {
      return NONE;
    }
    long hash = (BASIS ^ job.queueId()) * PRIME;
    for (int i = type.from; i < type.to; i++) {
      hash = (hash ^ type.bytes[i]) * PRIME;
    }
    return hash == NONE ? 1 : hash;
  }

  /** The name of the program, empty if there is none. */
  static String name(JobRecord job, String kind) {
    JobType type = new JobType(job.inlinePayload());
    return type.find(kind)
        ? new String(type.bytes, type.from, type.to - type.from, StandardCharsets.UTF_8)
        : "";
  }

  private boolean find(String kind) {
    int start = skipBlanks(0);
    if (start < limit && bytes[start] == '{') {
      return field(start);
    }
    return kind.equals("shell") && command(start, limit);
  }

  private boolean field(int start) {
    for (String field : FIELDS) {
      int at = indexOf(field, start);
      if (at >= 0) {
        int value = skipBlanks(skip(':', skipBlanks(at + field.length())));
        value = skipBlanks(skip('[', value));
        if (value < limit && bytes[value] == '"') {
          int end = value + 1;
          while (end < limit && bytes[end] != '"') {
            end++;
          }
          return command(value + 1, end);
        }
      }
    }
    return false;
  }

  /** The first word that is no assignment. */
  private boolean command(int start, int end) {
    int at = start;
    while (at < end) {
      while (at < end && isBlank(bytes[at])) {
        at++;
      }
      int name = at;
      boolean assigns = false;
      while (at < end && !isBlank(bytes[at])) {
        assigns |= bytes[at] == '=' && at > name;
        if (bytes[at] == '/' && !assigns) {
          name = at + 1;
        }
        at++;
      }
      if (!assigns && at > name) {
        from = name;
        to = at;
        return true;
      }
    }
    return false;
  }

  private int indexOf(String text, int start) {
    int last = limit - text.length();
    for (int at = start; at <= last; at++) {
      int i = 0;
      while (i < text.length() && bytes[at + i] == text.charAt(i)) {
        i++;
      }
      if (i == text.length()) {
        return at;
      }
    }
    return -1;
  }

  private int skip(char one, int at) {
    return at < limit && bytes[at] == one ? at + 1 : at;
  }

  private int skipBlanks(int start) {
    int at = start;
    while (at < limit && isBlank(bytes[at])) {
      at++;
    }
    return at;
  }

  private static boolean isBlank(byte one) {
    return one == ' ' || one == '\t' || one == '\n' || one == '\r';
  }
}
