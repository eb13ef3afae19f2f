/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.desaster.api.Operations;
import io.desaster.api.operation.Operation;
import io.desaster.api.wire.OperationFields;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** OPERATION. */
final class ClientOperations implements Operations {
  private final Asking asking;

  ClientOperations(Asking asking) {
    this.asking = asking;
  }

  @Override
  public CompletionStage<List<Operation>> list() {
    return asking.read(
        CommandWriter.of("OPERATION", "LIST"),
        reply -> Replies.each(reply, OperationFields::readOperation));
  }

  @Override
  public CompletionStage<Optional<Operation>> find(long id) {
    return ClientQueues.absentIfNotFound(
        asking.read(
            CommandWriter.of("OPERATION", "SHOW", Long.toString(id)),
            OperationFields::readOperation));
  }

  @Override
  public CompletionStage<Operation> stop(long id) {
    return asking.repeatable(
        CommandWriter.of("OPERATION", "STOP", Long.toString(id)), OperationFields::readOperation);
  }

  @Override
  public CompletionStage<Operation> undo(long id, String by) {
    return asking.once(
        CommandWriter.of("OPERATION", "UNDO", Long.toString(id)).addIfAny("BY", by),
        OperationFields::readOperation);
  }
}
