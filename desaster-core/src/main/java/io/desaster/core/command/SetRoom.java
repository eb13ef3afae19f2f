/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;

/** The log has room for new jobs, or no longer. */
public record SetRoom(boolean hasRoom) implements Command {
  @Override
  public void decide(Turn turn) {
    turn.setRoom(hasRoom);
  }

  @Override
  public Reply<Void> reply() {
    return Reply.none();
  }
}
