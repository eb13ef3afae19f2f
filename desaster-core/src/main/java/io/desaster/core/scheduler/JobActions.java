/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.CancelMode;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobOptions;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.core.event.CancelRequested;
import io.desaster.core.event.JobEnded;
import io.desaster.core.event.JobMoved;
import io.desaster.core.event.JobOptionsChanged;
import io.desaster.core.event.JobQueued;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.Moments;
import io.desaster.core.state.QueueRecord;
import io.desaster.core.state.QueueState;
import java.util.ArrayList;
import java.util.List;

/** What may be done to a job, and doing it. */
public final class JobActions {
  private JobActions() {}

  /** Null if the job can take the action now, else the refusal. */
  public static DesasterException check(Turn turn, JobRecord job, JobAction action) {
    DesasterException wrong = checkValues(job, action);
    if (wrong != null) {
      return wrong;
    }
    if (action instanceof JobAction.Cancel cancel) {
      return checkCancel(job, cancel);
    } else if (action instanceof JobAction.Move move) {
      return checkMove(turn, job, move);
    } else if (action instanceof JobAction.Relabel || action instanceof JobAction.Reprioritize) {
      return waiting(job) ? null : state(job, "changed", "only waiting jobs can");
    } else if (action instanceof JobAction.Retry) {
      return job.state() == JobState.RETRYING
              || job.state() == JobState.SCHEDULED
              || job.state().finished()
          ? null
          : state(job, "run now", "it must be scheduled, retrying or finished");
    } else if (action instanceof JobAction.Delete) {
      if (!job.state().finished()) {
        return state(job, "deleted", "it must be finished; cancel it first");
      }
      return turn.hasLivingChildren(job)
          ? state(job, "deleted", "jobs wait for it; cancel them first")
          : null;
    }
    return null;
  }

  private static DesasterException checkValues(JobRecord job, JobAction action) {
    if (action instanceof JobAction.Cancel cancel
        && cancel.grace().isPresent()
        && cancel.grace().get().isNegative()) {
      return new DesasterException(
          ErrorCode.INVALID, "cannot cancel job " + job.id() + ": the grace must not be negative");
    }
    try {
      changed(job, action);
      return null;
    } catch (IllegalArgumentException wrong) {
      return new DesasterException(
          ErrorCode.INVALID, "cannot change job " + job.id() + ": " + wrong.getMessage());
    }
  }

  private static DesasterException checkCancel(JobRecord job, JobAction.Cancel cancel) {
    if (job.state() == JobState.RUNNING) {
      return null;
    }
    if (cancel.mode() != CancelMode.NEVER) {
      return state(job, "ended and run again", "it does not run");
    }
    return job.state().finished() ? state(job, "cancelled", "it is finished") : null;
  }

  private static DesasterException checkMove(Turn turn, JobRecord job, JobAction.Move move) {
    if (!waiting(job)) {
      return state(job, "moved", "only waiting jobs can");
    }
    QueueState to = turn.state().queue(move.queue());
    QueueRecord from = turn.queueOf(job).record();
    if (to == null) {
      return new DesasterException(
          ErrorCode.NOTFOUND,
          "cannot move job " + job.id() + ": there is no queue '" + move.queue() + "'; create it");
    }
    if (!to.record().kind().equals(from.kind())) {
      return new DesasterException(
          ErrorCode.INVALID,
          "cannot move job "
              + job.id()
              + " of kind "
              + from.kind()
              + ": queue '"
              + move.queue()
              + "' holds jobs of kind "
              + to.record().kind());
    }
    if (to.record().draining()) {
      return new DesasterException(
          ErrorCode.STATE,
          "cannot move job " + job.id() + ": queue '" + move.queue() + "' is draining");
    }
    return null;
  }

  private static boolean waiting(JobRecord job) {
    return switch (job.state()) {
      case BLOCKED, SCHEDULED, QUEUED, RETRYING -> true;
      default -> false;
    };
  }

  private static DesasterException state(JobRecord job, String what, String why) {
    return new DesasterException(
        ErrorCode.STATE,
        "job " + job.id() + " is " + job.state() + " and cannot be " + what + ": " + why);
  }

  /** Does it; {@link #check} has said that it can be done. */
  public static void perform(Turn turn, JobRecord job, JobAction action) {
    if (action instanceof JobAction.Cancel cancel) {
      cancel(turn, job, cancel);
    } else if (action instanceof JobAction.Move move) {
      int to = turn.state().queue(move.queue()).record().id();
      turn.emit(new JobMoved(job.high(), job.low(), to, turn.state().nextOrder()));
      HeldKeys.moved(turn, job);
    } else if (action instanceof JobAction.Retry) {
      turn.emit(new JobQueued(job.high(), job.low(), turn.state().nextOrder(), true));
    } else if (action instanceof JobAction.Delete) {
      Forgetting.forget(turn, job);
    } else {
      turn.emit(new JobOptionsChanged(job.high(), job.low(), changed(job, action)));
    }
  }

  /** The job's options after the action. */
  private static JobOptions changed(JobRecord job, JobAction action) {
    if (action instanceof JobAction.Relabel relabel) {
      return builder(job).label(relabel.label()).node(relabel.node()).build().options();
    } else if (action instanceof JobAction.Reprioritize change) {
      return builder(job).priority(change.priority()).build().options();
    } else if (action instanceof JobAction.Tag tag) {
      List<String> tags = new ArrayList<>(job.options().tags());
      tags.removeAll(tag.remove());
      tag.add().stream().filter(t -> !tags.contains(t)).forEach(tags::add);
      return builder(job).tags(tags).build().options();
    }
    return job.options();
  }

  private static void cancel(Turn turn, JobRecord job, JobAction.Cancel cancel) {
    if (job.state() != JobState.RUNNING) {
      String reason = cancel.by().isEmpty() ? "cancelled" : "cancelled by " + cancel.by();
      turn.emit(new JobEnded(job.high(), job.low(), JobState.CANCELLED, reason));
      Endings.after(turn, job.high(), job.low());
      return;
    }
    turn.emit(new CancelRequested(job.high(), job.low(), cancel.mode(), cancel.by()));
    long grace =
        cancel.grace().map(Moments::millis).orElseGet(() -> Endings.graceMillis(turn, job));
    String by = cancel.by().isEmpty() ? "" : " by " + cancel.by();
    turn.end(job, grace, "cancelled" + by);
  }

  static JobSpec.Builder builder(JobRecord job) {
    return new JobSpec(job.id(), "-", "-", job.inlinePayload(), job.options()).toBuilder();
  }
}
