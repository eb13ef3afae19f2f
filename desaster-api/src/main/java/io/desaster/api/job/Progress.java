/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.job;

/**
 * How far a running attempt says it is.
 *
 * @param percent 0 to 100
 * @param text one line, may be empty
 */
public record Progress(int percent, String text) {
  public static final Progress NONE = new Progress(0, "");

  public Progress {
    if (percent < 0 || percent > 100) {
      throw new IllegalArgumentException("progress must be 0 to 100 percent, not " + percent);
    }
  }
}
