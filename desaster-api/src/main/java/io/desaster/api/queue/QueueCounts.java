/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.queue;

/**
 * How many jobs of a queue are where, and how many ended since it exists.
 *
 * @param backlog waiting in any way: blocked + scheduled + queued + retrying
 * @param oldestQueuedMillis age of the job that has been QUEUED longest, 0 if none is
 */
public record QueueCounts(
    long blocked,
    long scheduled,
    long queued,
    long running,
    long retrying,
    long succeeded,
    long failed,
    long cancelled,
    long oldestQueuedMillis) {
  public long backlog() {
    return blocked + scheduled + queued + retrying;
  }
}
