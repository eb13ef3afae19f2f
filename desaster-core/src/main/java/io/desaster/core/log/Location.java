/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

/**
 * A place in the log's files.
 *
 * @param file number of the segment (positive) or snapshot (negative)
 * @param offset bytes from the start of the file
 * @param length bytes
 */
public record Location(long file, long offset, int length) {
  public Location slice(int from, int bytes) {
    return new Location(file, offset + from, bytes);
  }
}
