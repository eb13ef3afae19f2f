/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.node;

import io.desaster.api.error.DesasterException;
import io.desaster.core.scheduler.Reply;
import java.util.concurrent.CompletableFuture;

/** A reply that completes a future. */
class FutureReply<T> extends CompletableFuture<T> implements Reply<T> {
  @Override
  public void answer(T value) {
    complete(value);
  }

  @Override
  public void refuse(DesasterException refusal) {
    completeExceptionally(refusal);
  }
}
