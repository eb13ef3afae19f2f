/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.wire;

import io.desaster.api.node.NodeInfo;
import io.desaster.api.node.PoolInfo;
import io.desaster.api.node.Series;
import io.desaster.api.node.Stats;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
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

  /** Unknown values are null. */
  public static Map<String, Object> of(Stats stats) {
    return new FieldsWriter()
        .text("name", stats.name())
        .text("series", stats.series().word())
        .text("unit", stats.series().unit())
        .time("from", stats.from())
        .number("step-ms", stats.step().toMillis())
        .list("values", Arrays.stream(stats.values()).mapToObj(NodeFields::known).toList())
        .fields();
  }

  private static Double known(double value) {
    return Double.isNaN(value) ? null : value;
  }

  public static Stats readStats(Object reply) {
    Fields in = Fields.of(reply);
    return new Stats(
        in.requireText("name"),
        Series.parse(in.requireText("series")),
        in.timeOrEpoch("from"),
        Duration.ofMillis(in.number("step-ms")),
        values(in.list("values")));
  }

  private static double[] values(List<?> list) {
    return list.stream().mapToDouble(NodeFields::value).toArray();
  }

  private static double value(Object value) {
    if (value == null) {
      return Double.NaN;
    }
    return value instanceof Number number
        ? number.doubleValue()
        : Double.parseDouble(Fields.textOf(value));
  }
}
