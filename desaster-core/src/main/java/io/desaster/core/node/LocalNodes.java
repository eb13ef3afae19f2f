/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.node;

import io.desaster.api.Nodes;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.node.NodeInfo;
import io.desaster.api.node.PoolInfo;
import io.desaster.api.node.Series;
import io.desaster.api.node.Stats;
import io.desaster.core.command.DrainNode;
import io.desaster.core.command.SetSlots;
import io.desaster.core.history.History;
import io.desaster.core.query.CommittedCopy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Nodes and pools as a node in this JVM sees them. */
final class LocalNodes implements Nodes {
  private final SchedulerVerticle scheduler;
  private final CommittedCopy copy;
  private final String master;
  private final Map<String, Integer> slots;
  private final History history;

  /**
   * @param slots usable slots by pool, where they differ from the least; kept up by the node
   */
  LocalNodes(
      SchedulerVerticle scheduler,
      CommittedCopy copy,
      String master,
      Map<String, Integer> slots,
      History history) {
    this.scheduler = scheduler;
    this.copy = copy;
    this.master = master;
    this.slots = slots;
    this.history = history;
  }

  @Override
  public CompletionStage<List<NodeInfo>> list() {
    return copy.nodes(master, slots);
  }

  @Override
  public CompletionStage<NodeInfo> drain(String name, boolean draining) {
    FutureReply<Void> reply = new FutureReply<>();
    scheduler.submit(new DrainNode(name, draining, reply));
    return reply
        .thenCompose(done -> list())
        .thenApply(
            nodes -> nodes.stream().filter(n -> n.name().equals(name)).findFirst().orElseThrow());
  }

  @Override
  public CompletionStage<List<PoolInfo>> pools() {
    return list()
        .thenApply(nodes -> nodes.stream().flatMap(node -> node.pools().stream()).toList());
  }

  @Override
  public CompletionStage<PoolInfo> setSlots(String pool, int min, int max) {
    FutureReply<Void> reply = new FutureReply<>();
    scheduler.submit(new SetSlots(pool, min, max, reply));
    return reply
        .thenCompose(done -> pools())
        .thenApply(
            pools ->
                pools.stream()
                    .filter(p -> p.name().equals(pool))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new DesasterException(
                                ErrorCode.NOTFOUND, "there is no pool '" + pool + "'")));
  }

  @Override
  public CompletionStage<Stats> stats(
      String name, Series series, Instant from, Instant to, Duration step) {
    return history.stats(name, series, from, to, step);
  }
}
