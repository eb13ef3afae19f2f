/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

/**
 * What the log itself knows of a batch.
 *
 * @param index from 1, without gaps
 * @param incarnation first part of the epoch
 * @param term second part of the epoch
 * @param atMillis wall clock of the master, milliseconds since 1970, never going back
 */
public record BatchHeader(long index, int incarnation, int term, long atMillis) {}
