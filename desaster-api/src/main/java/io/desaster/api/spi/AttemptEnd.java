/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.spi;

import io.desaster.api.job.JobId;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.ResourceUse;

/**
 * The report that an attempt is over. Reports may be repeated: (job, attempt) tells them apart.
 *
 * @param exitCode exit code, or 128 + signal number; -1 where there is none
 * @param error one line that says what went wrong, empty if nothing
 * @param result what the job returned; empty for processes, whose output is in files
 * @param startedAtMillis wall clock of the node; 0 if it never started
 * @param endedAtMillis wall clock of the node
 */
public record AttemptEnd(
    JobId job,
    int attempt,
    Outcome outcome,
    int exitCode,
    String error,
    byte[] result,
    long startedAtMillis,
    long endedAtMillis,
    ResourceUse use) {
  public static final byte[] NO_RESULT = {};
}
