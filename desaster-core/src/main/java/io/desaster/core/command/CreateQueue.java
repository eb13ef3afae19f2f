/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.queue.QueueInfo;
import io.desaster.api.queue.QueueSettings;
import io.desaster.core.event.QueueSet;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.NewQueue;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;

/** Makes a queue. */
public record CreateQueue(String name, String kind, QueueSettings settings, Reply<QueueInfo> reply)
    implements Command {
  @Override
  public void decide(Turn turn) {
    if (turn.state().queue(name) != null) {
      turn.refuse(
          reply, ErrorCode.EXISTS, "there is a queue '" + name + "' already; SET changes it");
      return;
    }
    try {
      turn.requireDiscipline(settings.discipline());
      turn.emit(new QueueSet(NewQueue.record(turn, name, kind, settings)));
      turn.answer(reply, turn.queueView(name));
    } catch (DesasterException refusal) {
      turn.refuse(reply, refusal);
    } catch (IllegalArgumentException wrong) {
      turn.refuse(
          reply, ErrorCode.INVALID, "cannot create queue '" + name + "': " + wrong.getMessage());
    }
  }
}
