/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.JobAction;
import io.desaster.api.operation.Operation;
import io.desaster.core.event.OperationEnded;
import io.desaster.core.event.OperationForgotten;
import io.desaster.core.event.OperationSkipped;
import io.desaster.core.event.OperationTouched;
import io.desaster.core.state.ArchivedJob;
import io.desaster.core.state.JobHead;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.OperationState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Carries out bulk operations slice by slice, one after the other, between other work. */
public final class BulkWork {
  private static final int SLICE = 512;

  /** How long an ended operation is kept to be looked at or taken back. */
  private static final long KEEP_MILLIS = 15 * 60_000L;

  private static final String UNDO = "UNDO";

  private final ArrayDeque<Long> running = new ArrayDeque<>();
  private final Map<Long, Reply<Operation>> whenEnded = new HashMap<>();

  /** Archived jobs are being read for the operation at work. */
  private Recalled awaited;

  private long recalledTo;

  void resume(Turn turn) {
    for (OperationState operation : turn.state().operations()) {
      if (operation.state() == Operation.State.RUNNING) {
        running.addFirst(operation.id());
      } else {
        turn.forgetLater(KEEP_MILLIS, new OperationLapses(operation.id()));
      }
    }
  }

  boolean pending() {
    return !running.isEmpty() && awaited == null;
  }

  /** The operation was just started; {@code ended} is answered when it is over. */
  public void add(long operationId, Reply<Operation> ended) {
    running.add(operationId);
    whenEnded.put(operationId, ended);
  }

  void slice(Turn turn) {
    Long id = running.peek();
    if (id == null || awaited != null) {
      return;
    }
    OperationState operation = turn.state().operation(id);
    if (operation != null && operation.state() == Operation.State.RUNNING) {
      if (operation.undoOf() == 0) {
        actSlice(turn, operation);
      } else {
        undoSlice(turn, operation);
      }
      if (operation.position() < operation.selectedCount()) {
        return;
      }
      end(turn, operation, Operation.State.DONE);
    }
    running.poll();
    recalledTo = 0;
  }

  private void actSlice(Turn turn, OperationState operation) {
    JobAction action = ActionCodec.parse(operation.action());
    long end = sliceEnd(operation);
    long skipped = 0;
    for (long i = operation.position(); i < end && !turn.batchFull(); i++) {
      JobHead job = turn.state().head(operation.selectedHigh(i), operation.selectedLow(i));
      if (job instanceof ArchivedJob && !(action instanceof JobAction.Delete) && i >= recalledTo) {
        recall(turn, operation, i, end);
        break;
      }
      skipped += act(turn, operation, job, action) ? 0 : 1;
    }
    countSkipped(turn, operation, skipped);
  }

  private static boolean act(Turn turn, OperationState operation, JobHead job, JobAction action) {
    if (job instanceof JobRecord record && JobActions.check(turn, record, action) == null) {
      turn.emit(new OperationTouched(operation.id(), job.high(), job.low()));
      JobActions.perform(turn, record, action);
      return true;
    }
    boolean deleted =
        job instanceof ArchivedJob
            && action instanceof JobAction.Delete
            && !turn.hasLivingChildren(job);
    if (deleted) {
      turn.emit(new OperationTouched(operation.id(), job.high(), job.low()));
      Forgetting.forget(turn, job);
    }
    return deleted;
  }

  private void undoSlice(Turn turn, OperationState operation) {
    OperationState undone = turn.state().operation(operation.undoOf());
    List<JobHead> before = undone == null ? List.of() : undone.before();
    JobAction action = undone == null ? null : ActionCodec.parse(undone.action());
    long end = sliceEnd(operation);
    long skipped = 0;
    for (long i = operation.position(); i < end && !turn.batchFull(); i++) {
      JobHead was = i < before.size() ? before.get((int) i) : null;
      boolean archived = was != null && turn.state().archived(was.high(), was.low()) != null;
      if (archived && !(action instanceof JobAction.Delete) && i >= recalledTo) {
        recall(turn, operation, i, end);
        break;
      }
      boolean done =
          was instanceof ArchivedJob gone
              ? Undoing.undoDeletion(turn, operation.id(), gone, undone.id(), (int) i)
              : was != null && Undoing.undo(turn, operation.id(), (JobRecord) was, undone.action());
      skipped += done ? 0 : 1;
    }
    countSkipped(turn, operation, skipped);
  }

  private static long sliceEnd(OperationState operation) {
    return Math.min(operation.position() + SLICE, operation.selectedCount());
  }

  /**
   * Work goes on when the archived ones of this slice were read; what cannot be read is skipped.
   */
  private void recall(Turn turn, OperationState operation, long from, long to) {
    List<ArchivedJob> jobs = new ArrayList<>();
    for (long i = from; i < to; i++) {
      ArchivedJob job = turn.state().archived(operation.selectedHigh(i), operation.selectedLow(i));
      if (job != null) {
        jobs.add(job);
      }
    }
    awaited = new Recalled(operation.id(), to);
    turn.recall(jobs, awaited);
  }

  /** The archived jobs of an operation up to this position are on the heap, if they can be read. */
  private record Recalled(long operation, long to) implements RecallJobs.Tolerant {
    @Override
    public void decide(Turn turn) {
      turn.bulkWork().recalled(this);
    }

    @Override
    public Reply<?> reply() {
      return Reply.none();
    }
  }

  private void recalled(Recalled answer) {
    if (awaited == answer) {
      awaited = null;
      recalledTo = answer.to();
    }
  }

  private static void countSkipped(Turn turn, OperationState operation, long skipped) {
    if (skipped > 0) {
      turn.emit(new OperationSkipped(operation.id(), skipped));
    }
  }

  /** The operation is over, whether by itself or by STOP. */
  public void end(Turn turn, OperationState operation, Operation.State how) {
    turn.emit(new OperationEnded(operation.id(), how));
    if (operation.undoOf() != 0 && turn.state().operation(operation.undoOf()) != null) {
      turn.emit(new OperationEnded(operation.undoOf(), Operation.State.UNDONE));
    }
    turn.forgetLater(KEEP_MILLIS, new OperationLapses(operation.id()));
    Reply<Operation> reply = whenEnded.remove(operation.id());
    if (reply != null) {
      turn.answer(reply, operation.view());
    }
  }

  /** The words of an operation that takes another one back. */
  public static OperationState.Action undoAction(long operationId) {
    return new OperationState.Action(List.of(UNDO, Long.toString(operationId)));
  }

  /** An ended operation is forgotten. */
  private record OperationLapses(long id) implements Timers.Timer {
    @Override
    public void fire(Turn turn) {
      if (turn.state().operation(id) != null) {
        turn.emit(new OperationForgotten(id));
      }
    }
  }
}
