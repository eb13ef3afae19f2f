/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.desaster.api.RemoteWork;
import io.desaster.api.job.Durations;
import io.desaster.api.job.JobId;
import io.desaster.api.wire.WireIds;
import io.desaster.api.wire.WorkFields;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The verbs of JOB for workers. */
final class ClientWork implements RemoteWork {
  private final Asking asking;
  private final SideLinks sideLinks;

  ClientWork(Asking asking, SideLinks sideLinks) {
    this.asking = asking;
    this.sideLinks = sideLinks;
  }

  @Override
  public CompletionStage<List<Taken>> take(Take request) {
    CompletableFuture<List<Taken>> answer = new CompletableFuture<>();
    sideLinks
        .use(side -> take(side, request, answer))
        .whenComplete(
            (taken, failure) -> {
              if (failure != null) {
                answer.completeExceptionally(Failures.of(failure));
              } else if (!answer.complete(taken)) {
                taken.forEach(this::giveBack);
              }
            });
    return answer;
  }

  private static CompletableFuture<List<Taken>> take(
      Asking side, Take request, CompletableFuture<List<Taken>> answer) {
    if (answer.isDone()) {
      return CompletableFuture.completedFuture(List.of());
    }
    CompletableFuture<List<Taken>> asked =
        side.waiting(
            takeCommand(request), Request.Again.SAFE, request.patience(), ClientWork::taken);
    answer.whenComplete(
        (taken, failure) -> {
          if (answer.isCancelled()) {
            side.read(withdrawCommand(request.worker()), Replies::nothing);
          }
        });
    return asked;
  }

  static List<Taken> taken(Object reply) {
    return Replies.each(reply, WorkFields::readTaken);
  }

  static CommandWriter takeCommand(Take request) {
    CommandWriter command =
        CommandWriter.of("JOB", "TAKE", request.worker())
            .add("COUNT")
            .add(request.count())
            .add("WAIT")
            .add(Durations.format(request.patience()))
            .addIfAny("QUEUES", String.join(",", request.queues()));
    if (request.slots() > 0) {
      command.add("SLOTS").add(request.slots());
    }
    return command.addIfAny("LABELS", String.join(",", request.labels()));
  }

  /** Ends the requests that wait on the connection; they are answered with what they have. */
  static CommandWriter withdrawCommand(String worker) {
    return CommandWriter.of("JOB", "TAKE", worker).add("COUNT").add(0);
  }

  /** An order that came when nobody wanted it any more: others shall have it, at no cost. */
  private void giveBack(Taken order) {
    asking
        .once(CommandWriter.of("JOB", "RELOCATE", order.job().toString()), Replies::nothing)
        .whenComplete(
            (nothing, failure) ->
                fail(order.job(), order.attempt(), -1, "the worker withdrew its request for work"));
  }

  @Override
  public CompletionStage<Void> done(JobId job, int attempt, byte[] result) {
    return asking.repeatable(doneCommand(job, attempt, result), Replies::nothing);
  }

  static CommandWriter doneCommand(JobId job, int attempt, byte[] result) {
    CommandWriter command = new CommandWriter("JOB DONE", 96 + result.length);
    command.add("JOB").add("DONE").add(WireIds.write(job)).add(attempt);
    return result.length == 0 ? command : command.add(result);
  }

  @Override
  public CompletionStage<Void> fail(JobId job, int attempt, int exitCode, String error) {
    return asking.repeatable(failCommand(job, attempt, exitCode, error), Replies::nothing);
  }

  static CommandWriter failCommand(JobId job, int attempt, int exitCode, String error) {
    CommandWriter command = new CommandWriter("JOB FAIL", 128);
    command.add("JOB").add("FAIL").add(WireIds.write(job)).add(attempt);
    if (exitCode >= 0) {
      command.add("EXIT").add(exitCode);
    }
    return command.addIfAny("ERROR", error);
  }

  @Override
  public CompletionStage<List<Running>> beat(String worker, List<Running> running) {
    CommandWriter command = new CommandWriter("JOB BEAT", 64 + 56 * running.size());
    command.add("JOB").add("BEAT").add(worker);
    for (Running one : running) {
      command.add(WireIds.write(one.job())).add(one.attempt());
    }
    return asking.repeatable(command, reply -> Replies.each(reply, WorkFields::readRunning));
  }

  @Override
  public CompletionStage<Void> progress(JobId job, int attempt, int percent, String text) {
    CommandWriter command =
        CommandWriter.of("JOB", "PROGRESS", job.toString()).add(attempt).add(percent);
    return asking.repeatable(text.isEmpty() ? command : command.add(text), Replies::nothing);
  }
}
