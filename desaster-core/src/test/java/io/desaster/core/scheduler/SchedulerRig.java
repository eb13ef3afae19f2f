/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.RemoteWork;
import io.desaster.api.job.CancelMode;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.ResourceUse;
import io.desaster.api.job.Submission;
import io.desaster.api.queue.QueueInfo;
import io.desaster.api.queue.QueueSettings;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.api.spi.AttemptOrder;
import io.desaster.api.spi.Worker;
import io.desaster.core.command.ActOnJob;
import io.desaster.core.command.AnnounceNode;
import io.desaster.core.command.CreateQueue;
import io.desaster.core.command.DrainQueue;
import io.desaster.core.command.EndAttempt;
import io.desaster.core.command.EndRemote;
import io.desaster.core.command.PauseQueue;
import io.desaster.core.command.ReportInventory;
import io.desaster.core.command.ResumeQueue;
import io.desaster.core.command.SetQueue;
import io.desaster.core.command.SubmitJob;
import io.desaster.core.command.TakeRemote;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.log.Output;
import io.desaster.core.query.CommittedState;
import io.desaster.core.query.Snapshots;
import io.desaster.core.sim.Canon;
import io.desaster.core.state.ArchivedJob;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.JobViews;
import io.desaster.core.state.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;

/**
 * A scheduler in virtual time on the node {@code web1}, which runs shell jobs; kind {@code remote}
 * is for remote workers. Every batch goes as bytes into a second state, which must be equal to the
 * working one then, and from which a {@link #restart} goes on.
 */
public final class SchedulerRig {
  public static final String NODE = "web1";
  public static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  public static final Duration ID_WINDOW = Duration.ofHours(1);
  public static final int PAYLOAD_MAX = 10_000;
  private static final int TURNS_MAX = 100_000;

  private final Map<JobId, AttemptOrder> running = new LinkedHashMap<>();
  private final List<JobId> started = new ArrayList<>();
  private final List<Effect.End> ends = new ArrayList<>();
  private final List<JobId> released = new ArrayList<>();
  private final Map<JobId, JobRecord> archive = new HashMap<>();
  private boolean recalled;
  private CommittedState replica = new CommittedState(new Disciplines(2), this::keep, null);
  private final int slots;
  private SchedulerSettings settings = settings(false, 1_000_000, 1_000_000);
  private Scheduler scheduler;
  private long now = START.toEpochMilli();
  private long wallOffsetMillis;

  private SchedulerRig(int slots) {
    this.slots = slots;
    open(true, List.of());
  }

  /** With so many slots for shell jobs. */
  public static SchedulerRig withSlots(int slots) {
    return new SchedulerRig(slots);
  }

  /** Queues must be created before they are used. */
  public SchedulerRig strict() {
    settings = settings(true, settings.finishedJobsMax(), settings.finishedOnHeapMax());
    return restart();
  }

  /** Only so many finished jobs are kept. */
  public SchedulerRig keeping(int finishedJobsMax) {
    settings = settings(settings.strictQueues(), finishedJobsMax, settings.finishedOnHeapMax());
    return restart();
  }

  /** Finished jobs are archived at once. */
  public SchedulerRig archiving() {
    return keepingOnHeap(0);
  }

  /** Finished jobs are archived when there are more than so many. */
  public SchedulerRig keepingOnHeap(int finishedOnHeapMax) {
    settings = settings(settings.strictQueues(), settings.finishedJobsMax(), finishedOnHeapMax);
    return restart();
  }

  private void keep(JobRecord job, ArchivedJob archived) {
    archive.put(archived.id(), job);
  }

  /** Puts the job's record where it cannot be read any more. */
  public void loseRecord(JobId id) {
    archive.remove(id);
  }

  private static SchedulerSettings settings(
      boolean strict, int finishedJobsMax, int finishedOnHeapMax) {
    return new SchedulerSettings(
        NODE,
        1,
        1,
        Set.of("shell"),
        strict,
        PAYLOAD_MAX,
        finishedJobsMax,
        finishedOnHeapMax,
        ID_WINDOW.toMillis());
  }

  // The node.

  /** The daemon died and is back; what it had started runs on. */
  public SchedulerRig restart() {
    List<Worker.Found> found = new ArrayList<>();
    running.values().forEach(order -> found.add(found(order.job(), order.attempt(), null)));
    open(true, found);
    return this;
  }

  /** As {@link #restart}, from a snapshot of the state. */
  public SchedulerRig restartFromSnapshot() {
    CommittedState read = Snapshots.throughBytes(replica, this::keep);
    State before = replica.state();
    State after = read.state();
    if (!Arrays.equals(Canon.of(before), Canon.of(after))) {
      throw new AssertionError("the snapshot is not the state: " + Canon.difference(before, after));
    }
    replica = read;
    return restart();
  }

