/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.operation.Operation;
import io.desaster.core.event.OperationSelected;
import io.desaster.core.event.OperationStarted;
import io.desaster.core.scheduler.BulkWork;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import io.desaster.core.state.JobHead;
import io.desaster.core.state.OperationState;
import java.util.List;

/** Takes back what an operation did, by another operation. */
public record UndoOperation(long id, String by, Reply<Operation> reply) implements Command {
  @Override
  public void decide(Turn turn) {
    OperationState operation = turn.state().operation(id);
    if (operation == null) {
      turn.refuse(reply, notFound(id));
      return;
    }
    if (operation.undoOf() != 0
        || operation.state() == Operation.State.UNDONE
        || operation.state() == Operation.State.RUNNING) {
      turn.refuse(
          reply,
          ErrorCode.STATE,
          "operation "
              + id
              + " ("
              + operation.action()
              + ") is "
              + operation.state()
              + " and cannot be taken back"
              + (operation.state() == Operation.State.RUNNING ? "; stop it first" : ""));
      return;
    }
    for (OperationState other : turn.state().operations()) {
      if (other.undoOf() == id && other.state() == Operation.State.RUNNING) {
        turn.refuse(
            reply,
            ErrorCode.STATE,
            "operation " + id + " is being taken back already, by operation " + other.id());
        return;
      }
    }
    long undo = turn.state().nextOperationId();
    turn.emit(new OperationStarted(undo, BulkWork.undoAction(id), "of operation " + id, by, id));
    selectAll(turn, undo, operation.before());
    turn.bulkWork().add(undo, Reply.none());
    turn.answer(reply, turn.state().operation(undo).view());
  }

  private static void selectAll(Turn turn, long undo, List<JobHead> jobs) {
    for (int from = 0; from < jobs.size(); from += OperationState.CHUNK) {
      int count = Math.min(OperationState.CHUNK, jobs.size() - from);
      long[] ids = new long[count * 2];
      for (int i = 0; i < count; i++) {
        ids[i * 2] = jobs.get(from + i).high();
        ids[i * 2 + 1] = jobs.get(from + i).low();
      }
      turn.emit(new OperationSelected(undo, ids));
    }
  }

  static DesasterException notFound(long id) {
    return new DesasterException(
        ErrorCode.NOTFOUND,
        "there is no operation " + id + " (any more); OPERATION LIST shows those there are");
  }
}
