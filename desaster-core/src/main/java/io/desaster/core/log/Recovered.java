/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.util.List;

/**
 * What recovery found.
 *
 * @param snapshotIndex index of the snapshot, 0: none
 * @param lastIndex index of the last batch, 0: none
 * @param incarnation of the last batch
 * @param term of the last batch
 * @param notes what had to be cut and why, one line each, for the log file and for INFO
 */
public record Recovered(
    long snapshotIndex, long lastIndex, int incarnation, int term, List<String> notes) {}
