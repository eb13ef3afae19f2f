/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.queue.QueueInfo;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;

/** Starts jobs of a paused queue again. */
public record ResumeQueue(String name, Reply<QueueInfo> reply) implements Command {
  @Override
  public void decide(Turn turn) {
    ChangeQueue.change(turn, name, reply, queue -> queue.withPause(null));
  }
}
