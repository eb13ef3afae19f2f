/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.node;

import io.desaster.api.Operations;
import io.desaster.api.operation.Operation;
import io.desaster.core.command.StopOperation;
import io.desaster.core.command.UndoOperation;
import io.desaster.core.query.CommittedCopy;
import io.desaster.core.state.OperationState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Bulk operations of a node in this JVM. */
final class LocalOperations implements Operations {
  private final SchedulerVerticle scheduler;
  private final CommittedCopy copy;

  LocalOperations(SchedulerVerticle scheduler, CommittedCopy copy) {
    this.scheduler = scheduler;
    this.copy = copy;
  }

  @Override
  public CompletionStage<List<Operation>> list() {
    return copy.read(state -> state.operations().stream().map(OperationState::view).toList());
  }

  @Override
  public CompletionStage<Optional<Operation>> find(long id) {
    return copy.read(state -> Optional.ofNullable(state.operation(id)).map(OperationState::view));
  }

  @Override
  public CompletionStage<Operation> stop(long id) {
    FutureReply<Operation> reply = new FutureReply<>();
    scheduler.submit(new StopOperation(id, reply));
    return reply;
  }

  @Override
  public CompletionStage<Operation> undo(long id, String by) {
    FutureReply<Operation> reply = new FutureReply<>();
    scheduler.submit(new UndoOperation(id, by, reply));
    return reply;
  }
}
