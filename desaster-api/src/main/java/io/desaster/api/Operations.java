/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api;

import io.desaster.api.operation.Operation;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Bulk operations. */
public interface Operations {
  /** Those that run and those that ended lately, newest first. */
  CompletionStage<List<Operation>> list();

  CompletionStage<Optional<Operation>> find(long id);

  /** Stops it after the slice it is in; what is done stays done. */
  CompletionStage<Operation> stop(long id);

  /** Takes back what it did, as far as the jobs still are as it left them. */
  CompletionStage<Operation> undo(long id, String by);
}
