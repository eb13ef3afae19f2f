/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.error.ErrorCode;
import io.desaster.api.node.NodeInfo;
import io.desaster.core.event.NodeSet;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import io.desaster.core.state.NodeRecord;

/** Gives a node nothing new to do, or jobs again. */
public record DrainNode(String name, boolean draining, Reply<Void> reply) implements Command {
  @Override
  public void decide(Turn turn) {
    NodeRecord node = turn.state().node(name);
    if (node == null) {
      turn.refuse(
          reply,
          ErrorCode.NOTFOUND,
          "there is no node '" + name + "'; NODE LIST shows those there are");
      return;
    }
    NodeInfo.State state = draining ? NodeInfo.State.DRAINING : NodeInfo.State.UP;
    if (node.state() != state) {
      turn.emit(new NodeSet(node.withState(state)));
    }
    turn.answer(reply, null);
  }
}
