/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.Queues;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.Durations;
import io.desaster.api.queue.QueueCounts;
import io.desaster.api.queue.QueueInfo;
import io.desaster.api.wire.QueueFields;
import io.desaster.api.wire.Times;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code queue}: makes, shows and steers queues. */
@Command(
    name = "queue",
    header = "Makes, shows and steers queues",
    description = "Settings are words such as max-running=4 or retry=3; queue show lists them all.")
final class QueueCommand {
  private static final String NAME = "QUEUE";
  private final Session session;

  QueueCommand(Session session) {
    this.session = session;
  }

  private Queues queues() {
    return session.desaster().queues();
  }

  @Command(name = "list", header = "Lists all queues with what is in them")
  int list() {
    List<QueueInfo> all = session.get(queues().list());
    if (session.json()) {
      session.printer().json(all.stream().map(QueueFields::of).toList());
    } else {
      session.printer().table(table(all));
    }
    return ExitCode.OK;
  }

  static Table table(List<QueueInfo> queues) {
    Table table =
        new Table(
            NAME,
            "KIND",
            "STATE",
            "WAITING",
            "RUNNING",
            "RETRYING",
            "OK",
            "FAILED",
            "OLDEST",
            "SERVED BY");
    for (QueueInfo queue : queues) {
      QueueCounts counts = queue.counts();
      table.row(
          queue.name(),
          queue.kind(),
          state(queue),
          counts.blocked() + counts.scheduled() + counts.queued(),
          counts.running(),
          counts.retrying(),
          counts.succeeded(),
          counts.failed(),
          Texts.age(counts.oldestQueuedMillis()),
          queue.pools().isEmpty() ? "nobody" : String.join(" ", queue.pools()));
    }
    return table;
  }

  private static String state(QueueInfo queue) {
    String state = queue.pause().isPresent() ? "paused" : "";
    if (queue.draining()) {
      state += state.isEmpty() ? "draining" : ",draining";
    }
    return state.isEmpty() ? "open" : state;
  }

  @Command(name = "show", header = "Shows a queue and its settings")
  int show(@Parameters(paramLabel = NAME) String name) {
    return print(require(name));
  }

  @Command(name = "stats", header = "Shows how many jobs of a queue are where")
  int stats(@Parameters(paramLabel = NAME) String name) {
    Map<String, Object> counts = QueueFields.of(require(name).counts());
    if (session.json()) {
      session.printer().json(counts);
    } else {
      session.printer().fields(counts);
    }
    return ExitCode.OK;
  }

  @Command(name = "create", header = "Makes a queue")
  int create(
      @Parameters(paramLabel = NAME) String name,
      @Option(names = "--kind", paramLabel = "KIND", description = "kind of its jobs [shell]")
          String kind,
      @Parameters(paramLabel = "SETTING=VALUE", arity = "0..*") List<String> settings) {
    Map<String, String> options = settings(settings);
    return print(queues().create(name, kind == null ? "shell" : kind, options));
  }

  @Command(name = "set", header = "Changes settings, all of them or none")
  int set(
      @Parameters(paramLabel = NAME) String name,
      @Parameters(paramLabel = "SETTING=VALUE", arity = "1..*") List<String> settings) {
    Map<String, String> options = settings(settings);
    return print(queues().set(name, options));
  }

  /** When a pause ends by itself. */
  private static final class PauseEnd {
    @Option(names = "--for", paramLabel = "DURATION", description = "resumes by itself after it")
    private String time;

    @Option(names = "--until", paramLabel = "TIME", description = "resumes by itself then")
    private String until;

    private Instant at() {
      return until != null ? Times.parse(until) : Instant.now().plus(Durations.parse(time));
    }
  }

  @Command(name = "pause", header = "Starts nothing more from a queue")
  int pause(
      @Parameters(paramLabel = NAME) String name,
      @Option(names = "--why", paramLabel = "TEXT", description = "reason, shown to others")
          String why,
      @ArgGroup PauseEnd end) {
    Optional<Instant> until = Optional.ofNullable(end).map(PauseEnd::at);
    return print(queues().pause(name, session.user(), why == null ? "" : why, until));
  }

  @Command(name = "resume", header = "Ends a pause")
  int resume(@Parameters(paramLabel = NAME) String name) {
    return print(queues().resume(name, session.user()));
  }

  @Command(name = "drain", header = "Takes no new jobs and finishes those it has")
  int drain(
      @Parameters(paramLabel = NAME) String name,
      @Option(names = "--off", description = "takes jobs again") boolean off) {
    return print(queues().drain(name, !off, session.user()));
  }

  @Command(name = "rename", header = "Gives a queue another name")
  int rename(
      @Parameters(paramLabel = NAME) String name,
      @Parameters(paramLabel = "NEW_NAME") String newName) {
    return print(queues().rename(name, newName));
  }

  @Command(name = "destroy", header = "Removes a queue")
  int destroy(
      @Parameters(paramLabel = NAME) String name,
      @Option(
              names = "--into",
              paramLabel = NAME,
              description = "queue that takes its waiting jobs; needed if it has any")
          String into) {
    session.get(queues().destroy(name, Optional.ofNullable(into)));
    return ExitCode.OK;
  }

  @Command(name = "purge", header = "Cancels all that waits in a queue")
  int purge(@Parameters(paramLabel = NAME) String name) {
    return number("cancelled", session.get(queues().purge(name, session.user())));
  }

  @Command(name = "attach", header = "Lets a pool, by name or label, serve a queue")
  int attach(
      @Parameters(paramLabel = NAME) String name, @Parameters(paramLabel = "POOL") String pool) {
    return print(queues().attach(name, pool));
  }

  @Command(name = "detach", header = "Lets a pool no longer serve a queue")
  int detach(
      @Parameters(paramLabel = NAME) String name, @Parameters(paramLabel = "POOL") String pool) {
    return print(queues().detach(name, pool));
  }

  private int number(String name, long number) {
    if (session.json()) {
      session.printer().json(Map.of(name, number));
    } else {
      session.printer().line(Texts.plural(number, "job") + " " + name);
    }
    return ExitCode.OK;
  }

  private QueueInfo require(String name) {
    return session
        .get(queues().find(name))
        .orElseThrow(
            () ->
                new DesasterException(
                    ErrorCode.NOTFOUND,
                    "there is no queue " + name + "; desaster queue list shows all"));
  }

  private int print(CompletionStage<QueueInfo> queue) {
    return print(session.get(queue));
  }

  private int print(QueueInfo queue) {
    if (session.json()) {
      session.printer().json(QueueFields.of(queue));
    } else {
      session.printer().fields(QueueFields.of(queue));
    }
    return ExitCode.OK;
  }

  private static Map<String, String> settings(List<String> words) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String word : words == null ? List.<String>of() : words) {
      int equals = word.indexOf('=');
      if (equals < 1) {
        throw new CliException(
            ExitCode.USAGE,
            "'"
                + word
                + "' is not a setting; write for example max-running=4"
                + " (a kind is given with --kind)");
      }
      settings.put(word.substring(0, equals), word.substring(equals + 1));
    }
    return settings;
  }
}
