/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.job.JobSpec;
import io.desaster.api.job.Submission;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Submitting;
import io.desaster.core.scheduler.Turn;

/** Takes a job. */
public record SubmitJob(JobSpec spec, Reply<Submission> reply) implements Command {
  @Override
  public void decide(Turn turn) {
    Submitting.submit(turn, spec, reply);
  }
}
