/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.CancelMode;
import io.desaster.api.job.JobOptions;
import io.desaster.api.job.OnLost;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.ResourceUse;
import io.desaster.api.queue.QueueSettings;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.core.event.AttemptUnreachable;
import io.desaster.core.state.JobRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks after the attempts of remote workers: those that are silent, and those that take too long.
 */
final class LeaseCheck {
  private LeaseCheck() {}

  static void run(Turn turn) {
    List<Leases.Lease> leases = new ArrayList<>();
    turn.dispatcher()
        .leases()
        .forEach(
            lease -> {
              if (lease.handedOut()) {
                leases.add(lease);
              }
            });
    for (Leases.Lease lease : leases) {
      JobRecord job = turn.state().job(lease.high(), lease.low());
      QueueSettings settings = turn.queueOf(job).record().settings();
      long silent = turn.monoNow() - lease.heardMonoMillis();
      long ran = turn.monoNow() - lease.startedMonoMillis();
      long timeout = Starting.timeoutMillis(job, settings);
      if (silent >= settings.lostAfter().toMillis()) {
        lost(turn, job, settings);
      } else if (timeout > 0 && ran >= timeout && job.course().cancel() == null) {
        String error = "timed out after " + timeout + " ms";
        Endings.end(turn, job, end(job, Outcome.TIMED_OUT, error));
      }
    }
  }

  private static void lost(Turn turn, JobRecord job, QueueSettings settings) {
    JobOptions options = job.options();
    OnLost onLost = options.onLost() != null ? options.onLost() : settings.onLost();
    if (onLost == OnLost.WAIT && job.course().cancel() == CancelMode.NEVER) {
      // It was to be ended anyway: there is nothing to wait for that could run twice.
      String gone = "cancelled; worker " + job.course().last().node() + " was silent";
      Endings.giveUp(turn, job, end(job, Outcome.CANCELLED, gone));
      return;
    }
    if (onLost == OnLost.WAIT) {
      if (job.course().unreachableSince() == 0) {
        turn.emit(new AttemptUnreachable(job.high(), job.low(), turn.now()));
      }
      return;
    }
    String error =
        "lost: worker "
            + job.course().last().node()
            + " was silent for "
            + settings.lostAfter().toSeconds()
            + " s";
    if (onLost == OnLost.FAIL) {
      Endings.failLost(turn, job, end(job, Outcome.LOST, error));
    } else {
      Endings.giveUp(turn, job, end(job, Outcome.LOST, error));
    }
  }

  static AttemptEnd end(JobRecord job, Outcome outcome, String error) {
    return new AttemptEnd(
        job.id(),
        job.course().lastNumber(),
        outcome,
        -1,
        error,
        AttemptEnd.NO_RESULT,
        0,
        0,
        ResourceUse.NONE);
  }
}
