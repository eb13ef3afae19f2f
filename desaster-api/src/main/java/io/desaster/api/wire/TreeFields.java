/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.wire;

import io.desaster.api.tree.TreeInfo;
import io.desaster.api.tree.TreePreview;
import io.desaster.api.tree.TreeStats;
import io.desaster.api.tree.TreeVersion;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Trees of classes. */
public final class TreeFields {
  private TreeFields() {}

  /** The fields of a tree: those of its version, then what is in it. */
  public static Map<String, Object> of(TreeInfo tree) {
    FieldsWriter out = new FieldsWriter().text("kind", tree.kind());
    version(tree.version(), out);
    return out.number("slots", tree.slots())
        .text("note", tree.note())
        .list("classes", tree.classes().stream().map(TreeFields::of).toList())
        .fields();
  }

  public static Map<String, Object> of(TreeVersion version) {
    FieldsWriter out = new FieldsWriter();
    version(version, out);
    return out.fields();
  }

  private static void version(TreeVersion version, FieldsWriter out) {
    out.number("version", version.version());
    if (version.version() > 0) {
      out.text("by", version.by()).time("at", version.at());
    }
    out.text("text", version.text());
  }

  private static Map<String, Object> of(TreeInfo.ClassInfo one) {
    return new FieldsWriter()
        .text("name", one.name())
        .number("depth", one.depth())
        .flag("queue", one.queue())
        .text("discipline", one.discipline())
        .text("rate", one.rate())
        .text("ceil", one.ceil())
        .number("queued", one.queued())
        .number("running", one.running())
        .fields();
  }

  /** Both courses of each queue; numbers are texts, for they have fractions. */
  public static Map<String, Object> of(TreePreview preview) {
    return new FieldsWriter()
        .text("kind", preview.kind())
        .number("length-ms", preview.length().toMillis())
        .text("note", preview.note())
        .list("classes", preview.classes().stream().map(TreeFields::of).toList())
        .fields();
  }

  private static Map<String, Object> of(TreePreview.OfQueue one) {
    return new FieldsWriter()
        .text("queue", one.queue())
        .map("before", of(one.before()))
        .map("after", of(one.after()))
        .fields();
  }

  private static Map<String, Object> of(TreePreview.Course course) {
    return new FieldsWriter()
        .text("started", Double.toString(course.started()))
        .text("waiting", Double.toString(course.waiting()))
        .text("share", Double.toString(course.share()))
        .number("wait-p50-ms", course.waitP50Millis())
        .number("wait-p90-ms", course.waitP90Millis())
        .fields();
  }

  /** How fair a tree is; of each class the fields of TREE SHOW, then what was measured. */
  public static Map<String, Object> of(TreeStats stats) {
    return new FieldsWriter()
        .text("kind", stats.kind())
        .number("slots", stats.slots())
        .text("note", stats.note())
        .number("window-ms", stats.window().toMillis())
        .list("classes", stats.classes().stream().map(TreeFields::of).toList())
        .fields();
  }

  /** The fields of one class. */
  public static Map<String, Object> of(TreeStats.ClassStats stats) {
    Map<String, Object> fields = of(stats.info());
    fields.putAll(measured(stats));
    return fields;
  }

  /** What was measured of one class. */
  public static Map<String, Object> measured(TreeStats.ClassStats stats) {
    FieldsWriter out = new FieldsWriter().map("share", of(stats.share()));
    stats.tokens().ifPresent(tokens -> out.map("tokens", of(tokens)));
    return out.map("waits", of(stats.waits()))
        .map("totals", of(stats.totals()))
        .list("flows", stats.flows().stream().map(TreeFields::of).toList())
        .fields();
  }

  private static Map<String, Object> of(TreeStats.Share share) {
    return new FieldsWriter()
        .text("unit", share.unit())
        .amount("guaranteed", share.guaranteed())
        .amount("entitled", share.entitled())
        .amount("used", share.used())
        .amount("ratio", share.ratio())
        .amount("guaranteed-part", share.guaranteedPart())
        .amount("entitled-part", share.entitledPart())
        .amount("used-part", share.usedPart())
        .fields();
  }

  private static Map<String, Object> of(TreeStats.Tokens tokens) {
    return new FieldsWriter()
        .amount("tokens", tokens.tokens())
        .amount("burst", tokens.burst())
        .amount("ceil-tokens", tokens.ceilTokens())
        .amount("ceil-burst", tokens.ceilBurst())
        .number("lends", tokens.lends())
        .number("borrows", tokens.borrows())
        .number("overlimits", tokens.overlimits())
        .fields();
  }

  private static Map<String, Object> of(TreeStats.Waits waits) {
    return new FieldsWriter()
        .number("started", waits.started())
        .number("p50-ms", waits.p50Millis())
        .number("p90-ms", waits.p90Millis())
        .number("p99-ms", waits.p99Millis())
        .number("oldest-ms", waits.oldestMillis())
        .fields();
  }

