/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api;

import io.desaster.api.job.JobId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Work for jobs of kind {@code remote}, done by programs that ask for it. A worker that took an
 * attempt must say DONE or FAIL, and until then BEAT more often than the queue's {@code
 * lost-after}; a closed connection alone ends nothing.
 */
public interface RemoteWork {

  /**
   * Asks for attempts to run.
   *
   * @return at least one as soon as there is one, or none when {@code patience} is over. Cancelling
   *     the stage's future withdraws the request.
   */
  CompletionStage<List<Taken>> take(Take request);

  /**
   * @param result kept with the job, at most the payload's limit
   */
  CompletionStage<Void> done(JobId job, int attempt, byte[] result);

  /**
   * @param exitCode compared with {@code never-on}; -1: none
   */
  CompletionStage<Void> fail(JobId job, int attempt, int exitCode, String error);

  /**
   * Says that these attempts are alive.
   *
   * @return those of them that shall be ended: cancelled, timed out, or no longer the worker's
   */
  CompletionStage<List<Running>> beat(String worker, List<Running> running);

  CompletionStage<Void> progress(JobId job, int attempt, int percent, String text);

  /**
   * A request for work.
   *
   * @param worker name of the worker, the same for its whole life
   * @param queues names of the queues to serve; empty: all of kind {@code remote}
   * @param labels what jobs may demand of it
   * @param count how many attempts it can start now, at least 1
   * @param slots how many it runs at once, all its requests together; 0: what it runs plus what it
   *     asks for. Shares of kind {@code remote} in slots or percent refer to the sum of these.
   * @param patience how long to wait for the first
   */
  record Take(
      String worker,
      List<String> queues,
      List<String> labels,
      int count,
      int slots,
      Duration patience) {
    public Take {
      queues = List.copyOf(queues);
      labels = List.copyOf(labels);
    }

    /** One that does not say how many it runs at once. */
    public Take(
        String worker, List<String> queues, List<String> labels, int count, Duration patience) {
      this(worker, queues, labels, count, 0, patience);
    }
  }

  /**
   * An attempt to run.
   *
   * @param timeoutMillis running time it may take, 0: any
   * @param leaseMillis it counts as lost if nothing is heard for so long
   */
  record Taken(
      JobId job,
      int attempt,
      long epoch,
      String queue,
      byte[] payload,
      long timeoutMillis,
      long leaseMillis) {
    /** The same attempt with another payload. */
    public Taken withPayload(byte[] other) {
      return new Taken(job, attempt, epoch, queue, other, timeoutMillis, leaseMillis);
    }
  }

  /** One attempt. */
  record Running(JobId job, int attempt) {}
}
