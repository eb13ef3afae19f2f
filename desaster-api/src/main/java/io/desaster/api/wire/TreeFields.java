/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.wire;

import io.desaster.api.tree.TreeInfo;
import io.desaster.api.tree.TreePreview;
import io.desaster.api.tree.TreeVersion;
import java.time.Duration;
import java.util.Map;

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
