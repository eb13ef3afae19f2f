/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.node;

import io.desaster.api.Queues;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.CancelMode;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobFilter;
import io.desaster.api.operation.Operation;
import io.desaster.api.queue.CoolDownEntry;
import io.desaster.api.queue.QueueInfo;
import io.desaster.api.queue.QueueSettings;
import io.desaster.core.command.AttachPool;
import io.desaster.core.command.ClearCoolDowns;
import io.desaster.core.command.CreateQueue;
import io.desaster.core.command.DrainQueue;
import io.desaster.core.command.PauseQueue;
import io.desaster.core.command.RemoveQueue;
import io.desaster.core.command.RenameQueue;
import io.desaster.core.command.ResumeQueue;
import io.desaster.core.command.SetQueue;
import io.desaster.core.command.StartOperation;
import io.desaster.core.query.CommittedCopy;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;

/** Queues of a node in this JVM. */
final class LocalQueues implements Queues {
  private final SchedulerVerticle scheduler;
  private final CommittedCopy copy;

  LocalQueues(SchedulerVerticle scheduler, CommittedCopy copy) {
    this.scheduler = scheduler;
    this.copy = copy;
  }

  private <T> CompletionStage<T> ask(Function<Reply<T>, Command> command) {
    FutureReply<T> reply = new FutureReply<>();
    scheduler.submit(command.apply(reply));
    return reply;
  }

  @Override
  public CompletionStage<QueueInfo> create(String name, String kind, Map<String, String> options) {
    QueueSettings settings = QueueSettings.DEFAULT;
    try {
      for (Map.Entry<String, String> option : options.entrySet()) {
        settings = settings.with(option.getKey(), option.getValue());
      }
    } catch (IllegalArgumentException wrong) {
      return CompletableFuture.failedFuture(
          new DesasterException(
              ErrorCode.INVALID, "cannot create queue '" + name + "': " + wrong.getMessage()));
    }
    QueueSettings complete = settings;
    return ask(reply -> new CreateQueue(name, kind, complete, reply));
  }

  @Override
  public CompletionStage<QueueInfo> set(String name, Map<String, String> options) {
    return ask(reply -> new SetQueue(name, Map.copyOf(options), reply));
  }

  @Override
  public CompletionStage<Optional<QueueInfo>> find(String name) {
    return copy.queue(name);
  }

  @Override
  public CompletionStage<List<QueueInfo>> list() {
    return copy.queues();
  }

  @Override
  public CompletionStage<QueueInfo> pause(
      String name, String by, String why, Optional<Instant> until) {
    return ask(reply -> new PauseQueue(name, by, why, until, reply));
  }

  @Override
  public CompletionStage<QueueInfo> resume(String name, String by) {
    return ask(reply -> new ResumeQueue(name, reply));
  }

  @Override
  public CompletionStage<QueueInfo> drain(String name, boolean draining, String by) {
    return ask(reply -> new DrainQueue(name, draining, reply));
  }

  @Override
  public CompletionStage<QueueInfo> rename(String name, String newName) {
    return ask(reply -> new RenameQueue(name, newName, reply));
  }

  @Override
  public CompletionStage<QueueInfo> attach(String name, String pool) {
    return ask(reply -> new AttachPool(name, pool, true, reply));
  }

  @Override
  public CompletionStage<QueueInfo> detach(String name, String pool) {
    return ask(reply -> new AttachPool(name, pool, false, reply));
  }

  /**
   * Stops the inflow, moves what waits, drops what is finished, then removes the queue. Each step
   * is committed by itself; whoever is interrupted in the middle asks again.
   */
  @Override
  public CompletionStage<Void> destroy(String name, Optional<String> into) {
    return find(name)
        .thenCombine(
            into.map(this::find).orElse(CompletableFuture.completedFuture(Optional.empty())),
            (queue, other) -> {
              requireDestroyable(name, queue, into, other);
              return queue;
            })
        .thenCompose(queue -> drain(name, true, ""))
        .thenCompose(drained -> empty(name, into))
        .thenCompose(
            emptied ->
                this.<Boolean>ask(reply -> new RemoveQueue(name, reply))
                    .thenCompose(
                        removed -> {
                          if (removed) {
                            return CompletableFuture.completedFuture(null);
                          }
                          requireProgress(name, emptied);
                          return destroy(name, into);
                        }));
  }

