/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

/**
 * What was found in a segment.
 *
 * @param number of the segment
 * @param salt of the segment
 * @param size of the file, bytes
 * @param position where its last good group ends
 * @param chain what the next group is chained to
 * @param firstIndex index of its first batch, 0 if it has none
 * @param lastIndex index of its last batch, 0 if it has none
 * @param lastGroupStart where its last good group begins, 0 if it has none
 */
record SegmentSummary(
    long number,
    long salt,
    long size,
    long position,
    int chain,
    long firstIndex,
    long lastIndex,
    long lastGroupStart) {

  boolean isEmpty() {
    return firstIndex == 0;
  }
}
