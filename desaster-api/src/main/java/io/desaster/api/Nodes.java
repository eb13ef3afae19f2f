/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api;

import io.desaster.api.node.NodeInfo;
import io.desaster.api.node.PoolInfo;
import io.desaster.api.node.Series;
import io.desaster.api.node.Stats;
import java.time.Duration;
import java.time.Instant;
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

  /**
   * How a series went. Kept are values of 1 s for 10 minutes, of 10 s for 6 hours, of 1 min for 7
   * days and of 10 min for a year.
   *
   * @param name a node or a pool such as {@code shell@web1}
   * @param from first moment wanted
   * @param to last moment wanted; one in the future means now
   * @param step span of a value, whole seconds; zero for the shortest. It becomes longer where no
   *     values so short are kept since {@code from}
   * @return at most 10,000 values. NOTFOUND if the node keeps no history of {@code name}, INVALID
   *     if it has no such series, if {@code from} is not before {@code to}, if the step is negative
   *     or has parts of a second, or if there would be too many values
   */
  CompletionStage<Stats> stats(String name, Series series, Instant from, Instant to, Duration step);
}
