/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import java.util.List;

/** Which pool a free slot is offered of first: the one that is least used. */
public final class Placement {
  private Placement() {}

  /**
   * The pool with a free slot of which the smallest part is used.
   *
   * @param exhausted pools for which there is no job
   * @return null if there is none
   */
  public static Pool leastUsed(List<Pool> pools, List<Pool> exhausted) {
    Pool best = null;
    for (int i = 0; i < pools.size(); i++) {
      Pool pool = pools.get(i);
      if (pool.free() > 0
          && (exhausted.isEmpty() || !exhausted.contains(pool))
          && (best == null
              || (long) pool.used() * best.slots() < (long) best.used() * pool.slots())) {
        best = pool;
      }
    }
    return best;
  }
}
