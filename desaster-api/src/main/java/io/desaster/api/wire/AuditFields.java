/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.wire;

import io.desaster.api.audit.AuditEntry;
import java.util.Map;

/** Entries of an audit log, on the wire and in its files. */
public final class AuditFields {
  private AuditFields() {}

  public static Map<String, Object> of(AuditEntry entry) {
    return new FieldsWriter()
        .number("number", entry.number())
        .time("time", entry.time())
        .text("node", entry.node())
        .text("who", entry.who())
        .text("by", entry.by())
        .text("name", entry.name())
        .text("from", entry.from())
        .text("verb", entry.verb())
        .text("target", entry.target())
        .list("arguments", entry.arguments())
        .text("outcome", entry.outcome())
        .text("message", entry.message())
        .fields();
  }

  public static AuditEntry readEntry(Object reply) {
    Fields in = Fields.of(reply);
    return new AuditEntry(
        in.number("number"),
        in.timeOrEpoch("time"),
        in.text("node"),
        in.text("who"),
        in.text("by"),
        in.text("name"),
        in.text("from"),
        in.requireText("verb"),
        in.text("target"),
        in.texts("arguments"),
        in.text("outcome"),
        in.text("message"));
  }
}
