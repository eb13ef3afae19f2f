/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast.trial;

import io.desaster.api.error.DesasterException;
import io.desaster.api.job.Eta;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobOptions;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.ResourceUse;
import io.desaster.api.job.Submission;
import io.desaster.api.queue.QueueSettings;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.api.spi.AttemptOrder;
import io.desaster.core.command.AnnounceNode;
import io.desaster.core.command.ApplyTree;
import io.desaster.core.command.CreateQueue;
import io.desaster.core.command.EndAttempt;
import io.desaster.core.command.PauseQueue;
import io.desaster.core.command.ReportInventory;
import io.desaster.core.command.ResumeQueue;
import io.desaster.core.command.SubmitJob;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.forecast.Forecaster;
import io.desaster.core.query.CommittedCopy;
import io.desaster.core.query.CommittedState;
import io.desaster.core.query.FinishedArchive;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Effect;
import io.desaster.core.scheduler.EventBatch;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Scheduler;
import io.desaster.core.scheduler.SchedulerSettings;
import io.desaster.core.state.Archive;
import io.desaster.core.state.State;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A scheduler with its committed copy in virtual time, on which jobs run as long as they are told
 * to; nothing is written. One thread.
 */
public final class VirtualNode {
  /** The kind of its jobs. */
  public static final String KIND = "shell";

  private static final String NODE = "web1";
  private static final int PAYLOAD_MAX = 1 << 20;
  private static final int FINISHED_MAX = 1000;

  private final Scheduler scheduler;
  private final CommittedCopy copy;
  private final Disciplines disciplines = new Disciplines();
  private final PriorityQueue<Happening> happenings = new PriorityQueue<>();
  private final Map<JobId, Long> runMillis = new HashMap<>();
  private Consumer<Started> listener = started -> {};
  private Consumer<Ended> endListener = ended -> {};
  private long nowMillis = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
  private long number;

  /** A job that has got its slot. */
  public record Started(JobId job, String queue, long atMillis) {}

  /** A job that has ended. */
  public record Ended(JobId job, String queue, long ranMillis) {}

