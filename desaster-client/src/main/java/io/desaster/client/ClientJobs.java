/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.desaster.api.Jobs;
import io.desaster.api.error.DesasterException;
import io.desaster.api.job.Durations;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobFilter;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobPage;
import io.desaster.api.job.JobQuery;
import io.desaster.api.operation.Operation;
import io.desaster.api.spi.Worker;
import io.desaster.api.wire.Fields;
import io.desaster.api.wire.JobFields;
import io.desaster.api.wire.OperationFields;
import io.desaster.api.wire.WorkFields;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** JOB, as far as it is not for workers. */
final class ClientJobs implements Jobs {
  /** A wait is asked for in pieces, so that many waits may share few connections. */
  private static final Duration PIECE = Duration.ofSeconds(5);

  private static final Duration LONGEST = Duration.ofDays(3_650);

  private final Asking asking;
  private final SideLinks sideLinks;

  ClientJobs(Asking asking, SideLinks sideLinks) {
    this.asking = asking;
    this.sideLinks = sideLinks;
  }

  @Override
  public CompletionStage<Optional<Job>> find(JobId id) {
    return ClientQueues.absentIfNotFound(
        asking.read(CommandWriter.of("JOB", "SHOW", id.toString()), JobFields::readJob));
  }

  @Override
  public CompletionStage<JobPage> list(JobQuery query) {
    CommandWriter command =
        CommandWriter.of("JOB", "LIST")
            .addIfAny("FILTER", query.filter().text())
            .add("SORT")
            .add(Fields.word(query.sort()))
            .add(query.descending() ? "DESC" : "ASC")
            .add("LIMIT")
            .add(query.limit())
            .addIfAny("CURSOR", query.cursor());
    return asking.read(command, JobFields::readPage);
  }

  @Override
  public CompletionStage<Job> await(JobId id, Duration timeout) {
    Duration bounded = timeout.compareTo(LONGEST) < 0 ? timeout : LONGEST;
    return awaitUntil(id, System.nanoTime() + bounded.toNanos());
  }

  private CompletableFuture<Job> awaitUntil(JobId id, long endNanos) {
    return awaitPiece(id, rest(endNanos))
        .thenCompose(
            job ->
                job.state().finished() || rest(endNanos).isZero()
                    ? CompletableFuture.completedFuture(job)
                    : awaitUntil(id, endNanos))
        .exceptionallyCompose(
            failure -> {
              DesasterException refusal = Failures.of(failure);
              // The daemon may be restarting; that is not the end of the wait.
              return Failures.nothingHappened(refusal.code()) && !rest(endNanos).isZero()
                  ? awaitUntil(id, endNanos)
                  : CompletableFuture.failedFuture(refusal);
            });
  }

  private CompletableFuture<Job> awaitPiece(JobId id, Duration rest) {
    Duration piece = rest.compareTo(PIECE) < 0 ? rest : PIECE;
    CommandWriter command =
        CommandWriter.of("JOB", "WAIT", id.toString()).add("TIMEOUT").add(Durations.format(piece));
    return sideLinks.use(
        side -> side.waiting(command, Request.Again.READ, piece, JobFields::readJob));
  }

  /** What is left of a wait, at least zero, in whole milliseconds. */
  static Duration rest(long endNanos) {
    return Duration.ofMillis(Math.max(0, (endNanos - System.nanoTime()) / 1_000_000));
  }

  @Override
  public CompletionStage<Worker.Output> output(
      JobId id, int attempt, boolean error, long offset, int bytesMax) {
    CommandWriter command = CommandWriter.of("JOB", "OUTPUT", id.toString());
    command.add("ATTEMPT").add(attempt).add("OFFSET").add(offset).add("LIMIT").add(bytesMax);
    return asking.read(error ? command.add("STDERR") : command, WorkFields::readOutput);
  }

  @Override
  public CompletionStage<Job> apply(JobId id, JobAction action) {
    ActionWords words = ActionWords.of(action);
    CommandWriter command = CommandWriter.of("JOB", words.verb(), id.toString());
    words.options().forEach(command::add);
    return words.repeatable()
        ? asking.repeatable(command, JobFields::readJob)
        : asking.once(command, JobFields::readJob);
  }

  @Override
  public CompletionStage<Operation> applyAll(JobFilter filter, JobAction action, String by) {
    ActionWords words = ActionWords.of(action);
    // Who writes the empty filter in Java means it; on the wire it is taken for a mistake.
    String text = filter.text().isEmpty() ? "id=*" : filter.text();
    CommandWriter command = CommandWriter.of("JOB", words.verb(), "FILTER").add(text);
    words.options().forEach(command::add);
    if (!words.options().contains("BY")) {
      command.addIfAny("BY", by);
    }
    return asking.once(command, OperationFields::readOperation);
  }

  @Override
  public CompletionStage<List<String>> explain(JobId id) {
    return asking.read(CommandWriter.of("JOB", "EXPLAIN", id.toString()), Replies::texts);
  }
}
