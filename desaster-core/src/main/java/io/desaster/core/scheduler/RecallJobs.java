/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.core.event.JobRecalled;
import io.desaster.core.state.ArchivedJob;
import io.desaster.core.state.JobRecord;
import java.util.List;

/**
 * The records of archived jobs were read from the disk: the jobs are put on the heap again, unless
 * they were meanwhile or are gone, and the command that needs them is decided.
 *
 * @param jobs what was asked for
 * @param records in the same order; null for one that could not be read
 */
public record RecallJobs(List<ArchivedJob> jobs, List<JobRecord> records, Command then)
    implements Command {

  /** A command that goes on without the jobs that cannot be read. */
  interface Tolerant extends Command {}

  @Override
  public void decide(Turn turn) {
    for (int i = 0; i < jobs.size(); i++) {
      ArchivedJob job = jobs.get(i);
      boolean archived = turn.state().has(job);
      if (archived && records.get(i) != null) {
        turn.emit(new JobRecalled(records.get(i)));
      } else if (archived && !(then instanceof Tolerant)) {
        then.abandon(
            new DesasterException(
                ErrorCode.STATE,
                "the record of job "
                    + job.id()
                    + " cannot be read from the archive; the node's log says why"));
        return;
      }
    }
    then.decide(turn);
  }

  @Override
  public Reply<?> reply() {
    return then.reply();
  }
}
