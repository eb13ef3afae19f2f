/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.queue.QueueInfo;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.NewQueue;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;

/** Gives a queue another name; its jobs stay in it. */
public record RenameQueue(String name, String newName, Reply<QueueInfo> reply) implements Command {
  @Override
  public void decide(Turn turn) {
    ChangeQueue.change(
        turn,
        name,
        reply,
        queue -> {
          NewQueue.requireName(newName);
          if (!newName.equals(name) && turn.state().queue(newName) != null) {
            throw new DesasterException(
                ErrorCode.EXISTS,
                "cannot rename queue '" + name + "': there is a queue '" + newName + "' already");
          }
          return queue.withName(newName);
        });
  }
}
