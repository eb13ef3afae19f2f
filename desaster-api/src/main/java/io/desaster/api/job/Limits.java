/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.job;

/**
 * Limits of one attempt's processes; 0 or less means none, {@link #NO_NICE} no change of niceness.
 *
 * @param memoryBytes resident memory of the whole process tree, bytes
 * @param cpuMillis CPU time of the whole process tree, milliseconds
 * @param outputBytes kept of stdout and of stderr, each; beyond it head and tail are kept
 * @param nice niceness, -20 to 19
 */
public record Limits(long memoryBytes, long cpuMillis, long outputBytes, int nice) {
  public static final int NO_NICE = Integer.MIN_VALUE;
  public static final Limits NONE = new Limits(0, 0, 0, NO_NICE);

  public Limits {
    if (nice != NO_NICE && (nice < -20 || nice > 19)) {
      throw new IllegalArgumentException("nice must be -20 to 19, not " + nice);
    }
  }

  /** These limits where set, otherwise those of {@code fallback}. */
  public Limits orElse(Limits fallback) {
    return new Limits(
        memoryBytes > 0 ? memoryBytes : fallback.memoryBytes,
        cpuMillis > 0 ? cpuMillis : fallback.cpuMillis,
        outputBytes > 0 ? outputBytes : fallback.outputBytes,
        nice != NO_NICE ? nice : fallback.nice);
  }
}
