/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.wire;

import io.desaster.api.operation.Operation;
import java.util.Map;

/** Bulk operations. */
public final class OperationFields {
  private OperationFields() {}

  /** The fields of an operation; no {@code undo-of}: it takes none back. */
  public static Map<String, Object> of(Operation operation) {
    FieldsWriter out =
        new FieldsWriter()
            .number("id", operation.id())
            .text("action", operation.action())
            .text("filter", operation.filter())
            .word("state", operation.state())
            .number("selected", operation.selected())
            .number("done", operation.done())
            .number("skipped", operation.skipped())
            .text("by", operation.by())
            .time("started-at", operation.startedAt())
            .time("ended-at", operation.endedAt());
    if (operation.undoOf() != 0) {
      out.number("undo-of", operation.undoOf());
    }
    return out.fields();
  }

  public static Operation readOperation(Object reply) {
    Fields in = Fields.of(reply);
    in.requireText("id");
    return new Operation(
        in.number("id"),
        in.text("action"),
        in.text("filter"),
        in.word("state", Operation.State.class),
        in.number("selected"),
        in.number("done"),
        in.number("skipped"),
        in.text("by"),
        in.timeOrEpoch("started-at"),
        in.time("ended-at"),
        in.number("undo-of"));
  }
}
