/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobState;

/** What is known of every job without a look at the disk, be it on the heap or archived. */
public sealed interface JobHead extends IdMap.Identified permits JobRecord, ArchivedJob {
  JobState state();

  int queueId();

  /** When the job is due, if SCHEDULED or RETRYING; else since when it is in its state. */
  long at();

  /** Whether the id came from the submitter, who may send it again. */
  boolean idGiven();

  /** Stands for the spec as submitted; only asked for if the id was given. */
  long specHash();

  default JobId id() {
    return new JobId(high(), low());
  }
}
