/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.node;

import io.desaster.api.Jobs;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.Attempt;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobFilter;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobPage;
import io.desaster.api.job.JobQuery;
import io.desaster.api.operation.Operation;
import io.desaster.api.spi.Worker;
import io.desaster.core.command.ActOnJob;
import io.desaster.core.command.StartOperation;
import io.desaster.core.query.CommittedCopy;
import io.desaster.core.scheduler.Reply;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Jobs of a node in this JVM. */
final class LocalJobs implements Jobs {
  private static final int OUTPUT_BYTES_MAX = 1 << 20;

  private final SchedulerVerticle scheduler;
  private final CommittedCopy copy;
  private final Map<String, Worker> workers;
  private final Vertx vertx;

  LocalJobs(
      SchedulerVerticle scheduler, CommittedCopy copy, Map<String, Worker> workers, Vertx vertx) {
    this.scheduler = scheduler;
    this.copy = copy;
    this.workers = workers;
    this.vertx = vertx;
  }

  @Override
  public CompletionStage<Optional<Job>> find(JobId id) {
    return copy.findPredicted(id);
  }

  @Override
  public CompletionStage<JobPage> list(JobQuery query) {
    return copy.list(query);
  }

  @Override
  public CompletionStage<Job> await(JobId id, Duration timeout) {
    CompletableFuture<Job> finished = copy.await(id);
    CompletableFuture<Job> answer = new CompletableFuture<>();
    long timer =
        vertx.setTimer(
            Math.max(1, timeout.toMillis()),
            ignored -> copy.stopAwaiting(id, giveUp(id, finished)));
    finished.whenComplete(
        (job, error) -> {
          vertx.cancelTimer(timer);
          if (error != null) {
            answer.completeExceptionally(error);
          } else {
            answer.complete(job);
          }
        });
    return answer;
  }

  private CompletableFuture<Job> giveUp(JobId id, CompletableFuture<Job> waiter) {
    copy.find(id)
        .thenAccept(
            job ->
                job.ifPresentOrElse(
                    waiter::complete, () -> waiter.completeExceptionally(notFound(id))));
    return waiter;
  }

  @Override
  public CompletionStage<Worker.Output> output(
      JobId id, int attempt, boolean error, long offset, int bytesMax) {
    return copy.find(id)
        .thenCompose(
            found ->
                output(found.orElseThrow(() -> notFound(id)), attempt, error, offset, bytesMax));
  }

  private CompletionStage<Worker.Output> output(
      Job job, int attempt, boolean error, long offset, int bytesMax) {
    Worker worker = workers.get(job.spec().kind());
    int last = job.lastAttempt().map(Attempt::number).orElse(0);
    int number = attempt == 0 ? last : attempt;
    if (number < 0 || number > last) {
      return CompletableFuture.failedFuture(
          new DesasterException(
              ErrorCode.NOTFOUND,
              "job " + job.id() + " has no attempt " + attempt + ", its last is " + last));
    }
    if (worker == null || number == 0) {
      boolean complete = job.state().finished() || worker == null;
      return CompletableFuture.completedFuture(
          new Worker.Output(0, new byte[0], 0, -1, -1, complete));
    }
    int bytes = Math.max(0, Math.min(bytesMax, OUTPUT_BYTES_MAX));
    CompletionStage<Worker.Output> output = worker.output(job.id(), number, error, offset, bytes);
    // A worker knows nothing of an attempt whose order has not reached it yet.
    return over(job, number) ? output : output.thenApply(LocalJobs::toBeContinued);
  }

  private static boolean over(Job job, int number) {
    return job.attempts().stream()
        .filter(attempt -> attempt.number() == number)
        .allMatch(attempt -> attempt.endedAt().isPresent());
  }

  private static Worker.Output toBeContinued(Worker.Output output) {
    return new Worker.Output(
        output.offset(),
        output.bytes(),
        output.size(),
        output.droppedFrom(),
        output.droppedTo(),
        false);
  }

  @Override
  public CompletionStage<Job> apply(JobId id, JobAction action) {
    FutureReply<Job> reply = new FutureReply<>();
    scheduler.submit(new ActOnJob(id, action, reply));
    return reply;
  }

  @Override
  public CompletionStage<Operation> applyAll(JobFilter filter, JobAction action, String by) {
    return copy.select(filter)
        .thenCompose(
            ids -> {
              FutureReply<Operation> started = new FutureReply<>();
              scheduler.submit(
                  new StartOperation(action, Filters.text(filter), by, ids, started, Reply.none()));
              return started;
            });
  }

  @Override
  public CompletionStage<List<String>> explain(JobId id) {
    return copy.explain(id);
  }

  private static DesasterException notFound(JobId id) {
    return new DesasterException(ErrorCode.NOTFOUND, "there is no job " + id + " (any more)");
  }
}
