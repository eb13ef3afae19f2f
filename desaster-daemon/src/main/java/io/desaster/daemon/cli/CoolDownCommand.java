/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.queue.CoolDownEntry;
import io.desaster.api.wire.QueueFields;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cooldown}: keys that are rejected for a time. */
@Command(name = "cooldown", header = "Lists and frees keys that are rejected for a time")
final class CoolDownCommand {
  private final Session session;

  CoolDownCommand(Session session) {
    this.session = session;
  }

  @Command(name = "list", header = "Lists blocked keys")
  int list(@Parameters(paramLabel = "QUEUE", arity = "0..1") String queue) {
    List<CoolDownEntry> entries =
        session.get(session.desaster().queues().coolDowns(queue == null ? "" : queue));
    if (session.json()) {
      session.printer().json(entries.stream().map(QueueFields::of).toList());
      return ExitCode.OK;
    }
    Table table = new Table("QUEUE", "KEY", "UNTIL", "HOLDER");
    for (CoolDownEntry entry : entries) {
      table.row(
          entry.queue(),
          Texts.oneLine(entry.key()),
          entry.until().map(Object::toString).orElse("after its end"),
          entry.holder());
    }
    session.printer().table(table);
    return ExitCode.OK;
  }

  @Command(name = "clear", header = "Frees a key, or all keys of a queue")
  int clear(
      @Parameters(paramLabel = "QUEUE") String queue,
      @Option(names = "--key", paramLabel = "KEY", description = "this key only") String key) {
    long freed =
        session.get(session.desaster().queues().clearCoolDowns(queue, key == null ? "" : key));
    if (session.json()) {
      session.printer().json(Map.of("cleared", freed));
    } else {
      session.printer().line(Texts.plural(freed, "key") + " freed");
    }
    return ExitCode.OK;
  }
}
