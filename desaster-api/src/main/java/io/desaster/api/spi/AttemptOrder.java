/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.spi;

import io.desaster.api.job.JobId;
import io.desaster.api.job.Limits;

/**
 * The order to run one attempt.
 *
 * @param job the job
 * @param attempt number of the attempt, from 1
 * @param epoch the mastership that gave the order, only growing
 * @param queue name of the job's queue
 * @param key the job's key, empty if it has none of its own
 * @param payload what to run; its meaning is the kind's; not to be changed
 * @param timeoutMillis running time after which it is ended, 0: none
 * @param graceMillis between TERM and KILL
 * @param limits limits of its processes
 */
public record AttemptOrder(
    JobId job,
    int attempt,
    long epoch,
    String queue,
    String key,
    byte[] payload,
    long timeoutMillis,
    long graceMillis,
    Limits limits) {
  /** The same order with another payload. */
  public AttemptOrder withPayload(byte[] other) {
    return new AttemptOrder(
        job, attempt, epoch, queue, key, other, timeoutMillis, graceMillis, limits);
  }
}
