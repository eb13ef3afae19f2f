/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.desaster.api.Nodes;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.Durations;
import io.desaster.api.node.NodeInfo;
import io.desaster.api.node.PoolInfo;
import io.desaster.api.node.Series;
import io.desaster.api.node.Stats;
import io.desaster.api.wire.NodeFields;
import io.desaster.api.wire.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** NODE and POOL. */
final class ClientNodes implements Nodes {
  private final Asking asking;

  ClientNodes(Asking asking) {
    this.asking = asking;
  }

  @Override
  public CompletionStage<List<NodeInfo>> list() {
    return asking.read(
        CommandWriter.of("NODE", "LIST"), reply -> Replies.each(reply, NodeFields::readNode));
  }

  @Override
  public CompletionStage<NodeInfo> drain(String name, boolean draining) {
    return asking.repeatable(
        CommandWriter.of("NODE", draining ? "DRAIN" : "UNDRAIN", name), NodeFields::readNode);
  }

  @Override
  public CompletionStage<List<PoolInfo>> pools() {
    return asking.read(
        CommandWriter.of("POOL", "LIST"), reply -> Replies.each(reply, NodeFields::readPool));
  }

  @Override
  public CompletionStage<PoolInfo> setSlots(String pool, int min, int max) {
    return asking.repeatable(
        CommandWriter.of("POOL", "SET", pool).add(min).add(max), NodeFields::readPool);
  }

  @Override
  public CompletionStage<Stats> stats(
      String name, Series series, Instant from, Instant to, Duration step) {
    if (step.isNegative()) {
      return CompletableFuture.failedFuture(
          new DesasterException(
              ErrorCode.INVALID, "the step must not be negative, as " + step + " is"));
    }
    return asking.read(
        CommandWriter.of("NODE", "STATS", name, series.word(), Times.write(from), Times.write(to))
            .add(Durations.format(step)),
        NodeFields::readStats);
  }
}
