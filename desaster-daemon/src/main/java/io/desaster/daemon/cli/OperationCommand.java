/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.operation.Operation;
import io.desaster.api.wire.OperationFields;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code operation}: what was done to many jobs at once. */
@Command(name = "operation", header = "Shows, stops and undoes what is done to many jobs at once")
final class OperationCommand {
  private static final long STEP_MILLIS = 50;
  private final Session session;

  OperationCommand(Session session) {
    this.session = session;
  }

  @Command(name = "list", header = "Lists running and recent operations, the newest first")
  int list() {
    List<Operation> all = session.get(session.desaster().operations().list());
    if (session.json()) {
      session.printer().json(all.stream().map(OperationFields::of).toList());
      return ExitCode.OK;
    }
    Table table = new Table("NUMBER", "STATE", "DONE", "SKIPPED", "OF", "AGE", "BY", "ACTION");
    long now = Instant.now().toEpochMilli();
    for (Operation operation : all) {
      table.row(
          operation.id(),
          Texts.word(operation.state()),
          operation.done(),
          operation.skipped(),
          operation.selected(),
          Texts.age(now - operation.startedAt().toEpochMilli()),
          operation.by(),
          operation.action() + " " + operation.filter());
    }
    session.printer().table(table);
    return ExitCode.OK;
  }

  @Command(name = "show", header = "Shows an operation")
  int show(@Parameters(paramLabel = "NUMBER") long id) {
    return print(require(id));
  }

  @Command(name = "stop", header = "Stops it; what is done stays done")
  int stop(@Parameters(paramLabel = "NUMBER") long id) {
    return print(session.get(session.desaster().operations().stop(id)));
  }

  @Command(
      name = "undo",
      header = "Takes back what it did, where the jobs still are as it left them")
  int undo(@Parameters(paramLabel = "NUMBER") long id) {
    return await(session.get(session.desaster().operations().undo(id, session.user())));
  }

  /** Waits for it to end and prints it. */
  int await(Operation begun) {
    ProgressLine line = new ProgressLine(session.printer().err(), session.printer().terminal());
    Operation operation = begun;
    while (operation.state() == Operation.State.RUNNING) {
      long of = Math.max(1, operation.selected());
      line.show(
          ProgressLine.bar(
              (int) (100 * (operation.done() + operation.skipped()) / of),
              operation.done() + " of " + operation.selected() + " jobs"));
      pause();
      Optional<Operation> found = session.get(session.desaster().operations().find(operation.id()));
      if (found.isEmpty()) {
        break;
      }
      operation = found.get();
    }
    line.clear();
    return print(operation);
  }

  private Operation require(long id) {
    return session
        .get(session.desaster().operations().find(id))
        .orElseThrow(() -> new CliException(ExitCode.REFUSED, "there is no operation " + id));
  }

  private int print(Operation operation) {
    if (session.json()) {
      session.printer().json(OperationFields.of(operation));
    } else {
      session
          .printer()
          .line(
              "operation %d (%s): %s, %d of %s done, %d skipped"
                  .formatted(
                      operation.id(),
                      operation.action(),
                      Texts.word(operation.state()),
                      operation.done(),
                      Texts.plural(operation.selected(), "job"),
                      operation.skipped()));
    }
    return ExitCode.OK;
  }

  private static void pause() {
    try {
      Thread.sleep(STEP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException(ExitCode.INTERRUPTED, "interrupted", e);
    }
  }
}
