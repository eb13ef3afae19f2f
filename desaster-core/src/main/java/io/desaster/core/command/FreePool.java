/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;

/** A pool that was held by {@link HoldPool} starts jobs again. */
public record FreePool(String pool) implements Command {
  @Override
  public void decide(Turn turn) {
    turn.holdPool(pool, false);
  }

  @Override
  public Reply<Void> reply() {
    return Reply.none();
  }
}
