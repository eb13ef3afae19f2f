/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.node.NodeInfo;
import io.desaster.core.event.NodeSet;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import io.desaster.core.state.NodeRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * A node offers its pools, after it told what it runs. Slots that were set by POOL SET stay as they
 * were set unless the node's own configuration names them.
 */
public record AnnounceNode(
    String name, String version, List<String> labels, List<Announced> pools, Reply<Void> reply)
    implements Command {

  /**
   * A pool as configured.
   *
   * @param fixed whether the configuration names the number of slots
   */
  public record Announced(String kind, int slotsMin, int slotsMax, boolean fixed) {}

  @Override
  public void decide(Turn turn) {
    NodeRecord before = turn.state().node(name);
    List<NodeRecord.Pool> offered = new ArrayList<>();
    for (Announced pool : pools) {
      offered.add(kept(before, pool));
    }
    turn.nodeReady(name);
    turn.emit(
        new NodeSet(new NodeRecord(name, NodeInfo.State.UP, version, turn.now(), labels, offered)));
    turn.answer(reply, null);
  }

  private static NodeRecord.Pool kept(NodeRecord before, Announced pool) {
    if (before != null && !pool.fixed()) {
      for (NodeRecord.Pool old : before.pools()) {
        if (old.kind().equals(pool.kind())) {
          return old;
        }
      }
    }
    return new NodeRecord.Pool(pool.kind(), pool.slotsMin(), pool.slotsMax());
  }
}
