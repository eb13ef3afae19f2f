/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.error.ErrorCode;
import io.desaster.core.event.NodeSet;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import io.desaster.core.state.NodeRecord;
import io.desaster.core.state.RemoteWorkers;

/** Sets how many slots a pool may have; running attempts go on. */
public record SetSlots(String pool, int min, int max, Reply<Void> reply) implements Command {
  private static final int SLOTS_MAX = 100_000;

  @Override
  public void decide(Turn turn) {
    int at = pool.indexOf('@');
    String kind = at < 0 ? pool : pool.substring(0, at);
    NodeRecord node = at < 0 ? null : turn.state().node(pool.substring(at + 1));
    if (at >= 0
        && kind.equals(RemoteWorkers.KIND)
        && turn.state().remoteWorkers().worker(pool.substring(at + 1)) != null) {
      turn.refuse(
          reply,
          ErrorCode.STATE,
          "pool '"
              + pool
              + "' is that of a remote worker, which says itself how many slots it has; start the"
              + " worker with another number (JOB TAKE … SLOTS)");
      return;
    }
    boolean known =
        node != null && node.pools().stream().anyMatch(offered -> offered.kind().equals(kind));
    if (!known) {
      turn.refuse(
          reply,
          ErrorCode.NOTFOUND,
          "there is no pool '" + pool + "'; POOL LIST shows those there are");
    } else if (min < 0 || max < min || max > SLOTS_MAX) {
      turn.refuse(
          reply,
          ErrorCode.INVALID,
          "pool '"
              + pool
              + "' cannot have "
              + min
              + " to "
              + max
              + " slots; 0 <= min <= max <= "
              + SLOTS_MAX);
    } else {
      turn.emit(new NodeSet(node.withPool(new NodeRecord.Pool(kind, min, max))));
      turn.answer(reply, null);
    }
  }
}
