/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.ResourceUse;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.api.spi.Worker;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Endings;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import io.desaster.core.state.JobHead;
import io.desaster.core.state.JobRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A worker tells, before it is given anything to do, which attempts it knows. Those that run are
 * adopted, ended ones are recorded, missing ones go back to their queue if it is proved that they
 * never started, else they are lost; those nobody wants any more are ended and released.
 *
 * @param durable whether an attempt missing from {@code found} is proved never to have started
 */
public record ReportInventory(
    String node, String kind, boolean durable, List<Worker.Found> found, Reply<Void> reply)
    implements Command {
  @Override
  public void decide(Turn turn) {
    Map<JobId, Worker.Found> known = new HashMap<>();
    for (Worker.Found attempt : found) {
      JobHead head = turn.state().head(attempt.job().high(), attempt.job().low());
      boolean latest =
          head instanceof JobRecord job && job.course().lastNumber() == attempt.attempt();
      if (latest) {
        known.put(attempt.job(), attempt);
      }
      if (ofAnEarlierJob(head, attempt)) {
        turn.releaseAttempts(kind, attempt.job());
      } else if (!wanted(head, latest, attempt)) {
        turn.discard(kind, attempt.job(), attempt.attempt());
      }
    }
    List<JobRecord> running = runningHere(turn);
    for (JobRecord job : running) {
      settle(turn, job, known.get(job.id()), running.size() == 1);
    }
    turn.answer(reply, null);
  }

  /**
   * The id was given to another job before, whose release got lost: its end would be taken for that
   * of the attempt of the same number.
   */
  private static boolean ofAnEarlierJob(JobHead head, Worker.Found attempt) {
    return attempt.end() != null
        && head instanceof JobRecord job
        && job.course().attempts().isEmpty();
  }

  /** Output of finished jobs is kept until their record goes. */
  private static boolean wanted(JobHead job, boolean latest, Worker.Found attempt) {
    return job != null && (attempt.end() != null || latest && job.state() == JobState.RUNNING);
  }

  private List<JobRecord> runningHere(Turn turn) {
    String pool = kind + "@" + node;
    List<JobRecord> running = new ArrayList<>();
    turn.state()
        .forEachJob(
            job -> {
              if (job.state() == JobState.RUNNING && job.course().last().pool().equals(pool)) {
                running.add(job);
              }
            });
    return running;
  }

  private void settle(Turn turn, JobRecord job, Worker.Found attempt, boolean alone) {
    if (attempt == null && durable) {
      Endings.neverStarted(turn, job);
    } else if (attempt == null) {
      // Maybe the node was stopped in order: having been alone there is no reason for suspicion.
      Endings.end(turn, job, lost(job));
    } else if (attempt.end() != null) {
      Endings.endFound(turn, job, attempt.end(), alone);
    } else if (job.course().cancel() != null) {
      // Whoever was to tell the worker may have died before.
      turn.end(job, Endings.graceMillis(turn, job), "cancelled");
    }
  }

  private static AttemptEnd lost(JobRecord job) {
    return new AttemptEnd(
        job.id(),
        job.course().lastNumber(),
        Outcome.LOST,
        -1,
        "lost: the process that ran it is gone",
        AttemptEnd.NO_RESULT,
        0,
        0,
        ResourceUse.NONE);
  }
}
