/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.JobAction;
import io.desaster.api.operation.Operation;
import io.desaster.core.event.OperationEnded;
import io.desaster.core.event.OperationForgotten;
import io.desaster.core.event.OperationSkipped;
import io.desaster.core.event.OperationTouched;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.OperationState;
import java.util.ArrayDeque;
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
    return !running.isEmpty();
  }

  /** The operation was just started; {@code ended} is answered when it is over. */
  public void add(long operationId, Reply<Operation> ended) {
    running.add(operationId);
    whenEnded.put(operationId, ended);
  }

  void slice(Turn turn) {
    Long id = running.peek();
    if (id == null) {
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
  }

  private void actSlice(Turn turn, OperationState operation) {
    JobAction action = ActionCodec.parse(operation.action());
    long end = Math.min(operation.position() + SLICE, operation.selectedCount());
    long skipped = 0;
    for (long i = operation.position(); i < end && !turn.batchFull(); i++) {
      long high = operation.selectedHigh(i);
      long low = operation.selectedLow(i);
      JobRecord job = turn.state().job(high, low);
      if (job == null || JobActions.check(turn, job, action) != null) {
        skipped++;
      } else {
        turn.emit(new OperationTouched(operation.id(), high, low));
        JobActions.perform(turn, job, action);
      }
    }
    countSkipped(turn, operation, skipped);
  }

  private void undoSlice(Turn turn, OperationState operation) {
    OperationState undone = turn.state().operation(operation.undoOf());
    List<JobRecord> before = undone == null ? List.of() : undone.before();
    long end = Math.min(operation.position() + SLICE, operation.selectedCount());
    long skipped = 0;
    JobAction action = undone == null ? null : ActionCodec.parse(undone.action());
    for (long i = operation.position(); i < end && !turn.batchFull(); i++) {
      JobRecord was = i < before.size() ? before.get((int) i) : null;
      if (was == null || !Undoing.undo(turn, operation.id(), was, action)) {
        skipped++;
      }
    }
    countSkipped(turn, operation, skipped);
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
