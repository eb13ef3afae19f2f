/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.desaster.api.Nodes;
import io.desaster.api.node.NodeInfo;
import io.desaster.api.node.PoolInfo;
import io.desaster.api.wire.NodeFields;
import java.util.List;
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
}
