/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.wire;

import io.desaster.api.event.DesasterEvent;
import java.util.Map;

/** Events. */
public final class EventFields {
  private EventFields() {}

  /** The fields of an event, its details as a map inside. */
  public static Map<String, Object> of(DesasterEvent event) {
    return new FieldsWriter()
        .text("topic", event.topic())
        .text("subject", event.subject())
        .time("at", event.at())
        .map("fields", event.fields())
        .fields();
  }

  public static DesasterEvent readEvent(Object reply) {
    Fields in = Fields.of(reply);
    return new DesasterEvent(
        in.requireText("topic"),
        in.text("subject"),
        in.timeOrEpoch("at"),
        in.fields("fields").texts());
  }
}
