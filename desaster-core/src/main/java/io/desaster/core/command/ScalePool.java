/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;

/** The load of a node says how many slots of a pool are good for it now, between its bounds. */
public record ScalePool(String pool, int slots) implements Command {
  @Override
  public void decide(Turn turn) {
    turn.scalePool(pool, slots);
  }

  @Override
  public Reply<Void> reply() {
    return Reply.none();
  }
}
