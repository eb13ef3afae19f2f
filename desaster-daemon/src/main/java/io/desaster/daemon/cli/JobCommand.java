/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.Jobs;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.CancelMode;
import io.desaster.api.job.Durations;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobFilter;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobPage;
import io.desaster.api.job.JobQuery;
import io.desaster.api.job.JobState;
import io.desaster.api.operation.Operation;
import io.desaster.api.wire.JobFields;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code job}: shows and steers jobs. */
@Command(
    name = "job",
    header = "Shows and steers jobs",
    description = {
      "A FILTER is words that must all hold: 'state=failed queue=mail,news age>1h'. Fields: state"
          + " queue kind flow tag label node key limit id (= !=), priority attempts age runtime (= !="
          + " < <= > >=), error text (~ for contains).",
      "What takes IDs takes --filter instead, and then does it to all jobs that match now."
    })
final class JobCommand {
  private static final int PAGE = 50;
  private final Session session;

  JobCommand(Session session) {
    this.session = session;
  }

  private Jobs jobs() {
    return session.desaster().jobs();
  }

  /** Which jobs: by id, or all that match. */
  static final class Selection {
    @Parameters(paramLabel = "ID", arity = "1..*", description = "the jobs")
    List<String> ids;

    @Option(names = "--filter", paramLabel = "FILTER", description = "all jobs that match")
    String filter;
  }

  @Command(name = "list", header = "Lists jobs, the newest first")
  int list(
      @Parameters(paramLabel = "FILTER", arity = "0..*") List<String> filter,
      @Option(
              names = "--sort",
              paramLabel = "FIELD",
              description = "submitted due started finished priority queue")
          String sort,
      @Option(names = "--reverse", description = "turns the order round") boolean reverse,
      @Option(
              names = {"-n", "--limit"},
              paramLabel = "NUMBER",
              description = "at most so many [50]")
          Integer limit,
      @Option(
              names = "--cursor",
              paramLabel = "TEXT",
              description = "goes on after an earlier page")
          String cursor) {
    JobQuery.Sort order =
        sort == null
            ? JobQuery.Sort.SUBMITTED
            : JobQuery.Sort.valueOf(sort.toUpperCase(Locale.ROOT));
    boolean descending = (order == JobQuery.Sort.SUBMITTED) != reverse;
    JobFilter terms = JobFilter.parse(filter == null ? "" : String.join(" ", filter));
    JobPage page =
        session.get(
            jobs()
                .list(
                    new JobQuery(
                        terms,
                        order,
                        descending,
                        limit == null ? PAGE : limit,
                        cursor == null ? "" : cursor)));
    if (session.json()) {
      session.printer().json(JobFields.of(page));
      return ExitCode.OK;
    }
    session.printer().table(JobFormat.table(page.jobs(), Instant.now()));
    if (!page.next().isEmpty()) {
      session
          .printer()
          .notice(
              page.jobs().size() + " of " + page.matched() + "; more with --cursor=" + page.next());
    }
    return ExitCode.OK;
  }

  @Command(name = "show", header = "Shows all of a job")
  int show(@Parameters(paramLabel = "ID", arity = "1..*") List<String> ids) {
    for (String id : ids) {
      print(require(id));
    }
    return ExitCode.OK;
  }

  @Command(name = "explain", header = "Says why a job waits or how it ended")
  int explain(@Parameters(paramLabel = "ID") String id) {
    List<String> lines = session.get(jobs().explain(JobId.parse(id)));
    if (session.json()) {
      session.printer().json(lines);
    } else {
      lines.forEach(line -> session.printer().line(Texts.oneLine(line)));
    }
    return ExitCode.OK;
  }

  @Command(name = "wait", header = "Waits for jobs to finish, as desaster wait does")
  int await(
      @Parameters(paramLabel = "ID", arity = "1..*") List<String> ids,
      @Option(names = "--timeout", paramLabel = "TIME", description = "waits so long at most")
          String timeout) {
    return new WaitCommand(session).await(ids, timeout);
  }

  @Command(name = "result", header = "Prints what a job returned, byte by byte")
  int result(@Parameters(paramLabel = "ID") String id) {
    Job job = require(id);
    if (session.json()) {
      session.printer().json(Map.of("id", job.id().toString(), "result", job.result()));
    } else {
      session.printer().out().write(job.result(), 0, job.result().length);
      session.printer().out().flush();
    }
    return job.state().finished() ? JobFormat.exitCode(job) : ExitCode.OK;
  }

  @Command(name = "output", header = "Prints what a job has written, as desaster logs does")
  int output(
      @Parameters(paramLabel = "ID") String id,
      @Option(names = "--attempt", paramLabel = "NUMBER", description = "of this attempt")
          Integer attempt) {
    return new LogsCommand(session).print(JobId.parse(id), attempt == null ? 0 : attempt);
  }

