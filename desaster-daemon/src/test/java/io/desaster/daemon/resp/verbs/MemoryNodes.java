/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.Nodes;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.node.NodeInfo;
import io.desaster.api.node.PoolInfo;
import io.desaster.api.node.Series;
import io.desaster.api.node.Stats;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The one node of a {@link MemoryDesaster}, called web1. */
final class MemoryNodes implements Nodes {
  private final MemoryDesaster desaster;
  private boolean draining;
  private PoolInfo pool = new PoolInfo("shell", "web1", List.of(), 2, 8, 2, 0);

  MemoryNodes(MemoryDesaster desaster) {
    this.desaster = desaster;
  }

  private NodeInfo node() {
    return new NodeInfo(
        "web1",
        draining ? NodeInfo.State.DRAINING : NodeInfo.State.UP,
        true,
        "0.1.0",
        Instant.now(),
        List.of(),
        List.of(pool));
  }

  @Override
  public CompletionStage<List<NodeInfo>> list() {
    return desaster.on(() -> List.of(node()));
  }

  @Override
  public CompletionStage<NodeInfo> drain(String name, boolean drain) {
    return desaster.on(
        () -> {
          if (!name.equals("web1")) {
            throw new DesasterException(ErrorCode.NOTFOUND, "there is no node '" + name + "'");
          }
          draining = drain;
          return node();
        });
  }

  @Override
  public CompletionStage<List<PoolInfo>> pools() {
    return desaster.on(() -> List.of(pool));
  }

  @Override
  public CompletionStage<PoolInfo> setSlots(String name, int min, int max) {
    return desaster.on(
        () -> {
          if (!name.equals(pool.name())) {
            throw new DesasterException(ErrorCode.NOTFOUND, "there is no pool '" + name + "'");
          }
          pool = new PoolInfo(pool.kind(), pool.node(), List.of(), min, max, min, 0);
          return pool;
        });
  }

  @Override
  public CompletionStage<Stats> stats(
      String name, Series series, Instant from, Instant to, Duration step) {
    return desaster.on(
        () -> {
          if (!name.equals("web1")) {
            throw new DesasterException(
                ErrorCode.NOTFOUND, "there is no history of '" + name + "'");
          }
          return new Stats(
              name, series, from, Duration.ofSeconds(1), new double[] {1.5, Double.NaN});
        });
  }
}
