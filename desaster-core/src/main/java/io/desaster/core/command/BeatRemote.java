/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.RemoteWork;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import java.util.ArrayList;
import java.util.List;

/** A remote worker says which of its attempts are alive, and hears which are to be ended. */
public record BeatRemote(
    String worker, List<RemoteWork.Running> running, Reply<List<RemoteWork.Running>> reply)
    implements Command {
  @Override
  public void decide(Turn turn) {
    List<RemoteWork.Running> toEnd = new ArrayList<>();
    for (RemoteWork.Running attempt : running) {
      if (!turn.heardOf(worker, attempt)) {
        toEnd.add(attempt);
      }
    }
    turn.answer(reply, List.copyOf(toEnd));
  }
}