  private static Map<String, Object> of(TreeStats.Totals totals) {
    return new FieldsWriter()
        .number("started", totals.started())
        .number("wait-ms", totals.waitMillis())
        .number("ended", totals.ended())
        .number("run-ms", totals.runMillis())
        .amount("eta-error-ratio", totals.etaErrorRatio())
        .fields();
  }

  private static Map<String, Object> of(TreeStats.FlowStats flow) {
    return new FieldsWriter()
        .text("flow", flow.name())
        .number("queued", flow.queued())
        .number("running", flow.running())
        .number("max-running", flow.maxRunning())
        .map("share", of(flow.share()))
        .fields();
  }

  public static TreeStats readStats(Object reply) {
    Fields in = Fields.of(reply);
    return new TreeStats(
        in.requireText("kind"),
        in.count("slots"),
        in.text("note"),
        Duration.ofMillis(in.number("window-ms")),
        in.list("classes").stream().map(TreeFields::readClassStats).toList());
  }

  private static TreeStats.ClassStats readClassStats(Object reply) {
    Fields in = Fields.of(reply);
    Fields tokens = in.fields("tokens");
    return new TreeStats.ClassStats(
        readClass(reply),
        readShare(in.fields("share")),
        tokens.has("tokens") ? Optional.of(readTokens(tokens)) : Optional.empty(),
        readWaits(in.fields("waits")),
        readTotals(in.fields("totals")),
        Fields.listOf(in.list("flows")).stream().map(TreeFields::readFlow).toList());
  }

  private static TreeStats.Share readShare(Fields in) {
    return new TreeStats.Share(
        in.requireText("unit"),
        in.amount("guaranteed"),
        in.amount("entitled"),
        in.amount("used"),
        in.amount("guaranteed-part"),
        in.amount("entitled-part"),
        in.amount("used-part"));
  }

  private static TreeStats.Tokens readTokens(Fields in) {
    return new TreeStats.Tokens(
        in.amount("tokens"),
        in.amount("burst"),
        in.amount("ceil-tokens"),
        in.amount("ceil-burst"),
        in.number("lends"),
        in.number("borrows"),
        in.number("overlimits"));
  }

  private static TreeStats.Waits readWaits(Fields in) {
    return new TreeStats.Waits(
        in.number("started"),
        in.number("p50-ms"),
        in.number("p90-ms"),
        in.number("p99-ms"),
        in.number("oldest-ms"));
  }

  private static TreeStats.Totals readTotals(Fields in) {
    return new TreeStats.Totals(
        in.number("started"),
        in.number("wait-ms"),
        in.number("ended"),
        in.number("run-ms"),
        in.amount("eta-error-ratio"));
  }

  private static TreeStats.FlowStats readFlow(Fields in) {
    return new TreeStats.FlowStats(
        in.requireText("flow"),
        in.number("queued"),
        in.count("running"),
        in.count("max-running"),
        readShare(in.fields("share")));
  }

  public static TreePreview readPreview(Object reply) {
    Fields in = Fields.of(reply);
    return new TreePreview(
        in.requireText("kind"),
        Duration.ofMillis(in.number("length-ms")),
        in.text("note"),
        Fields.listOf(in.list("classes")).stream()
            .map(
                one ->
                    new TreePreview.OfQueue(
                        one.requireText("queue"),
                        readCourse(one.fields("before")),
                        readCourse(one.fields("after"))))
            .toList());
  }

  private static TreePreview.Course readCourse(Fields in) {
    return new TreePreview.Course(
        Double.parseDouble(in.requireText("started")),
        Double.parseDouble(in.requireText("waiting")),
        Double.parseDouble(in.requireText("share")),
        in.number("wait-p50-ms"),
        in.number("wait-p90-ms"));
  }

  public static TreeInfo readTree(Object reply) {
    Fields in = Fields.of(reply);
    return new TreeInfo(
        in.requireText("kind"),
        readVersion(reply),
        in.count("slots"),
        in.text("note"),
        in.list("classes").stream().map(TreeFields::readClass).toList());
  }

  public static TreeVersion readVersion(Object reply) {
    Fields in = Fields.of(reply);
    in.requireText("version");
    return new TreeVersion(
        in.number("version"), in.text("by"), in.timeOrEpoch("at"), in.requireText("text"));
  }

  private static TreeInfo.ClassInfo readClass(Object reply) {
    Fields in = Fields.of(reply);
    return new TreeInfo.ClassInfo(
        in.requireText("name"),
        in.count("depth"),
        in.flag("queue"),
        in.text("discipline"),
        in.text("rate"),
        in.text("ceil"),
        in.number("queued"),
        in.number("running"));
  }
}
