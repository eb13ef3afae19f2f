/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;

/** The heap has room for new jobs, or no longer. */
public record SetMemoryRoom(boolean hasRoom) implements Command {
  @Override
  public void decide(Turn turn) {
    turn.setMemoryRoom(hasRoom);
  }

  @Override
  public Reply<Void> reply() {
    return Reply.none();
  }
}
