/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api;

import io.desaster.api.node.NodeInfo;
import io.desaster.api.node.PoolInfo;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Nodes and their pools. */
public interface Nodes {
  CompletionStage<List<NodeInfo>> list();

  /** Gives a node nothing new to do, or jobs again. */
  CompletionStage<NodeInfo> drain(String name, boolean draining);

  CompletionStage<List<PoolInfo>> pools();

  /** Sets the slots of a pool such as {@code shell@web1}; with min = max it does not scale. */
  CompletionStage<PoolInfo> setSlots(String pool, int min, int max);
}
