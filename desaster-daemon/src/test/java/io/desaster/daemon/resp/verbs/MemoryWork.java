/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.RemoteWork;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.Attempt;
import io.desaster.api.job.Eta;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Progress;
import io.desaster.api.job.ResourceUse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** The remote work of a {@link MemoryDesaster}. */
final class MemoryWork implements RemoteWork {
  private final MemoryDesaster desaster;
  private final List<Waiter> waiters = new ArrayList<>();

  private record Waiter(Take request, CompletableFuture<List<Taken>> stage) {}

  MemoryWork(MemoryDesaster desaster) {
    this.desaster = desaster;
  }

  /** Gives waiting workers what there is. */
  void offer() {
    waiters.removeIf(
        waiter -> {
          if (waiter.stage.isDone()) {
            return true;
          }
          List<Taken> taken = start(waiter.request);
          return !taken.isEmpty() && waiter.stage.complete(taken);
        });
  }

  private List<Taken> start(Take request) {
    List<Taken> taken = new ArrayList<>();
    for (Job job : List.copyOf(desaster.jobs.values())) {
      if (taken.size() < request.count() && job.state() == JobState.QUEUED) {
        int attempt = job.attempts().size() + 1;
        desaster.put(started(job, attempt, request.worker()));
        taken.add(
            new Taken(job.id(), attempt, 1, job.spec().queue(), job.spec().payload(), 0, 30_000));
      }
    }
    return taken;
  }

  private static Job started(Job job, int attempt, String worker) {
    List<Attempt> attempts = new ArrayList<>(job.attempts());
    attempts.add(
        new Attempt(
            attempt,
            "web1",
            worker,
            Instant.now(),
            Optional.empty(),
            Optional.empty(),
            -1,
            "",
            ResourceUse.NONE));
    return with(job, JobState.RUNNING, job.progress(), attempts, job.result());
  }

  private static Job with(
      Job job, JobState state, Progress progress, List<Attempt> attempts, byte[] result) {
    return new Job(
        job.id(),
        job.spec(),
        state,
        "",
        job.submittedAt(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        progress,
        attempts,
        result,
        Eta.NONE);
  }

  @Override
  public CompletionStage<List<Taken>> take(Take request) {
    CompletableFuture<List<Taken>> stage = new CompletableFuture<>();
    desaster.on(
        () -> {
          List<Taken> taken = start(request);
          if (!taken.isEmpty()) {
            stage.complete(taken);
          } else {
            stage.completeOnTimeout(
                List.of(), request.patience().toMillis(), TimeUnit.MILLISECONDS);
            waiters.add(new Waiter(request, stage));
          }
          return null;
        });
    return stage;
  }

  @Override
  public CompletionStage<Void> done(JobId job, int attempt, byte[] result) {
    return desaster.on(
        () -> {
          Job running = require(job, attempt);
          desaster.put(
              with(running, JobState.SUCCEEDED, running.progress(), running.attempts(), result));
          return null;
        });
  }

  @Override
  public CompletionStage<Void> fail(JobId job, int attempt, int exitCode, String error) {
    return desaster.on(
        () -> {
          desaster.put(MemoryJobs.with(require(job, attempt), JobState.RETRYING, error));
          return null;
        });
  }

  @Override
  public CompletionStage<List<Running>> beat(String worker, List<Running> running) {
    return desaster.on(
        () ->
            running.stream()
                .filter(
                    one -> {
                      Job job = desaster.jobs.get(one.job());
                      return job == null || job.state() != JobState.RUNNING;
                    })
                .toList());
  }

  @Override
  public CompletionStage<Void> progress(JobId job, int attempt, int percent, String text) {
    return desaster.on(
        () -> {
          Job running = require(job, attempt);
          desaster.put(
              with(
                  running,
                  running.state(),
                  new Progress(percent, text),
                  running.attempts(),
                  running.result()));
          return null;
        });
  }

  private Job require(JobId id, int attempt) {
    Job job = desaster.requireJob(id);
    if (job.state() != JobState.RUNNING || job.attempts().size() != attempt) {
      throw new DesasterException(
          ErrorCode.STALE, "attempt " + attempt + " of job " + id + " does not run");
    }
    return job;
  }
}