  private record Happening(long atMillis, long number, Runnable what)
      implements Comparable<Happening> {
    @Override
    public int compareTo(Happening other) {
      int byTime = Long.compare(atMillis, other.atMillis);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  /**
   * A node without jobs.
   *
   * @param slots how many jobs run at once
   */
  public VirtualNode(int slots, long seed) {
    SchedulerSettings settings =
        new SchedulerSettings(
            NODE, 1, 1, Set.of(KIND), false, PAYLOAD_MAX, FINISHED_MAX, FINISHED_MAX, 1000);
    FinishedArchive archive = new FinishedArchive(null, failure -> {});
    CommittedState committed = new CommittedState(disciplines, Archive.NONE, null);
    copy = new CommittedCopy(committed, archive, null, Runnable::run, Runnable::run);
    scheduler =
        new Scheduler(
            new State(),
            Map.of(),
            settings,
            disciplines,
            new SplittableRandom(seed),
            nowMillis,
            nowMillis);
    command(new ReportInventory(NODE, KIND, true, List.of(), Reply.none()));
    announce(NODE, slots);
  }

  /** Adds a node that has its own slots, or changes how many it has. */
  public void announce(String node, int slots, String... labels) {
    command(
        new AnnounceNode(
            node,
            "1",
            List.of(labels),
            List.of(new AnnounceNode.Announced(KIND, slots, slots, true)),
            Reply.none()));
  }

  /** No job of the queue starts until it is resumed. */
  public void pause(String queue) {
    command(new PauseQueue(queue, "", "", Optional.empty(), Reply.none()));
  }

  /** Lets jobs of the queue start. */
  public void resume(String queue) {
    command(new ResumeQueue(queue, Reply.none()));
  }

  /** Is told of every start. */
  public void listen(Consumer<Started> toStarts) {
    listener = toStarts;
  }

  /** Is told of every end. */
  public void listenToEnds(Consumer<Ended> toEnds) {
    endListener = toEnds;
  }

  /** When the next thing happens. */
  public long nextMillis() {
    long idle = scheduler.idleMillis(nowMillis, nowMillis);
    long next = idle == Long.MAX_VALUE ? idle : nowMillis + idle;
    return happenings.isEmpty() ? next : Math.min(next, happenings.peek().atMillis());
  }

  public long nowMillis() {
    return nowMillis;
  }

  /** Creates a queue with a discipline for its jobs. */
  public void queue(String name, String discipline) {
    QueueSettings settings = QueueSettings.DEFAULT.with("discipline", discipline);
    command(new CreateQueue(name, KIND, settings, Reply.none()));
  }

  /** Gives the kind another tree, JSON. */
  public void tree(String json) {
    command(new ApplyTree(KIND, json, false, OptionalLong.empty(), "", Reply.none()));
  }

  /** Submits a job that will run so long. */
  public JobId submit(String queue, JobOptions options, String payload, long runsMillis) {
    JobSpec spec = JobSpec.of(KIND, payload).queue(queue).build().withOptions(options);
    CompletableFuture<Submission> submission = new CompletableFuture<>();
    // It may start in the same batch, of which the answer is the first effect.
    submission.thenAccept(told -> runMillis.put(told.id(), runsMillis));
    command(new SubmitJob(spec, new Told<>(submission)));
    return submission.join().id();
  }

  /** Completes a future. */
  private record Told<T>(CompletableFuture<T> future) implements Reply<T> {
    @Override
    public void answer(T value) {
      future.complete(value);
    }

    @Override
    public void refuse(DesasterException refusal) {
      future.completeExceptionally(refusal);
    }
  }

  /** Does something at a later time. */
  public void at(long atMillis, Runnable what) {
    happenings.add(new Happening(atMillis, number++, what));
  }

  /** Lets time pass; everything happens when it is due. */
  public void runTo(long untilMillis) {
    while (true) {
      long next = nextMillis();
      if (next > untilMillis) {
        nowMillis = untilMillis;
        return;
      }
      nowMillis = Math.max(nowMillis, next);
      while (!happenings.isEmpty() && happenings.peek().atMillis() <= nowMillis) {
        happenings.poll().what().run();
      }
      turn();
    }
  }

  private void command(Command command) {
    scheduler.advance(nowMillis, nowMillis);
    scheduler.handle(command);
    turn();
  }

  private void turn() {
    scheduler.advance(nowMillis, nowMillis);
    scheduler.settle();
    EventBatch batch = scheduler.takeBatch();
    if (batch != null) {
      if (!batch.events().isEmpty()) {
        copy.committed(batch.header(), batch.events());
        scheduler.committed(batch.header().index());
      }
      batch.effects().forEach(this::carryOut);
    }
  }

  private void carryOut(Effect effect) {
    if (effect instanceof Effect.Answer<?> answer) {
      answer.deliver();
    } else if (effect instanceof Effect.Refuse refuse) {
      throw new IllegalStateException(refuse.refusal().getMessage());
    } else if (effect instanceof Effect.Start start) {
      AttemptOrder order = start.order();
      listener.accept(new Started(order.job(), order.queue(), nowMillis));
      long run = runMillis.remove(order.job());
      at(nowMillis + run, () -> end(order, run));
    }
  }

  private void end(AttemptOrder order, long ranMillis) {
    endListener.accept(new Ended(order.job(), order.queue(), ranMillis));
    scheduler.advance(nowMillis, nowMillis);
    scheduler.handle(
        new EndAttempt(
            new AttemptEnd(
                order.job(),
                order.attempt(),
                Outcome.SUCCEEDED,
                0,
                "",
                AttemptEnd.NO_RESULT,
                0,
                0,
                ResourceUse.NONE),
            Reply.none()));
  }

  /** What is predicted of these jobs now. */
  public Map<JobId, Eta> predict(List<JobId> jobs) {
    copy.predictBy(
        new Forecaster(
            copy, Map.of(), disciplines, Runnable::run, () -> nowMillis, () -> nowMillis));
    Map<JobId, Eta> etas = new HashMap<>();
    for (JobId id : jobs) {
      Job job = copy.findPredicted(id).toCompletableFuture().join().orElseThrow();
      etas.put(id, job.eta());
    }
    return etas;
  }
}
