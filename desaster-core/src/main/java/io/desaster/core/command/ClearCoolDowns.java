/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.core.event.CoolDownEnded;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import io.desaster.core.state.CoolDowns;
import io.desaster.core.state.QueueState;

/** Frees one key of a queue, or all of them if {@code key} is empty. */
public record ClearCoolDowns(String queue, String key, Reply<Long> reply) implements Command {
  @Override
  public void decide(Turn turn) {
    QueueState found = turn.state().queue(queue);
    if (found == null) {
      turn.refuse(reply, ChangeQueue.notFound(queue));
      return;
    }
    long cleared = 0;
    for (CoolDowns.Entry entry : turn.state().coolDowns().of(found.record().id())) {
      if (key.isEmpty() || key.equals(entry.key())) {
        turn.emit(new CoolDownEnded(entry.queueId(), entry.key()));
        cleared += entry.until() > turn.now() ? 1 : 0;
      }
    }
    turn.answer(reply, cleared);
  }
}
