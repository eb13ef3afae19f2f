/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

/**
 * Counters of a log.
 *
 * @param commits groups forced to disk
 * @param bytes payload bytes appended since the start
 * @param commitMicrosP50 median time of a group commit, microseconds
 * @param commitMicrosP99 99th percentile
 * @param segments segment files in use
 * @param snapshotIndex index of the newest snapshot, 0: none
 * @param freeBytes room left on the disk, bytes
 */
public record LogStats(
    long commits,
    long bytes,
    long commitMicrosP50,
    long commitMicrosP99,
    int segments,
    long snapshotIndex,
    long freeBytes) {}
