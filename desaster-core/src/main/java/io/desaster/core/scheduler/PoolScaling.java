/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.node.NodeInfo;
import io.desaster.core.state.NodeRecord;
import io.desaster.core.tree.KindTree;

/**
 * How many slots of a pool are good for its host. Jobs that mostly wait leave the CPU idle, so more
 * of them may run; jobs that compute do not get faster by being more.
 */
final class PoolScaling {
  private static final double SPARE = 0.75;
  private static final double BUSY = 0.95;

  private PoolScaling() {}

  static void scale(Turn turn, NodeRecord node, double cpuLoad) {
    if (node.state() != NodeInfo.State.UP || !turn.dispatcher().isReady(node.name())) {
      return;
    }
    for (NodeRecord.Pool bounds : node.pools()) {
      Pool pool = turn.dispatcher().pool(bounds.kind() + "@" + node.name());
      if (pool != null && !pool.held() && bounds.slotsMin() < bounds.slotsMax()) {
        KindTree tree = turn.dispatcher().trees().tree(bounds.kind());
        int wanted = wanted(pool, tree.backlog(), cpuLoad);
        int slots = Math.max(bounds.slotsMin(), Math.min(wanted, bounds.slotsMax()));
        if (slots != pool.slots()) {
          pool.setSlots(slots);
          tree.touch();
          turn.poolScaled(pool);
        }
      }
    }
  }

  private static int wanted(Pool pool, int backlog, double cpuLoad) {
    if (backlog > 0 && pool.free() <= 0 && cpuLoad < SPARE) {
      return pool.slots() + Math.max(1, pool.slots() / 4);
    }
    boolean tooMany = cpuLoad > BUSY || backlog == 0 && pool.used() < pool.slots() / 2;
    return tooMany ? pool.slots() - 1 : pool.slots();
  }
}
