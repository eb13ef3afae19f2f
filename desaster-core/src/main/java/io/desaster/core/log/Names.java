/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

/** Names of the files in a log's directory. */
final class Names {
  static final String LOCK = "lock";
  static final String UNFINISHED = ".tmp";
  private static final String SEGMENT = "segment-";
  private static final String SPARE = "spare-";
  private static final String SNAPSHOT = "snapshot-";
  private static final String CUT = "cut-";
  private static final String SUFFIX = ".log";
  private static final int DIGITS = 16;

  private Names() {}

  static String segment(long number) {
    return SEGMENT + padded(number) + SUFFIX;
  }

  static String spare(long number) {
    return SPARE + padded(number) + SUFFIX;
  }

  static String snapshot(long index) {
    return SNAPSHOT + padded(index) + SUFFIX;
  }

  /** Bytes taken out of the log at this index. */
  static String cut(long index) {
    return CUT + index;
  }

  /** The segment's number, or 0 if the file is none. */
  static long segmentNumber(String name) {
    return number(name, SEGMENT);
  }

  /** The spare's number, or 0 if the file is none. */
  static long spareNumber(String name) {
    return number(name, SPARE);
  }

  /** The snapshot's index, or 0 if the file is none. */
  static long snapshotIndex(String name) {
    return number(name, SNAPSHOT);
  }

  /** Whether the file holds records that were cut off. */
  static boolean isCut(String name) {
    return name.startsWith(CUT) && !name.contains(SUFFIX);
  }

  static boolean isUnfinished(String name) {
    return name.endsWith(UNFINISHED)
        && (name.startsWith(SEGMENT) || name.startsWith(SPARE) || name.startsWith(SNAPSHOT));
  }

  private static String padded(long number) {
    String digits = Long.toString(number);
    return "0".repeat(Math.max(0, DIGITS - digits.length())) + digits;
  }

  private static long number(String name, String prefix) {
    if (!name.startsWith(prefix) || !name.endsWith(SUFFIX)) {
      return 0;
    }
    String digits = name.substring(prefix.length(), name.length() - SUFFIX.length());
    if (digits.length() < DIGITS || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return 0;
    }
    return Long.parseLong(digits);
  }
}
