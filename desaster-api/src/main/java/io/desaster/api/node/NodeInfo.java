/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.node;

import java.time.Instant;
import java.util.List;

/**
 * A desaster process in the cluster.
 *
 * @param state what it takes part in
 * @param master whether its scheduler decides
 * @param joinedAt when it joined last
 */
public record NodeInfo(
    String name,
    State state,
    boolean master,
    String version,
    Instant joinedAt,
    List<String> labels,
    List<PoolInfo> pools) {

  /** What a node takes part in. */
  public enum State {
    /** Takes jobs. */
    UP,
    /** Finishes what it runs, takes nothing new. */
    DRAINING,
    /** Stopped in order; its jobs may go on without it. */
    DETACHED,
    /** Does not answer. */
    SILENT
  }
}
