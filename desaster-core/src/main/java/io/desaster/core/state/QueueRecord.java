/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.queue.Pause;
import io.desaster.api.queue.QueueSettings;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a queue besides its jobs.
 *
 * @param id number that jobs refer to it by; never used again
 * @param pause null if it is not paused
 */
public record QueueRecord(
    int id,
    String name,
    String kind,
    QueueSettings settings,
    Pause pause,
    boolean draining,
    long createdAt) {

  public QueueRecord withSettings(QueueSettings newSettings) {
    return new QueueRecord(id, name, kind, newSettings, pause, draining, createdAt);
  }

  public QueueRecord withPause(Pause newPause) {
    return new QueueRecord(id, name, kind, settings, newPause, draining, createdAt);
  }

  public QueueRecord withDraining(boolean newDraining) {
    return new QueueRecord(id, name, kind, settings, pause, newDraining, createdAt);
  }

  public QueueRecord withName(String newName) {
    return new QueueRecord(id, newName, kind, settings, pause, draining, createdAt);
  }

  public void encode(Output out) {
    out.writeVarint(id);
    out.writeString(name);
    out.writeString(kind);
    Map<String, String> options = settings.options();
    options.entrySet().removeAll(QueueSettings.DEFAULT.options().entrySet());
    out.writeVarint(options.size());
    options.forEach(
        (option, value) -> {
          out.writeString(option);
          out.writeString(value);
        });
    out.writeBoolean(pause != null);
    if (pause != null) {
      out.writeString(pause.by());
      out.writeString(pause.why());
      out.writeVarint(pause.since().toEpochMilli());
      out.writeVarint(pause.until().map(Instant::toEpochMilli).orElse(0L));
    }
    out.writeBoolean(draining);
    out.writeVarint(createdAt);
  }

  public static QueueRecord decode(Input in) {
    int id = in.readVarint32();
    String name = in.readString();
    String kind = in.readString();
    QueueSettings settings = QueueSettings.DEFAULT;
    int options = in.readVarint32();
    for (int i = 0; i < options; i++) {
      settings = settings.with(in.readString(), in.readString());
    }
    Pause pause = null;
    if (in.readBoolean()) {
      String by = in.readString();
      String why = in.readString();
      Instant since = Instant.ofEpochMilli(in.readVarint());
      long until = in.readVarint();
      pause =
          new Pause(
              by,
              why,
              since,
              until == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(until)));
    }
    return new QueueRecord(id, name, kind, settings, pause, in.readBoolean(), in.readVarint());
  }
}
