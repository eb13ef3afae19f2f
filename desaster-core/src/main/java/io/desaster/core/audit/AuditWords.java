/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.audit;

import java.util.Locale;

/** Words of a request in the form in which an audit log keeps them. */
public final class AuditWords {
  /** Longest word that is kept whole, characters. */
  public static final int LENGTH_MAX = 256;

  private AuditWords() {}

  /** What stands for a payload or a result, which may hold secrets. */
  public static String counted(int bytes) {
    return "<" + bytes + " bytes>";
  }

  /** The text, its end cut off if it is long. */
  public static String cut(String text) {
    return text.length() <= LENGTH_MAX
        ? text
        : text.substring(0, LENGTH_MAX) + "… (" + text.length() + " characters)";
  }

  /** A value as a word. */
  public static String of(Object value) {
    return value instanceof byte[] bytes ? counted(bytes.length) : cut(String.valueOf(value));
  }

  public static String upper(String word) {
    return word.toUpperCase(Locale.ROOT);
  }
}