  /**
   * The daemon is back, and its worker knows these attempts and no others.
   *
   * @param durable whether the others are proved never to have started
   */
  public void restart(boolean durable, Worker.Found... found) {
    running.keySet().removeIf(id -> Arrays.stream(found).noneMatch(f -> f.job().equals(id)));
    open(durable, List.of(found));
  }

  /** The daemon died before its worker had this order; all else it had started runs on. */
  public void restartWithout(JobId lost) {
    running.remove(lost);
    restart();
  }

  public static Worker.Found found(JobId job, int attempt, AttemptEnd end) {
    return new Worker.Found(job, attempt, end);
  }

  private void open(boolean durable, List<Worker.Found> found) {
    scheduler =
        new Scheduler(
            replica.state(),
            replica.usages(),
            settings,
            new Disciplines(2),
            new Random(1),
            wallMillis(),
            now);
    this.<Void>ask(reply -> new ReportInventory(NODE, "shell", durable, found, reply));
    announce(NODE, slots);
  }

  /** A node offers slots for shell jobs. */
  public void announce(String node, int slotsMax, String... labels) {
    List<AnnounceNode.Announced> pools =
        List.of(new AnnounceNode.Announced("shell", slotsMax, slotsMax, true));
    this.<Void>ask(reply -> new AnnounceNode(node, "1", List.of(labels), pools, reply));
  }

  // Time.

  public Instant now() {
    return Instant.ofEpochMilli(wallMillis());
  }

  private long wallMillis() {
    return now + wallOffsetMillis;
  }

  /** Somebody sets the wall clock. */
  public void setClock(Duration by) {
    wallOffsetMillis += by.toMillis();
  }

  /** Lets time pass; everything happens when it is due. */
  public void pass(Duration duration) {
    long until = now + duration.toMillis();
    for (int i = 0; i < TURNS_MAX; i++) {
      long idle = scheduler.idleMillis(wallMillis(), now);
      now = idle > until - now ? until : now + idle;
      turn();
      if (now >= until && scheduler.idleMillis(wallMillis(), now) > 0) {
        return;
      }
    }
    throw new AssertionError("the scheduler does not come to rest at " + now());
  }

  /** Does all that is due now. */
  private void rest() {
    pass(Duration.ZERO);
  }

  /** One turn of the loop, and the commit of what it gathered. */
  public void turn() {
    scheduler.advance(wallMillis(), now);
    scheduler.settle();
    commit();
  }

  private void commit() {
    EventBatch batch = scheduler.takeBatch();
    if (batch == null) {
      return;
    }
    Output out = new Output(1024);
    batch.encodeTo(out);
    if (!batch.events().isEmpty()) {
      replica.batch(batch.header(), out.array(), 0, out.size(), null);
      scheduler.committed(batch.header().index());
    }
    // With many jobs not each time: to compare is to look at all of them.
    boolean compare = state().jobCount() < 100 || batch.header().index() % 50 == 0;
    if (compare && !Arrays.equals(Canon.of(state()), Canon.of(scheduler.state()))) {
      throw new AssertionError(
          "replay is not live: " + Canon.difference(state(), scheduler.state()));
    }
    if (compare && !batch.events().isEmpty()) {
      SameUsage.require(insides().usages(), replica.usages());
    }
    batch.effects().forEach(this::carryOut);
    if (recalled) {
      recalled = false;
      turn();
    }
  }

  private void carryOut(Effect effect) {
    if (effect instanceof Effect.Answer<?> answer) {
      answer.deliver();
    } else if (effect instanceof Effect.Refuse refuse) {
      refuse.reply().refuse(refuse.refusal());
    } else if (effect instanceof Effect.HandOut handOut) {
      handOut.reply().answer(handOut.taken());
    } else if (effect instanceof Effect.Start start) {
      running.put(start.order().job(), start.order());
      started.add(start.order().job());
    } else if (effect instanceof Effect.End end) {
      ends.add(end);
    } else if (effect instanceof Effect.Recall recall) {
      List<JobRecord> records = new ArrayList<>();
      recall.jobs().forEach(job -> records.add(archive.get(job.id())));
      scheduler.handle(new RecallJobs(recall.jobs(), records, recall.then()));
      recalled = true;
    } else if (effect instanceof Effect.Release release) {
      released.add(release.job());
    }
  }

  // Commands.

  /** Sends a command that may be answered later. */
  public <T> Answer<T> send(Function<Reply<T>, Command> command) {
    Answer<T> answer = new Answer<>();
    scheduler.advance(wallMillis(), now);
    scheduler.handle(command.apply(answer));
    turn();
    return answer;
  }

  /** Sends a command, does all that follows at once, and gives the answer or throws the refusal. */
  public <T> T ask(Function<Reply<T>, Command> command) {
    Answer<T> answer = send(command);
    rest();
    return answer.value();
  }

