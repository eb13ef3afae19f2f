/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.queue.QueueInfo;
import io.desaster.core.event.QueueSet;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import io.desaster.core.state.QueueRecord;
import io.desaster.core.state.QueueState;
import java.util.function.UnaryOperator;

/** What all commands that change one queue have in common. */
final class ChangeQueue {
  private ChangeQueue() {}

  /** Finds the queue, changes it, answers with it; a wrong value is refused as INVALID. */
  static void change(
      Turn turn, String name, Reply<QueueInfo> reply, UnaryOperator<QueueRecord> change) {
    QueueState queue = turn.state().queue(name);
    if (queue == null) {
      turn.refuse(reply, notFound(name));
      return;
    }
    try {
      QueueRecord after = change.apply(queue.record());
      if (!after.equals(queue.record())) {
        turn.emit(new QueueSet(after));
      }
      turn.answer(reply, turn.queueView(after.name()));
    } catch (DesasterException refusal) {
      turn.refuse(reply, refusal);
    } catch (IllegalArgumentException wrong) {
      turn.refuse(reply, ErrorCode.INVALID, "queue '" + name + "': " + wrong.getMessage());
    }
  }

  static DesasterException notFound(String name) {
    return new DesasterException(
        ErrorCode.NOTFOUND, "there is no queue '" + name + "'; QUEUE LIST shows those there are");
  }
}