  private static void requireDestroyable(
      String name, Optional<QueueInfo> queue, Optional<String> into, Optional<QueueInfo> other) {
    if (queue.isEmpty()) {
      throw new DesasterException(ErrorCode.NOTFOUND, "there is no queue '" + name + "'");
    }
    if (into.isPresent() && into.get().equals(name)) {
      throw new DesasterException(
          ErrorCode.INVALID, "queue '" + name + "' cannot be destroyed into itself");
    }
    if (into.isPresent() && other.isEmpty()) {
      throw new DesasterException(
          ErrorCode.NOTFOUND,
          "there is no queue '%s' INTO which the jobs of '%s' could go; create it first"
              .formatted(into.get(), name));
    }
    if (other.isPresent() && other.get().draining()) {
      throw new DesasterException(
          ErrorCode.STATE,
          "queue '%s' is draining and takes no jobs of '%s'; give another queue, or DRAIN it OFF"
              .formatted(into.get(), name));
    }
    if (other.isPresent() && !other.get().kind().equals(queue.get().kind())) {
      throw new DesasterException(
          ErrorCode.INVALID,
          ("queue '%s' holds jobs of kind %s, and '%s' those of kind %s; give another queue INTO"
                  + " which its jobs can go")
              .formatted(name, queue.get().kind(), other.get().name(), other.get().kind()));
    }
    long living = queue.get().counts().backlog() + queue.get().counts().running();
    if (into.isEmpty() && living > 0) {
      throw new DesasterException(
          ErrorCode.STATE,
          "queue '"
              + name
              + "' has "
              + living
              + " jobs that are not finished; destroy it INTO another queue, or PURGE it first");
    }
  }

  /** Without it a queue that cannot be emptied would be tried again and again. */
  private static void requireProgress(String name, List<Operation> emptied) {
    long done = emptied.stream().mapToLong(Operation::done).sum();
    long skipped = emptied.stream().mapToLong(Operation::skipped).sum();
    if (done == 0 && skipped > 0) {
      throw new DesasterException(
          ErrorCode.STATE,
          "queue '%s' cannot be emptied of %d jobs: the other queue takes none, or finished jobs"
                  .formatted(name, skipped)
              + " are waited for by jobs elsewhere; it takes no new jobs, so remove the cause and"
              + " destroy it again, or DRAIN it OFF");
    }
  }

  /** Moves what waits, if it shall be moved, and drops what is finished. */
  private CompletionStage<List<Operation>> empty(String name, Optional<String> into) {
    CompletionStage<List<Operation>> moved =
        into.isPresent()
            ? all(waiting(name), new JobAction.Move(into.get()), "destroy").thenApply(List::of)
            : CompletableFuture.completedFuture(List.of());
    return moved.thenCompose(
        moves ->
            all(
                    JobFilter.parse("queue=\"" + name + "\" state=succeeded,failed,cancelled"),
                    new JobAction.Delete(),
                    "destroy")
                .thenApply(
                    deletion -> Stream.concat(moves.stream(), Stream.of(deletion)).toList()));
  }

  private static JobFilter waiting(String name) {
    return JobFilter.parse("queue=\"" + name + "\" state=blocked,scheduled,queued,retrying");
  }

  /** Carries out an action on all that match, and completes when it is over. */
  private CompletionStage<Operation> all(JobFilter filter, JobAction action, String by) {
    return copy.select(filter)
        .thenCompose(
            ids -> {
              FutureReply<Operation> ended = new FutureReply<>();
              scheduler.submit(
                  new StartOperation(action, Filters.text(filter), by, ids, Reply.none(), ended));
              return ended;
            });
  }

  @Override
  public CompletionStage<Long> purge(String name, String by) {
    JobAction cancel = new JobAction.Cancel(CancelMode.NEVER, Optional.empty(), by);
    return find(name)
        .thenCompose(
            queue -> {
              if (queue.isEmpty()) {
                throw new DesasterException(ErrorCode.NOTFOUND, "there is no queue '" + name + "'");
              }
              return all(waiting(name), cancel, by);
            })
        .thenApply(Operation::done);
  }

  @Override
  public CompletionStage<List<CoolDownEntry>> coolDowns(String queue) {
    return copy.coolDowns(queue);
  }

  @Override
  public CompletionStage<Long> clearCoolDowns(String queue, String key) {
    return ask(reply -> new ClearCoolDowns(queue, key, reply));
  }
}