  /** Sends a command that nobody waits for. */
  public void tell(Command command) {
    scheduler.advance(wallMillis(), now);
    scheduler.handle(command);
    rest();
  }

  public Submission submission(JobSpec.Builder spec) {
    JobSpec built = spec.build();
    return ask(reply -> new SubmitJob(built, reply));
  }

  public JobId submit(JobSpec.Builder spec) {
    return submission(spec).id();
  }

  public Job act(JobId id, JobAction action) {
    return ask(reply -> new ActOnJob(id, action, reply));
  }

  public Job cancel(JobId id, CancelMode mode) {
    return act(id, new JobAction.Cancel(mode, Optional.empty(), "alice"));
  }

  /** Makes a queue; the settings are options and their values in turn. */
  public QueueInfo create(String name, String kind, String... options) {
    QueueSettings chosen = QueueSettings.DEFAULT;
    for (int i = 0; i < options.length; i += 2) {
      chosen = chosen.with(options[i], options[i + 1]);
    }
    QueueSettings complete = chosen;
    return ask(reply -> new CreateQueue(name, kind, complete, reply));
  }

  public QueueInfo set(String queue, String... options) {
    Map<String, String> changes = new HashMap<>();
    for (int i = 0; i < options.length; i += 2) {
      changes.put(options[i], options[i + 1]);
    }
    return ask(reply -> new SetQueue(queue, changes, reply));
  }

  public QueueInfo pause(String queue) {
    return ask(reply -> new PauseQueue(queue, "alice", "", Optional.empty(), reply));
  }

  public QueueInfo resume(String queue) {
    return ask(reply -> new ResumeQueue(queue, reply));
  }

  public QueueInfo drain(String queue, boolean draining) {
    return ask(reply -> new DrainQueue(queue, draining, reply));
  }

  // The worker of this node.

  /** The running attempt of the job ends. */
  public void end(JobId job, Outcome outcome, int exitCode) {
    AttemptOrder order = running.remove(job);
    if (order == null) {
      throw new AssertionError("job " + job + " does not run: " + job(job));
    }
    report(order.attempt(), job, outcome, exitCode);
  }

  public void succeed(JobId job) {
    end(job, Outcome.SUCCEEDED, 0);
  }

  public void fail(JobId job) {
    end(job, Outcome.FAILED, 1);
  }

  /** A report about any attempt. */
  public void report(int attempt, JobId job, Outcome outcome, int exitCode) {
    this.<Void>ask(reply -> new EndAttempt(ended(job, attempt, outcome, exitCode), reply));
  }

  public static AttemptEnd ended(JobId job, int attempt, Outcome outcome, int exitCode) {
    return new AttemptEnd(
        job, attempt, outcome, exitCode, "", AttemptEnd.NO_RESULT, 0, 0, ResourceUse.NONE);
  }

  // Remote workers.

  /** The worker takes what there is for it now, at most so many. */
  public List<RemoteWork.Taken> take(String worker, int count, String... labels) {
    RemoteWork.Take take =
        new RemoteWork.Take(worker, List.of(), List.of(labels), count, Duration.ZERO);
    return ask(reply -> new TakeRemote(take, reply));
  }

  public void endRemote(JobId job, int attempt, Outcome outcome, int exitCode) {
    this.<Void>ask(reply -> new EndRemote(ended(job, attempt, outcome, exitCode), reply));
  }

  // What there is.

  /** The job, which must be known. */
  public Job job(JobId id) {
    return find(id).orElseThrow(() -> new AssertionError("job " + id + " is not known"));
  }

  public Optional<Job> find(JobId id) {
    ArchivedJob archived = state().archived(id.high(), id.low());
    JobRecord record = archived == null ? state().job(id.high(), id.low()) : archive.get(id);
    return Optional.ofNullable(record)
        .map(job -> JobViews.of(job, state().queue(job.queueId()).record()));
  }

  public JobState stateOf(JobId id) {
    return job(id).state();
  }

  public State state() {
    return replica.state();
  }

  /** The committed state as queries have it. */
  public CommittedState committed() {
    return replica;
  }

  public SchedulerInsides insides() {
    return new SchedulerInsides(scheduler);
  }

  /** Orders in the order in which they were given, since the beginning. */
  public List<JobId> started() {
    return List.copyOf(started);
  }

  /** Attempts the worker of this node was told to end. */
  public List<Effect.End> ends() {
    return List.copyOf(ends);
  }

  /** Jobs whose files the worker of this node may drop. */
  public List<JobId> released() {
    return List.copyOf(released);
  }

  /** The order that runs for this job, or null. */
  public AttemptOrder order(JobId job) {
    return running.get(job);
  }
}
