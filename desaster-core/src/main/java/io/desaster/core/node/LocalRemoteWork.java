/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.node;

import io.desaster.api.RemoteWork;
import io.desaster.api.job.JobId;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.Progress;
import io.desaster.api.job.ResourceUse;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.core.command.BeatRemote;
import io.desaster.core.command.EndRemote;
import io.desaster.core.command.ReturnRemote;
import io.desaster.core.command.TakeRemote;
import io.desaster.core.command.WithdrawRemote;
import io.desaster.core.query.CommittedCopy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Work for remote workers, handed out by a node in this JVM. */
final class LocalRemoteWork implements RemoteWork {
  private final SchedulerVerticle scheduler;
  private final CommittedCopy copy;

  LocalRemoteWork(SchedulerVerticle scheduler, CommittedCopy copy) {
    this.scheduler = scheduler;
    this.copy = copy;
  }

  /** A request whose cancellation withdraws it. */
  private final class TakeReply extends FutureReply<List<Taken>> {
    @Override
    public boolean cancel(boolean mayInterrupt) {
      boolean cancelled = super.cancel(mayInterrupt);
      if (cancelled) {
        scheduler.submit(new WithdrawRemote(this));
      }
      return cancelled;
    }

    @Override
    public void answer(List<Taken> orders) {
      if (!complete(orders) && !orders.isEmpty()) {
        scheduler.submit(new ReturnRemote(orders));
      }
    }
  }

  @Override
  public CompletionStage<List<Taken>> take(Take request) {
    TakeReply reply = new TakeReply();
    scheduler.submit(new TakeRemote(request, reply));
    return reply;
  }

  @Override
  public CompletionStage<Void> done(JobId job, int attempt, byte[] result) {
    return end(job, attempt, Outcome.SUCCEEDED, -1, "", result);
  }

  @Override
  public CompletionStage<Void> fail(JobId job, int attempt, int exitCode, String error) {
    return end(job, attempt, Outcome.FAILED, exitCode, error, AttemptEnd.NO_RESULT);
  }

  private CompletionStage<Void> end(
      JobId job, int attempt, Outcome outcome, int exitCode, String error, byte[] result) {
    FutureReply<Void> reply = new FutureReply<>();
    scheduler.submit(
        new EndRemote(
            new AttemptEnd(job, attempt, outcome, exitCode, error, result, 0, 0, ResourceUse.NONE),
            reply));
    return reply;
  }

  @Override
  public CompletionStage<List<Running>> beat(String worker, List<Running> running) {
    FutureReply<List<Running>> reply = new FutureReply<>();
    scheduler.submit(new BeatRemote(worker, List.copyOf(running), reply));
    return reply;
  }

  @Override
  public CompletionStage<Void> progress(JobId job, int attempt, int percent, String text) {
    copy.progress(job, attempt, new Progress(percent, text));
    return CompletableFuture.completedFuture(null);
  }
}
