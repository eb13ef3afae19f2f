/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.RemoteWork;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobId;
import io.desaster.api.queue.QueueInfo;
import io.desaster.api.spi.AttemptOrder;
import io.desaster.core.discipline.TreeConfig;
import io.desaster.core.event.AttemptUnreachable;
import io.desaster.core.event.CoolDownStarted;
import io.desaster.core.event.Event;
import io.desaster.core.state.ArchivedJob;
import io.desaster.core.state.CoolDowns;
import io.desaster.core.state.JobHead;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.JobViews;
import io.desaster.core.state.LargePayload;
import io.desaster.core.state.Moments;
import io.desaster.core.state.NodeRecord;
import io.desaster.core.state.QueueState;
import io.desaster.core.state.QueueViews;
import io.desaster.core.state.RemoteWorkers;
import io.desaster.core.state.State;
import java.util.List;

/**
 * What a command or timer has to decide with: the state as it is now, the time, and the ways to say
 * what happened and what follows.
 */
public final class Turn {
  private final Scheduler scheduler;
  private long lastIdTick;

  Turn(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** To be read only; {@link #emit} changes it. */
  public State state() {
    return scheduler.state();
  }

  public SchedulerSettings settings() {
    return scheduler.settings();
  }

  /** The batch's wall clock, milliseconds since 1970. */
  public long now() {
    return scheduler.wallMillis();
  }

  /** The mastership's monotonic clock, milliseconds. */
  public long monoNow() {
    return scheduler.monoMillis();
  }

  /** In [0, 1). */
  public double random() {
    return scheduler.random().nextDouble();
  }

  /** Greater than the ids made before, so that jobs are listed as they came. */
  public JobId newId() {
    lastIdTick = JobId.tickAfter(lastIdTick, JobId.tick(now()));
    return JobId.ofTick(lastIdTick, scheduler.random().nextLong());
  }

  /** Whether the log has room for more than the ends of running jobs. */
  public boolean hasRoom() {
    return scheduler.hasRoom();
  }

  /** Blocks a key; it is freed by itself when its time is over. */
  public void startCoolDown(CoolDowns.Entry entry) {
    JobId holder = entry.holder();
    emit(
        new CoolDownStarted(
            entry.queueId(), entry.key(), holder.high(), holder.low(), entry.until()));
    scheduler.watch(entry);
  }

  /** Whether the heap has room for new jobs. */
  public boolean hasMemory() {
    return scheduler.hasMemory();
  }

  public void setMemoryRoom(boolean hasRoom) {
    scheduler.setMemoryRoom(hasRoom);
  }

  /** Told by the log. */
  public void setRoom(boolean hasRoom) {
    scheduler.setRoom(hasRoom);
  }

  /**
   * Says that something happened: the state changes at once, the world is told after the commit.
   */
  public void emit(Event event) {
    scheduler.emit(event);
  }

  public <T> void answer(Reply<T> reply, T value) {
    scheduler.effect(new Effect.Answer<>(reply, value));
  }

  public void refuse(Reply<?> reply, ErrorCode code, String message) {
    scheduler.effect(new Effect.Refuse(reply, new DesasterException(code, message)));
  }

  public void refuse(Reply<?> reply, DesasterException refusal) {
    scheduler.effect(new Effect.Refuse(reply, refusal));
  }

  void handOut(
      Reply<List<RemoteWork.Taken>> reply,
      List<RemoteWork.Taken> taken,
      List<LargePayload> payloads) {
    scheduler.effect(new Effect.HandOut(reply, taken, payloads));
  }

  /** Tells a worker of this node to start an attempt. */
  void start(String kind, AttemptOrder order, LargePayload payload) {
    scheduler.effect(new Effect.Start(kind, order, payload));
  }

  /** Tells whoever runs the job's attempt to end it. */
  public void end(JobRecord job, long graceMillis, String reason) {
    String kind = queueOf(job).record().kind();
    if (settings().localKinds().contains(kind)) {
      int attempt = job.course().lastNumber();
      scheduler.effect(new Effect.End(kind, job.id(), attempt, graceMillis, reason));
    }
    // A remote worker hears of it with its next beat.
  }

  /** Lets go of what a worker of this node keeps of the job. */
  public void release(JobHead job) {
    String kind = queueOf(job).record().kind();
    boolean maybeRan = !(job instanceof JobRecord known) || !known.course().attempts().isEmpty();
    if (settings().localKinds().contains(kind) && maybeRan) {
      scheduler.effect(new Effect.Release(kind, job.id()));
    }
  }

  public QueueState queueOf(JobHead job) {
    return state().queue(job.queueId());
  }

  /** The job as users see it, as it is now. */
  public Job view(JobId id) {
    JobRecord job = state().job(id.high(), id.low());
    return JobViews.of(job, queueOf(job).record());
  }

  /** The queue as users see it, as it is now. */
  public QueueInfo queueView(String name) {
    return QueueViews.of(state().queue(name), state(), now());
  }

  /**
   * Checks the configuration of a leaf.
   *
   * @throws IllegalArgumentException if it is wrong
   */
  public void requireDiscipline(String configuration) {
    scheduler.disciplines().leaf(configuration);
  }

  /**
   * Reads and checks a new tree for a kind.
   *
   * @throws IllegalArgumentException if it is wrong
   */
  public TreeConfig requireTree(String kind, String text) {
    return TreeCheck.require(state(), scheduler.disciplines(), kind, text);
  }

  /** The node told what it runs; its pools may be used from now on. */
  public void nodeReady(String node) {
    dispatcher().ready(node);
  }

  /** Lets go of all that a worker of this node keeps of the attempts of this id. */
  public void releaseAttempts(String kind, JobId job) {
    scheduler.effect(new Effect.Release(kind, job));
  }

  /** An attempt that a worker of this node knows is of no use to anybody. */
  public void discard(String kind, JobId job, int attempt) {
    scheduler.effect(new Effect.End(kind, job, attempt, 0, "nobody waits for it any more"));
    if (state().head(job.high(), job.low()) == null) {
      scheduler.effect(new Effect.Release(kind, job));
    }
  }

  /** Adapts the usable slots of this node's pools to its load; not kept. */
  public void scalePools(double cpuLoad) {
    NodeRecord node = state().node(settings().node());
    if (node != null) {
      PoolScaling.scale(this, node, cpuLoad);
    }
  }

  /** Starts nothing in the pool, or goes on; not kept. */
  public void holdPool(String name, boolean held) {
    Pool pool = dispatcher().pool(name);
    if (pool != null) {
      pool.setHeld(held);
      dispatcher().trees().tree(pool.kind()).touch();
    }
  }

  void poolScaled(Pool pool) {
    scheduler.effect(new Effect.PoolScaled(pool.name(), pool.slots()));
  }

  /** A remote worker offers slots. */
  public void offerRemote(RemoteWork.Take request, Reply<List<RemoteWork.Taken>> reply) {
    Pool pool = dispatcher().requirePool(RemoteWorkers.KIND, request.worker(), request.labels());
    pool.setLabels(request.labels());
    pool.setOnlyQueues(request.queues());
    long until = Moments.after(monoNow(), Moments.millis(request.patience()));
    takes().add(new RemoteTakes.Take(pool, request.count(), until, reply));
    scheduler.workerSlots().offered(this, pool, request);
  }

  public void withdrawRemote(Reply<List<RemoteWork.Taken>> take) {
    takes().withdraw(take);
  }

  /** Whether the attempt is the worker's and shall go on; notes that it is alive. */
  public boolean heardOf(String worker, RemoteWork.Running attempt) {
    Leases.Lease lease = dispatcher().leases().find(attempt.job().high(), attempt.job().low());
    if (lease == null || lease.attempt() != attempt.attempt()) {
      return false;
    }
    JobRecord job = state().job(lease.high(), lease.low());
    if (!job.course().last().node().equals(worker)) {
      return false;
    }
    lease.heard(monoNow());
    if (job.course().unreachableSince() != 0) {
      emit(new AttemptUnreachable(lease.high(), lease.low(), 0));
    }
    return job.course().cancel() == null;
  }

  /** Whether enough is gathered for one batch, so that bulk work goes on with the next one. */
  boolean batchFull() {
    return scheduler.batchFull();
  }

  public boolean hasLivingChildren(JobHead job) {
    return dispatcher().hasChildren(job);
  }

  /** Archived jobs come back to the heap, and then the command is decided. */
  public void recall(List<ArchivedJob> jobs, Command then) {
    scheduler.effect(new Effect.Recall(jobs, then));
  }

  /** The bulk operations under way. */
  public BulkWork bulkWork() {
    return scheduler.bulkWork();
  }

  void forgetLater(long millis, Timers.Timer timer) {
    timers().set(now() + millis, timer);
  }

  Timers timers() {
    return scheduler.timers();
  }

  Dispatcher dispatcher() {
    return scheduler.dispatcher();
  }

  RemoteTakes takes() {
    return scheduler.takes();
  }
}
