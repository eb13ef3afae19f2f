/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.job;

/** Where a job is in its life. */
public enum JobState {
  /** Waits for other jobs to succeed ({@code after}). */
  BLOCKED,
  /** Waits for its time ({@code at} or {@code delay}). */
  SCHEDULED,
  /** Waits in its queue for a slot. */
  QUEUED,
  /** An attempt runs. */
  RUNNING,
  /** An attempt failed, the next one is planned. */
  RETRYING,
  /** Done; the end of a good life. */
  SUCCEEDED,
  /** Tries used up, or told never to try again. */
  FAILED,
  /** Told not to run (again). */
  CANCELLED;

  /** Whether the job will not run again by itself. */
  public boolean finished() {
    return this == SUCCEEDED || this == FAILED || this == CANCELLED;
  }
}
