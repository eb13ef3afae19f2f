/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobOptions;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.core.event.DeletionUndone;
import io.desaster.core.event.JobRestored;
import io.desaster.core.event.OperationTouched;
import io.desaster.core.state.ArchivedJob;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.OperationState;
import io.desaster.core.state.QueueState;
import io.desaster.core.state.State;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes back what an operation did to a job, and nothing else: what happened to the job since
 * stays, and if that was an attempt, an end, or another change of the same thing, nothing is taken
 * back.
 */
final class Undoing {
  private Undoing() {}

  static boolean undo(Turn turn, long operationId, JobRecord before, OperationState.Action words) {
    State state = turn.state();
    JobRecord now = state.job(before.high(), before.low());
    JobRecord restored = restored(state, now, before, words);
    if (restored == null || state.queue(restored.queueId()) == null || orphan(state, restored)) {
      return false;
    }
    turn.emit(new OperationTouched(operationId, before.high(), before.low()));
    turn.emit(new JobRestored(restored));
    if (now != null && now.queueId() != restored.queueId()) {
      HeldKeys.moved(turn, now);
    }
    if (restored.state() == JobState.BLOCKED) {
      Dependencies.look(turn, restored);
    }
    return true;
  }

  /**
   * Puts back an archived job that was deleted.
   *
   * @param position which of the jobs that the undone operation touched
   */
  static boolean undoDeletion(
      Turn turn, long operationId, ArchivedJob before, long undone, int position) {
    State state = turn.state();
    if (state.head(before.high(), before.low()) != null || state.queue(before.queueId()) == null) {
      return false;
    }
    turn.emit(new OperationTouched(operationId, before.high(), before.low()));
    turn.emit(new DeletionUndone(undone, position));
    return true;
  }

  /** The job as it shall be, or null if too much has happened to it. */
  private static JobRecord restored(
      State state, JobRecord now, JobRecord before, OperationState.Action words) {
    JobAction action = ActionCodec.parse(words);
    if (action instanceof JobAction.Delete) {
      return state.head(before.high(), before.low()) == null ? before : null;
    }
    if (now == null
        || before.state() == JobState.RUNNING
        || now.course().lastNumber() != before.course().lastNumber()) {
      return null;
    }
    if (action instanceof JobAction.Cancel) {
      return now.state() == JobState.CANCELLED ? back(now, before) : null;
    }
    if (action instanceof JobAction.Retry) {
      return now.state() == JobState.QUEUED ? back(now, before) : null;
    }
    if (now.state() != before.state()) {
      return null;
    }
    if (action instanceof JobAction.Move move) {
      int number = ActionCodec.movedTo(words);
      QueueState to = number == 0 ? state.queue(move.queue()) : state.queue(number);
      boolean there = to != null && to.record().id() == now.queueId();
      return there ? now.inQueue(before.queueId(), before.order()) : null;
    }
    return options(now, before, action);
  }

  private static JobRecord back(JobRecord now, JobRecord before) {
    return now.in(before.state(), before.order(), before.at(), before.course());
  }

  /** With what the action changed as it was, or null if somebody else has changed it since. */
  private static JobRecord options(JobRecord now, JobRecord before, JobAction action) {
    JobOptions old = before.options();
    JobOptions is = now.options();
    JobSpec.Builder builder = JobActions.builder(now);
    if (action instanceof JobAction.Relabel relabel) {
      if (!is.label().equals(relabel.label()) || !is.node().equals(relabel.node())) {
        return null;
      }
      builder.label(old.label()).node(old.node());
    } else if (action instanceof JobAction.Reprioritize change) {
      if (is.priority() != change.priority()) {
        return null;
      }
      builder.priority(old.priority());
    } else if (action instanceof JobAction.Tag tag) {
      builder.tags(tags(is.tags(), old.tags(), tag));
    }
    return now.withOptions(builder.build().options());
  }

  /** Takes out what the action added and puts in what it removed, in the old order. */
  private static List<String> tags(List<String> now, List<String> old, JobAction.Tag action) {
    List<String> tags = new ArrayList<>(old);
    tags.removeIf(tag -> !now.contains(tag) && !action.remove().contains(tag));
    for (String tag : now) {
      if (!old.contains(tag) && !action.add().contains(tag)) {
        tags.add(tag);
      }
    }
    return tags;
  }

  /** Whether it would wait for a job that is not known any more. */
  private static boolean orphan(State state, JobRecord job) {
    return job.state() == JobState.BLOCKED
        && job.options().after().stream()
            .anyMatch(parent -> state.head(parent.high(), parent.low()) == null);
  }
}
