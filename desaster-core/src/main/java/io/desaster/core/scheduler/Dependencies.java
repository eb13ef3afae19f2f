/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobOptions;
import io.desaster.api.job.JobState;
import io.desaster.core.event.JobEnded;
import io.desaster.core.event.JobQueued;
import io.desaster.core.event.JobScheduled;
import io.desaster.core.state.JobHead;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.Moments;

/** Lets blocked jobs go on, or ends them, when one they wait for is finished. */
public final class Dependencies {
  private Dependencies() {}

  public static void parentEnded(Turn turn, JobRecord parent) {
    for (JobId id : turn.dispatcher().childrenOf(parent)) {
      JobRecord child = turn.state().job(id.high(), id.low());
      if (child != null && child.state() == JobState.BLOCKED) {
        look(turn, child);
      }
    }
  }

  /** Lets a blocked job go on if nothing blocks it, or ends it if it would wait for ever. */
  static void look(Turn turn, JobRecord child) {
    boolean allSucceeded = true;
    for (JobId id : child.options().after()) {
      JobHead parent = turn.state().head(id.high(), id.low());
      JobState state = parent == null ? null : parent.state();
      if (state == null || state == JobState.FAILED || state == JobState.CANCELLED) {
        String found = state == null ? "not known any more" : state.toString();
        String reason = "dependency: job " + id + " is " + found + ", it will not succeed";
        turn.emit(new JobEnded(child.high(), child.low(), JobState.CANCELLED, reason));
        Endings.after(turn, child.high(), child.low());
        return;
      }
      allSucceeded &= state == JobState.SUCCEEDED;
    }
    if (allSucceeded) {
      release(turn, child);
    }
  }

  /** Nothing blocks the job any more; its own time may still be to come. */
  private static void release(Turn turn, JobRecord child) {
    long dueAt = dueAt(child.options(), child.submittedAt());
    if (dueAt > turn.now()) {
      turn.emit(new JobScheduled(child.high(), child.low(), dueAt));
    } else {
      turn.emit(new JobQueued(child.high(), child.low(), turn.state().nextOrder(), false));
    }
  }

  /** When a job may start at the earliest, milliseconds since 1970; 0: at once. */
  public static long dueAt(JobOptions options, long submittedAt) {
    return options.delayMillis() > 0
        ? Moments.after(submittedAt, options.delayMillis())
        : options.atMillis();
  }

  public static boolean allSucceeded(Turn turn, JobRecord child) {
    for (JobId parent : child.options().after()) {
      JobHead job = turn.state().head(parent.high(), parent.low());
      if (job == null || job.state() != JobState.SUCCEEDED) {
        return false;
      }
    }
    return true;
  }
}
