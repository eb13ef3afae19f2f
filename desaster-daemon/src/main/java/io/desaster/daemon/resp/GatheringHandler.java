/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import java.util.List;

/**
 * Carries out many pipelined calls of a verb in one go: those that arrived together, with no other
 * verb between them that reads or writes.
 */
public abstract class GatheringHandler<T> implements Handler {
  @Override
  public final void handle(Call call) {
    call.gather(this, item(call));
  }

  /** Reads one call's arguments; may throw as a {@link Handler} may. */
  protected abstract T item(Call call);

  /** Carries out the calls; {@code items} stand in the order of {@code calls}. */
  protected abstract void run(List<Call> calls, List<T> items);
}
