/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.RemoteWork;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import java.util.List;

/** A request for work is no longer wanted: whoever asked is gone. */
public record WithdrawRemote(Reply<List<RemoteWork.Taken>> take) implements Command {
  @Override
  public void decide(Turn turn) {
    turn.withdrawRemote(take);
  }

  @Override
  public Reply<Void> reply() {
    return Reply.none();
  }
}
