/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.process;

import io.desaster.api.job.JobId;

/** Names an attempt of a job. */
record AttemptKey(JobId job, int attempt) {
  @Override
  public String toString() {
    return job + "/" + attempt;
  }
}
