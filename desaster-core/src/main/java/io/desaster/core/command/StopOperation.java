/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.error.ErrorCode;
import io.desaster.api.operation.Operation;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import io.desaster.core.state.OperationState;

/** Stops a bulk operation where it is. */
public record StopOperation(long id, Reply<Operation> reply) implements Command {
  @Override
  public void decide(Turn turn) {
    OperationState operation = turn.state().operation(id);
    if (operation == null) {
      turn.refuse(reply, UndoOperation.notFound(id));
    } else if (operation.state() != Operation.State.RUNNING) {
      turn.refuse(
          reply,
          ErrorCode.STATE,
          "operation " + id + " is " + operation.state() + " and cannot be stopped");
    } else {
      turn.bulkWork().end(turn, operation, Operation.State.STOPPED);
      turn.answer(reply, operation.view());
    }
  }
}
