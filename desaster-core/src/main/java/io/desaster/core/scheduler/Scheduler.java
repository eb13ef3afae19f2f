/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.core.discipline.ClassTree;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.discipline.TreeUsage;
import io.desaster.core.event.ClockShifted;
import io.desaster.core.event.Event;
import io.desaster.core.event.JobsMoved;
import io.desaster.core.log.BatchHeader;
import io.desaster.core.state.CoolDowns;
import io.desaster.core.state.JobHead;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.State;
import io.desaster.core.tree.KindTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The scheduler of a master: commands and the time go in, batches of events with their effects come
 * out. It has no threads, no clock and no I/O; its owner calls it from one thread:
 *
 * <ol>
 *   <li>{@link #advance} to tell the time,
 *   <li>{@link #handle} for each command that came in,
 *   <li>{@link #settle} to do what is due and fill free slots,
 *   <li>{@link #takeBatch} for what is to be committed; its effects are carried out after that.
 * </ol>
 */
public final class Scheduler {
  private static final int BATCH_EVENTS = 4096;
  private static final int BATCH_BYTES = 4 << 20;
  private static final int STARTS_PER_TURN = 2048;
  private static final int TIMERS_PER_TURN = 1024;
  private static final long LEASE_CHECK_MILLIS = 1000;

  private final State state;
  private final SchedulerSettings settings;
  private final Disciplines disciplines;
  private final RandomGenerator random;
  private final Timers timers = new Timers();
  private final Dispatcher dispatcher;
  private final RemoteTakes takes;
  private final WorkerSlots workerSlots;
  private final BulkWork bulkWork = new BulkWork();
  private final Turn turn = new Turn(this);
  private final TreeClock clock;
  private final ClassTree.Proposal proposal = new ClassTree.Proposal();
  private List<Event> events = new ArrayList<>();
  private List<Effect> effects = new ArrayList<>();
  private long batchBytes;
  private long lastIndex;
  private long wallMillis;
  private long monoMillis;
  private long nextLeaseCheck;
  private boolean hasRoom = true;
  private boolean hasMemory = true;

  /**
   * Builds the working state from the committed one.
   *
   * @param committed not used again by the scheduler
   * @param usages what the trees of the kinds remember, as of the committed state
   * @param random for ids and jitter; seeded by tests
   */
  public Scheduler(
      State committed,
      Map<String, TreeUsage> usages,
      SchedulerSettings settings,
      Disciplines disciplines,
      RandomGenerator random,
      long wallMillis,
      long monoMillis) {
    this.settings = settings;
    this.disciplines = disciplines;
    this.random = random;
    this.dispatcher = new Dispatcher(disciplines, settings, timers);
    this.takes = new RemoteTakes(dispatcher);
    this.wallMillis = Math.max(wallMillis, committed.nowMillis());
    this.monoMillis = monoMillis;
    dispatcher.setNow(this.wallMillis);
    dispatcher.leases().setNow(monoMillis);
    this.state = committed.copy(dispatcher);
    dispatcher.begin(usages, committed.nowMillis());
    this.workerSlots = new WorkerSlots(state, dispatcher, monoMillis);
    this.clock = new TreeClock(this.wallMillis + state.clockShiftMillis(), monoMillis);
    this.lastIndex = committed.appliedIndex();
    dispatcher.leases().setBatch(lastIndex + 1);
    resume();
  }

  /** Takes up what was under way: none of it was told to this mastership. */
  private void resume() {
    bulkWork.resume(turn);
    state.coolDowns().all().forEach(this::watch);
    dispatcher.findEndedParents(state);
  }

  void watch(CoolDowns.Entry entry) {
    if (entry.until() != Long.MAX_VALUE) {
      timers.set(entry.until(), new CoolDownLapses(entry.queueId(), entry.key()));
    }
  }

  /**
   * Tells the time. The wall clock never goes back; the monotonic one measures lengths. A batch has
   * one time, at which it is replayed, so the wall clock stands while one is gathered. The trees'
   * time is the batch's time with what {@link ClockShifted} adds, so that it is as good as the
   * monotonic one and yet the same at each replay.
   */
  public void advance(long newWallMillis, long newMonoMillis) {
    monoMillis = newMonoMillis;
    dispatcher.leases().setNow(monoMillis);
    if (events.isEmpty()) {
      wallMillis = Math.max(wallMillis, newWallMillis);
      long behind = clock.millis(monoMillis) - wallMillis - state.clockShiftMillis();
      if (TreeClock.tooFar(behind)
          || TreeClock.far(behind) && clock.monoMillis(nextTreeNanos()) <= monoMillis) {
        // Too far, or something would not happen in its time.
        emit(new ClockShifted(state.clockShiftMillis() + behind));
      }
    }
    dispatcher.setNow(wallMillis);
  }

  private long nextTreeNanos() {
    long next = Long.MAX_VALUE;
    for (KindTree tree : dispatcher.trees().all()) {
      next = Math.min(next, tree.nextWakeupNanos());
    }
    return next;
  }

  /** Tells that all batches up to this index are committed. */
  public void committed(long index) {
    dispatcher.leases().committed(index);
  }

  public void handle(Command command) {
    command.decide(turn);
  }

  /** Does what is due, then fills free slots. */
  public void settle() {
    fireTimers();
    checkLeases();
    workerSlots.lessen(turn);
    lookAtChildren();
    bulkWork.slice(turn);
    forgetOldJobs();
    dispatcher.archiving().slice(turn);
    moveJobs();
    fillSlots();
    takes.answer(turn);
  }

  /**
   * How long {@link #settle} has nothing to do, milliseconds; {@link Long#MAX_VALUE}: until a
   * command comes.
   *
   * @param wallNow the clocks, as told to {@link #advance}
   */
  public long idleMillis(long wallNow, long monoNow) {
    if (bulkWork.pending()
        || !dispatcher.endedParents().isEmpty()
        || tooManyFinished()
        || dispatcher.archiving().pending()) {
      return 0;
    }
    for (KindTree tree : dispatcher.trees().all()) {
      if (tree.moving()) {
        return 0;
      }
    }
    long wall = Math.min(timers.nextMillis(), dispatcher.retention().nextMillis(state));
    long mono = Math.min(takes.nextMonoMillis(), workerSlots.nextMonoMillis());
    if (!dispatcher.leases().isEmpty()) {
      mono = Math.min(mono, nextLeaseCheck);
    }
    long treeNanos = dispatcher.trees().nanos();
    for (KindTree tree : dispatcher.trees().all()) {
      if (hasRoom && tree.worthAsking(treeNanos)) {
        return 0;
      }
    }
    long idle = wall <= wallMillis ? 0 : lengthTo(wall, wallNow);
    idle = Math.min(idle, lengthTo(mono, monoNow));
    // What is due now by the one clock may be a millisecond away by the other.
    idle = Math.min(idle, Math.max(1, lengthTo(clock.monoMillis(nextTreeNanos()), monoNow)));
    return Math.max(0, idle);
  }

  private static long lengthTo(long at, long now) {
    return at == Long.MAX_VALUE ? at : at - now;
  }

  /** What happened since the last call, or null if nothing did. */
  public EventBatch takeBatch() {
    if (events.isEmpty() && effects.isEmpty()) {
      return null;
    }
    if (!events.isEmpty()) {
      lastIndex++;
      dispatcher.leases().setBatch(lastIndex + 1);
      state.batchApplied(lastIndex, wallMillis);
    }
    BatchHeader header =
        new BatchHeader(lastIndex, settings.incarnation(), settings.term(), wallMillis);
    EventBatch batch = new EventBatch(header, events, effects);
    // The next batch is most likely of the same size.
    events = new ArrayList<>(events.size());
    effects = new ArrayList<>(effects.size());
    batchBytes = 0;
    return batch;
  }

  /** Whether enough is gathered that the batch should go before more is handled. */
  public boolean batchFull() {
    return events.size() >= BATCH_EVENTS || batchBytes >= BATCH_BYTES;
  }

  /**
   * Told by the log; without room, submits are refused and nothing is started, so that what is left
   * serves for the ends of what runs.
   */
  public void setRoom(boolean room) {
    hasRoom = room;
    dispatcher.trees().all().forEach(KindTree::touch);
  }

  /** The working state, to be read only. */
  public State state() {
    return state;
  }

  private void fireTimers() {
    for (int i = 0; i < TIMERS_PER_TURN; i++) {
      Timers.Timer timer = timers.poll(wallMillis);
      if (timer == null) {
        return;
      }
      timer.fire(turn);
    }
  }

  private void checkLeases() {
    if (monoMillis >= nextLeaseCheck) {
      nextLeaseCheck = monoMillis + LEASE_CHECK_MILLIS;
      LeaseCheck.run(turn);
    }
  }

  private void lookAtChildren() {
    for (int i = 0; i < TIMERS_PER_TURN; i++) {
      JobRecord parent = dispatcher.endedParents().poll();
      if (parent == null) {
        return;
      }
      Dependencies.parentEnded(turn, parent);
    }
  }

  private boolean tooManyFinished() {
    return dispatcher.retention().tooMany(settings.finishedJobsMax());
  }

  private void forgetOldJobs() {
    Retention retention = dispatcher.retention();
    for (int i = 0; i < TIMERS_PER_TURN * 4; i++) {
      JobHead job = retention.next(state, wallMillis, settings.finishedJobsMax());
      if (job == null) {
        return;
      }
      if (dispatcher.hasChildren(job)) {
        retention.setAside(job);
      } else {
        Forgetting.forget(turn, job);
      }
    }
  }

  /** Of queues whose discipline was replaced by one of another kind, one slice a kind. */
  private void moveJobs() {
    for (KindTree tree : dispatcher.trees().all()) {
      if (tree.moving()) {
        emit(new JobsMoved(tree.kind()));
      }
    }
  }

  private void fillSlots() {
    if (!hasRoom) {
      return;
    }
    int starts = 0;
    long treeNanos = dispatcher.trees().nanos();
    for (KindTree tree : dispatcher.trees().all()) {
      if (tree.worthAsking(treeNanos)) {
        starts += fillSlots(tree, STARTS_PER_TURN - starts);
      }
    }
  }

  /** Offers the free slots of a kind, always one of the pool that is least used. */
  private int fillSlots(KindTree tree, int max) {
    int starts = 0;
    long treeNanos = dispatcher.trees().nanos();
    List<Pool> exhausted = new ArrayList<>(0);
    while (starts < max) {
      Pool pool = Placement.leastUsed(dispatcher.poolsOf(tree.kind()), exhausted);
      if (pool == null) {
        tree.asked(treeNanos);
        return starts;
      }
      if (tree.peek(pool, treeNanos, proposal)) {
        Starting.start(turn, (JobRecord) proposal.job, pool);
        starts++;
      } else {
        exhausted.add(pool);
      }
    }
    return starts;
  }

  void emit(Event event) {
    event.apply(state, wallMillis);
    events.add(event);
    batchBytes += event.weight();
  }

  void effect(Effect effect) {
    effects.add(effect);
  }

  SchedulerSettings settings() {
    return settings;
  }

  Disciplines disciplines() {
    return disciplines;
  }

  RandomGenerator random() {
    return random;
  }

  Dispatcher dispatcher() {
    return dispatcher;
  }

  RemoteTakes takes() {
    return takes;
  }

  WorkerSlots workerSlots() {
    return workerSlots;
  }

  Timers timers() {
    return timers;
  }

  BulkWork bulkWork() {
    return bulkWork;
  }

  long wallMillis() {
    return wallMillis;
  }

  long monoMillis() {
    return monoMillis;
  }

  void setMemoryRoom(boolean room) {
    hasMemory = room;
  }

  boolean hasMemory() {
    return hasMemory;
  }

  boolean hasRoom() {
    return hasRoom;
  }
}
