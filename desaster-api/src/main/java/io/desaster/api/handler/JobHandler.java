/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.handler;

/** Application code that runs jobs: of kind {@code java} when embedded, else as remote worker. */
@FunctionalInterface
public interface JobHandler {
  /**
   * Runs one attempt. Called on a thread of the worker's pool; may block. A cancel or time-out
   * interrupts the thread.
   *
   * @return the job's result, kept with the job; null means an empty one
   * @throws Exception the attempt failed; its message is kept as the reason
   */
  byte[] run(JobContext context) throws Exception;
}
