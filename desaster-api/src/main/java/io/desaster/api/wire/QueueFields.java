/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.wire;

import io.desaster.api.queue.CoolDownEntry;
import io.desaster.api.queue.Pause;
import io.desaster.api.queue.QueueCounts;
import io.desaster.api.queue.QueueInfo;
import io.desaster.api.queue.QueueSettings;
import java.util.Map;
import java.util.Optional;

/** Queues and cool-downs. */
public final class QueueFields {
  private QueueFields() {}

  /** The fields of a queue; {@code settings} are the options as {@link QueueSettings} has them. */
  public static Map<String, Object> of(QueueInfo queue) {
    FieldsWriter out =
        new FieldsWriter()
            .text("name", queue.name())
            .text("kind", queue.kind())
            .flag("paused", queue.pause().isPresent());
    queue
        .pause()
        .ifPresent(
            pause ->
                out.text("paused-by", pause.by())
                    .text("paused-why", pause.why())
                    .time("paused-since", pause.since())
                    .time("paused-until", pause.until()));
    return out.flag("draining", queue.draining())
        .time("created-at", queue.createdAt())
        .map("counts", of(queue.counts()))
        .list("pools", queue.pools())
        .map("settings", queue.settings().options())
        .fields();
  }

  public static QueueInfo readQueue(Object reply) {
    Fields in = Fields.of(reply);
    Optional<Pause> pause =
        in.flag("paused")
            ? Optional.of(
                new Pause(
                    in.text("paused-by"),
                    in.text("paused-why"),
                    in.timeOrEpoch("paused-since"),
                    in.time("paused-until")))
            : Optional.empty();
    return new QueueInfo(
        in.requireText("name"),
        in.text("kind"),
        readSettings(in.fields("settings").texts()),
        pause,
        in.flag("draining"),
        in.timeOrEpoch("created-at"),
        readCounts(in.fields("counts")),
        in.texts("pools"));
  }

  private static QueueSettings readSettings(Map<String, String> options) {
    QueueSettings settings = QueueSettings.DEFAULT;
    for (String option : QueueSettings.DEFAULT.options().keySet()) {
      String value = options.get(option);
      if (value != null) {
        settings = settings.with(option, value);
      }
    }
    return settings;
  }

  public static Map<String, Object> of(QueueCounts counts) {
    return new FieldsWriter()
        .number("blocked", counts.blocked())
        .number("scheduled", counts.scheduled())
        .number("queued", counts.queued())
        .number("running", counts.running())
        .number("retrying", counts.retrying())
        .number("succeeded", counts.succeeded())
        .number("failed", counts.failed())
        .number("cancelled", counts.cancelled())
        .number("oldest-queued-ms", counts.oldestQueuedMillis())
        .fields();
  }

  private static QueueCounts readCounts(Fields in) {
    return new QueueCounts(
        in.number("blocked"),
        in.number("scheduled"),
        in.number("queued"),
        in.number("running"),
        in.number("retrying"),
        in.number("succeeded"),
        in.number("failed"),
        in.number("cancelled"),
        in.number("oldest-queued-ms"));
  }

  /** The fields of a blocked key; no {@code until}: not known yet. */
  public static Map<String, Object> of(CoolDownEntry entry) {
    return new FieldsWriter()
        .text("queue", entry.queue())
        .text("key", entry.key())
        .text("holder", entry.holder().toString())
        .time("until", entry.until())
        .fields();
  }

  public static CoolDownEntry readCoolDown(Object reply) {
    Fields in = Fields.of(reply);
    return new CoolDownEntry(
        in.requireText("queue"), in.requireText("key"), in.requireId("holder"), in.time("until"));
  }
}
