/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobId;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.JobActions;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import io.desaster.core.state.ArchivedJob;
import io.desaster.core.state.JobRecord;
import java.util.List;

/** Does something to one job; the answer is the job afterwards, or before if it is gone then. */
public record ActOnJob(JobId id, JobAction action, Reply<Job> reply) implements Command {
  @Override
  public void decide(Turn turn) {
    JobRecord job = turn.state().job(id.high(), id.low());
    ArchivedJob archived = turn.state().archived(id.high(), id.low());
    if (archived != null) {
      turn.recall(List.of(archived), this);
      return;
    }
    if (job == null) {
      turn.refuse(reply, ErrorCode.NOTFOUND, "there is no job " + id + " (any more)");
      return;
    }
    DesasterException refusal = JobActions.check(turn, job, action);
    if (refusal != null) {
      turn.refuse(reply, refusal);
      return;
    }
    Job before = turn.view(id);
    JobActions.perform(turn, job, action);
    boolean gone = turn.state().job(id.high(), id.low()) == null;
    turn.answer(reply, gone ? before : turn.view(id));
  }
}