  @Command(name = "cancel", header = "Never starts them (again), ends running attempts")
  int cancel(
      @ArgGroup(multiplicity = "1") Selection selection,
      @Option(names = "--grace", paramLabel = "TIME", description = "between TERM and KILL")
          String grace) {
    return end(selection, CancelMode.NEVER, grace);
  }

  @Command(name = "kill", header = "Ends running attempts, which count as failed tries")
  int kill(
      @ArgGroup(multiplicity = "1") Selection selection,
      @Option(names = "--grace", paramLabel = "TIME", description = "between TERM and KILL")
          String grace) {
    return end(selection, CancelMode.RETRY, grace);
  }

  @Command(name = "relocate", header = "Ends running attempts and starts them on another node")
  int relocate(
      @ArgGroup(multiplicity = "1") Selection selection,
      @Option(names = "--grace", paramLabel = "TIME", description = "between TERM and KILL")
          String grace) {
    return end(selection, CancelMode.ELSEWHERE, grace);
  }

  private int end(Selection selection, CancelMode mode, String grace) {
    Optional<Duration> time = Optional.ofNullable(grace).map(Durations::parse);
    return apply(selection, new JobAction.Cancel(mode, time, session.user()));
  }

  @Command(name = "move", header = "Puts waiting jobs at the end of another queue")
  int move(
      @Option(names = "--to", paramLabel = "QUEUE", required = true, description = "that queue")
          String queue,
      @ArgGroup(multiplicity = "1") Selection selection) {
    return apply(selection, new JobAction.Move(queue));
  }

  @Command(name = "label", header = "Changes the label or node that waiting jobs demand")
  int label(
      @Option(
              names = "--label",
              paramLabel = "WORD",
              description = "label of the pool; nothing without it")
          String label,
      @Option(names = "--node", paramLabel = "NAME", description = "node; any without it")
          String node,
      @ArgGroup(multiplicity = "1") Selection selection) {
    return apply(
        selection, new JobAction.Relabel(label == null ? "" : label, node == null ? "" : node));
  }

  @Command(name = "priority", header = "Changes the priority of waiting jobs, 0 (best) to 7")
  int priority(
      @Option(names = "--to", paramLabel = "0..7", required = true, description = "that priority")
          int priority,
      @ArgGroup(multiplicity = "1") Selection selection) {
    return apply(selection, new JobAction.Reprioritize(priority));
  }

  @Command(name = "retry", header = "Runs failed, cancelled, retrying or scheduled jobs now")
  int retry(@ArgGroup(multiplicity = "1") Selection selection) {
    return apply(selection, new JobAction.Retry());
  }

  @Command(name = "delete", header = "Forgets finished jobs and their output")
  int delete(@ArgGroup(multiplicity = "1") Selection selection) {
    return apply(selection, new JobAction.Delete());
  }

  @Command(name = "tag", header = "Adds and removes tags")
  int tag(
      @Option(names = "--add", paramLabel = "WORDS", split = ",", description = "tags to add")
          List<String> add,
      @Option(names = "--remove", paramLabel = "WORDS", split = ",", description = "tags to remove")
          List<String> remove,
      @ArgGroup(multiplicity = "1") Selection selection) {
    return apply(
        selection,
        new JobAction.Tag(add == null ? List.of() : add, remove == null ? List.of() : remove));
  }

  private int apply(Selection selection, JobAction action) {
    if (selection.filter != null) {
      Operation begun =
          session.get(jobs().applyAll(filter(selection.filter), action, session.user()));
      return new OperationCommand(session).await(begun);
    }
    for (String id : selection.ids) {
      Job job = session.get(jobs().apply(JobId.parse(id), action));
      if (session.json()) {
        session.printer().json(JobFields.of(job));
      } else {
        boolean ending = action instanceof JobAction.Cancel && job.state() == JobState.RUNNING;
        session.printer().line(JobFormat.ending(job) + (ending ? ", is being ended" : ""));
      }
    }
    return ExitCode.OK;
  }

  private Job require(String text) {
    JobId id = JobId.parse(text);
    return session
        .get(jobs().find(id))
        .orElseThrow(() -> new DesasterException(ErrorCode.NOTFOUND, "there is no job " + text));
  }

  private void print(Job job) {
    if (session.json()) {
      session.printer().json(JobFields.of(job));
    } else {
      session.printer().fields(JobFields.of(job));
    }
  }

  /** An empty filter comes from a variable that is not set more often than from somebody's mind. */
  private static JobFilter filter(String text) {
    if (text.isBlank()) {
      throw new CliException(
          ExitCode.USAGE, "an empty --filter would mean all jobs; write id=* if they are meant");
    }
    return JobFilter.parse(text);
  }
}
