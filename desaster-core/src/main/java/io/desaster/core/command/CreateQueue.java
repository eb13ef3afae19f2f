/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.queue.QueueInfo;
import io.desaster.api.queue.QueueSettings;
import io.desaster.core.event.QueueSet;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import io.desaster.core.state.QueueRecord;
import java.util.regex.Pattern;

/** Makes a queue. */
public record CreateQueue(String name, String kind, QueueSettings settings, Reply<QueueInfo> reply)
    implements Command {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,127}");

  @Override
  public void decide(Turn turn) {
    if (turn.state().queue(name) != null) {
      turn.refuse(
          reply, ErrorCode.EXISTS, "there is a queue '" + name + "' already; SET changes it");
      return;
    }
    try {
      turn.requireDiscipline(settings.discipline());
      turn.emit(new QueueSet(record(turn, name, kind, settings)));
      turn.answer(reply, turn.queueView(name));
    } catch (DesasterException refusal) {
      turn.refuse(reply, refusal);
    } catch (IllegalArgumentException wrong) {
      turn.refuse(
          reply, ErrorCode.INVALID, "cannot create queue '" + name + "': " + wrong.getMessage());
    }
  }

  static QueueRecord record(Turn turn, String name, String kind, QueueSettings settings) {
    requireName(name);
    if (!NAME.matcher(kind).matches()) {
      throw new DesasterException(
          ErrorCode.INVALID, "'" + kind + "' is not a kind; kinds: shell java remote");
    }
    return new QueueRecord(
        turn.state().nextQueueId(), name, kind, settings, null, false, turn.now());
  }

  static void requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new DesasterException(
          ErrorCode.INVALID,
          "'"
              + name
              + "' is not a queue name; use 1 to 128 letters, digits and _ . : / - (not - . : or /"
              + " first)");
    }
  }
}
