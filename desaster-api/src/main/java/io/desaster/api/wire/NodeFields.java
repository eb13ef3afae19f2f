/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.wire;

import io.desaster.api.node.NodeInfo;
import io.desaster.api.node.PoolInfo;
import java.util.Map;

/** Nodes and pools. */
public final class NodeFields {
  private NodeFields() {}

  public static Map<String, Object> of(NodeInfo node) {
    return new FieldsWriter()
        .text("name", node.name())
        .word("state", node.state())
        .flag("master", node.master())
        .text("version", node.version())
        .time("joined-at", node.joinedAt())
        .list("labels", node.labels())
        .list("pools", node.pools().stream().map(NodeFields::of).toList())
        .fields();
  }

  public static NodeInfo readNode(Object reply) {
    Fields in = Fields.of(reply);
    return new NodeInfo(
        in.requireText("name"),
        in.word("state", NodeInfo.State.class),
        in.flag("master"),
        in.text("version"),
        in.timeOrEpoch("joined-at"),
        in.texts("labels"),
        in.list("pools").stream().map(NodeFields::readPool).toList());
  }

  public static Map<String, Object> of(PoolInfo pool) {
    return new FieldsWriter()
        .text("name", pool.name())
        .text("kind", pool.kind())
        .text("node", pool.node())
        .list("labels", pool.labels())
        .number("slots-min", pool.slotsMin())
        .number("slots-max", pool.slotsMax())
        .number("slots", pool.slots())
        .number("used", pool.used())
        .fields();
  }

  public static PoolInfo readPool(Object reply) {
    Fields in = Fields.of(reply);
    return new PoolInfo(
        in.requireText("kind"),
        in.requireText("node"),
        in.texts("labels"),
        in.count("slots-min"),
        in.count("slots-max"),
        in.count("slots"),
        in.count("used"));
  }
}
