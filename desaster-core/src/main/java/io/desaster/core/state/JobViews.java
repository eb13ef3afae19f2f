/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.job.Eta;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Progress;
import java.time.Instant;
import java.util.Optional;

/** Jobs as users see them. */
public final class JobViews {
  private JobViews() {}

  public static Job of(JobRecord job, QueueRecord queue) {
    return of(job, queue, Progress.NONE);
  }

  /** As the others, with a large payload left out. */
  public static Job of(JobRecord job, QueueRecord queue, Progress progress) {
    return of(job, queue, progress, job.inlinePayload());
  }

  /** The whole job; may block on the disk for a large payload. */
  public static Job whole(JobRecord job, QueueRecord queue, Progress progress) {
    return of(job, queue, progress, job.readPayload());
  }

  private static Job of(JobRecord job, QueueRecord queue, Progress progress, byte[] payload) {
    JobState state = job.state();
    Course course = job.course();
    boolean planned = state == JobState.SCHEDULED || state == JobState.RETRYING;
    return new Job(
        job.id(),
        new JobSpec(job.id(), queue.name(), queue.kind(), payload, job.options()),
        state,
        course.reason(),
        Instant.ofEpochMilli(job.submittedAt()),
        planned ? Optional.of(Instant.ofEpochMilli(job.at())) : Optional.empty(),
        state.finished() ? Optional.of(Instant.ofEpochMilli(job.at())) : Optional.empty(),
        course.unreachableSince() == 0
            ? Optional.empty()
            : Optional.of(Instant.ofEpochMilli(course.unreachableSince())),
        progress,
        course.attempts().stream().map(AttemptRecord::view).toList(),
        course.result(),
        Eta.NONE);
  }
}
