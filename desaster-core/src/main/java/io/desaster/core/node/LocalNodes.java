/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.node;

import io.desaster.api.Nodes;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.JobState;
import io.desaster.api.node.NodeInfo;
import io.desaster.api.node.PoolInfo;
import io.desaster.core.command.DrainNode;
import io.desaster.core.command.SetSlots;
import io.desaster.core.query.CommittedCopy;
import io.desaster.core.state.AttemptRecord;
import io.desaster.core.state.NodeRecord;
import io.desaster.core.state.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Nodes and pools as a node in this JVM sees them. */
final class LocalNodes implements Nodes {
  private final SchedulerVerticle scheduler;
  private final CommittedCopy copy;
  private final String master;

  LocalNodes(SchedulerVerticle scheduler, CommittedCopy copy, String master) {
    this.scheduler = scheduler;
    this.copy = copy;
    this.master = master;
  }

  @Override
  public CompletionStage<List<NodeInfo>> list() {
    return copy.read(this::nodes);
  }

  private List<NodeInfo> nodes(State state) {
    Map<String, Integer> used = used(state);
    List<NodeInfo> nodes = new ArrayList<>();
    for (NodeRecord node : state.nodes()) {
      nodes.add(
          new NodeInfo(
              node.name(),
              node.state(),
              node.name().equals(master),
              node.version(),
              Instant.ofEpochMilli(node.joinedAt()),
              node.labels(),
              pools(node, used)));
    }
    return nodes;
  }

  private static Map<String, Integer> used(State state) {
    Map<String, Integer> used = new HashMap<>();
    state.forEachJob(
        job -> {
          AttemptRecord last = job.state() == JobState.RUNNING ? job.course().last() : null;
          if (last != null) {
            used.merge(last.pool(), 1, Integer::sum);
          }
        });
    return used;
  }

  private static List<PoolInfo> pools(NodeRecord node, Map<String, Integer> used) {
    return node.pools().stream()
        .map(
            pool ->
                new PoolInfo(
                    pool.kind(),
                    node.name(),
                    node.labels(),
                    pool.slotsMin(),
                    pool.slotsMax(),
                    node.state() == NodeInfo.State.UP ? pool.slotsMax() : 0,
                    used.getOrDefault(pool.kind() + "@" + node.name(), 0)))
        .toList();
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
}
