/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.Jobs;
import io.desaster.api.Operations;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.CancelMode;
import io.desaster.api.job.Eta;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobFilter;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobPage;
import io.desaster.api.job.JobQuery;
import io.desaster.api.job.JobState;
import io.desaster.api.operation.Operation;
import io.desaster.api.spi.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** The jobs and operations of a {@link MemoryDesaster}; filters know state and queue only. */
final class MemoryJobs implements Jobs {
  private final MemoryDesaster desaster;
  private final Map<JobId, List<CompletableFuture<Job>>> waiting = new HashMap<>();
  private final List<Operation> operations = new ArrayList<>();

  MemoryJobs(MemoryDesaster desaster) {
    this.desaster = desaster;
  }

  void changed(Job job) {
    if (job.state().finished()) {
      waiting.getOrDefault(job.id(), List.of()).forEach(waiter -> waiter.complete(job));
    }
  }

  static Job with(Job job, JobState state, String reason) {
    return new Job(
        job.id(),
        job.spec(),
        state,
        reason,
        job.submittedAt(),
        Optional.empty(),
        state.finished() ? Optional.of(Instant.now()) : Optional.empty(),
        Optional.empty(),
        job.progress(),
        job.attempts(),
        job.result(),
        Eta.NONE);
  }

  @Override
  public CompletionStage<Optional<Job>> find(JobId id) {
    return desaster.on(() -> Optional.ofNullable(desaster.jobs.get(id)));
  }

  @Override
  public CompletionStage<JobPage> list(JobQuery query) {
    return desaster.on(
        () -> {
          List<Job> found = matching(query.filter());
          return new JobPage(found.stream().limit(query.limit()).toList(), found.size(), "", 1);
        });
  }

  private List<Job> matching(JobFilter filter) {
    return desaster.jobs.values().stream()
        .filter(job -> filter.terms().stream().allMatch(term -> matches(job, term)))
        .toList();
  }

  private static boolean matches(Job job, JobFilter.Term term) {
    return switch (term.field()) {
      case "state" -> term.values().contains(job.state().name());
      case "queue" -> term.values().contains(job.spec().queue());
      default -> true;
    };
  }

  @Override
  public CompletionStage<Job> await(JobId id, Duration timeout) {
    CompletableFuture<Job> waiter = new CompletableFuture<>();
    desaster
        .on(
            () -> {
              Job job = desaster.requireJob(id);
              if (job.state().finished()) {
                waiter.complete(job);
              } else {
                waiter.completeOnTimeout(job, timeout.toMillis(), TimeUnit.MILLISECONDS);
                waiting.computeIfAbsent(id, i -> new ArrayList<>()).add(waiter);
              }
              return null;
            })
        .exceptionally(
            failure -> {
              waiter.completeExceptionally(failure);
              return null;
            });
    return waiter;
  }

  @Override
  public CompletionStage<Worker.Output> output(
      JobId id, int attempt, boolean error, long offset, int bytesMax) {
    return desaster.on(
        () -> {
          desaster.requireJob(id);
          return new Worker.Output(0, new byte[0], 0, -1, -1, false);
        });
  }

  @Override
  public CompletionStage<Job> apply(JobId id, JobAction action) {
    return desaster.on(
        () -> {
          Job job = act(desaster.requireJob(id), action);
          desaster.put(job);
          if (action instanceof JobAction.Delete) {
            desaster.jobs.remove(id);
          }
          return job;
        });
  }

  private Job act(Job job, JobAction action) {
    if (action instanceof JobAction.Cancel cancel) {
      if (job.state().finished()) {
        throw new DesasterException(
            ErrorCode.STATE, "cannot cancel job " + job.id() + ": it is " + job.state());
      }
      return with(
          job,
          cancel.mode() == CancelMode.NEVER ? JobState.CANCELLED : JobState.RETRYING,
          "cancelled by " + cancel.by());
    }
    if (action instanceof JobAction.Move move) {
      desaster.requireQueue(move.queue());
      return respec(job, job.spec().withQueue(move.queue()));
    }
    if (action instanceof JobAction.Reprioritize change) {
      return respec(job, job.spec().toBuilder().priority(change.priority()).build());
    }
    if (action instanceof JobAction.Relabel change) {
      return respec(job, job.spec().toBuilder().label(change.label()).node(change.node()).build());
    }
    if (action instanceof JobAction.Tag change) {
      return respec(job, job.spec().toBuilder().tags(change.add()).build());
    }
    if (action instanceof JobAction.Retry) {
      return with(job, JobState.QUEUED, "");
    }
    if (!job.state().finished()) {
      throw new DesasterException(
          ErrorCode.STATE, "cannot delete job " + job.id() + ": it is " + job.state());
    }
    return job;
  }

  private static Job respec(Job job, io.desaster.api.job.JobSpec spec) {
    return new Job(
        job.id(),
        spec,
        job.state(),
        job.reason(),
        job.submittedAt(),
        job.dueAt(),
        job.finishedAt(),
        job.unreachableSince(),
        job.progress(),
        job.attempts(),
        job.result(),
        Eta.NONE);
  }

  @Override
  public CompletionStage<Operation> applyAll(JobFilter filter, JobAction action, String by) {
    return desaster.on(
        () -> {
          List<Job> selected = matching(filter);
          selected.forEach(job -> desaster.put(act(job, action)));
          JobFilter.Term first = filter.terms().get(0);
          String text = first.field() + first.operator().sign() + first.values().get(0);
          return add(action.getClass().getSimpleName(), text, selected.size(), by, 0);
        });
  }

  private Operation add(String action, String filter, int selected, String by, long undoOf) {
    Operation operation =
        new Operation(
            operations.size() + 1L,
            action,
            filter,
            Operation.State.DONE,
            selected,
            selected,
            0,
            by,
            Instant.now(),
            Optional.of(Instant.now()),
            undoOf);
    operations.add(0, operation);
    return operation;
  }

  @Override
  public CompletionStage<List<String>> explain(JobId id) {
    return desaster.on(() -> List.of("it is " + desaster.requireJob(id).state()));
  }

  Operations operations() {
    return new Operations() {
      @Override
      public CompletionStage<List<Operation>> list() {
        return desaster.on(() -> List.copyOf(operations));
      }

      @Override
      public CompletionStage<Optional<Operation>> find(long id) {
        return desaster.on(() -> operations.stream().filter(one -> one.id() == id).findAny());
      }

      @Override
      public CompletionStage<Operation> stop(long id) {
        return desaster.on(
            () -> {
              throw new DesasterException(
                  ErrorCode.STATE, "operation " + require(id).id() + " has ended");
            });
      }

      @Override
      public CompletionStage<Operation> undo(long id, String by) {
        return desaster.on(() -> add("Undo", "", (int) require(id).selected(), by, id));
      }
    };
  }

  private Operation require(long id) {
    return operations.stream()
        .filter(one -> one.id() == id)
        .findAny()
        .orElseThrow(
            () -> new DesasterException(ErrorCode.NOTFOUND, "there is no operation " + id));
  }
}
