/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.job.JobAction;
import io.desaster.api.operation.Operation;
import io.desaster.core.event.OperationSelected;
import io.desaster.core.event.OperationStarted;
import io.desaster.core.scheduler.ActionCodec;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import io.desaster.core.state.OperationState;
import java.util.Arrays;

/**
 * Begins a bulk operation on the jobs selected from the committed copy.
 *
 * @param ids high and low halves in turn
 * @param started answered when the selection is safe
 * @param ended answered when the operation is over
 */
public record StartOperation(
    JobAction action,
    String filter,
    String by,
    long[] ids,
    Reply<Operation> started,
    Reply<Operation> ended)
    implements Command {
  @Override
  public Reply<Operation> reply() {
    return started;
  }

  @Override
  public void decide(Turn turn) {
    long id = turn.state().nextOperationId();
    turn.emit(new OperationStarted(id, ActionCodec.words(turn, action), filter, by, 0));
    int chunk = OperationState.CHUNK * 2;
    for (int from = 0; from < ids.length; from += chunk) {
      long[] part = Arrays.copyOfRange(ids, from, Math.min(from + chunk, ids.length));
      turn.emit(new OperationSelected(id, part));
    }
    turn.answer(started, turn.state().operation(id).view());
    turn.bulkWork().add(id, ended);
  }
}
