/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api;

import io.desaster.api.job.CancelMode;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobFilter;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobPage;
import io.desaster.api.job.JobQuery;
import io.desaster.api.operation.Operation;
import io.desaster.api.spi.Worker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Jobs, one by one and in bulk. */
public interface Jobs {

  /** The job, or empty if there is none (any more). */
  CompletionStage<Optional<Job>> find(JobId id);

  /** A page of the jobs that match. */
  CompletionStage<JobPage> list(JobQuery query);

  /**
   * Waits for the job to finish.
   *
   * @return the finished job, or as it stands when the time is over; NOTFOUND if there is none
   */
  CompletionStage<Job> await(JobId id, Duration timeout);

  /**
   * A piece of an attempt's output.
   *
   * @param attempt number from 1; 0: the latest
   * @param error true for stderr, false for stdout
   * @param offset position in the stream, bytes; negative counts from the present end
   * @param bytesMax at most so many bytes, up to 1 MiB
   */
  CompletionStage<Worker.Output> output(
      JobId id, int attempt, boolean error, long offset, int bytesMax);

  /** Does something to one job; the answer is the job afterwards. */
  CompletionStage<Job> apply(JobId id, JobAction action);

  /** Begins to do something to all jobs that match now. */
  CompletionStage<Operation> applyAll(JobFilter filter, JobAction action, String by);

  /** Why the job waits or how it ended, a line each. */
  CompletionStage<List<String>> explain(JobId id);

  default CompletionStage<Job> cancel(JobId id) {
    return apply(id, new JobAction.Cancel(CancelMode.NEVER, Optional.empty(), ""));
  }

  default CompletionStage<Job> retry(JobId id) {
    return apply(id, new JobAction.Retry());
  }
}
