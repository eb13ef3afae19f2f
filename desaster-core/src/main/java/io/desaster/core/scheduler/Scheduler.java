/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.core.discipline.ClassTree;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.event.Event;
import io.desaster.core.log.BatchHeader;
import io.desaster.core.state.CoolDowns;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.Moments;
import io.desaster.core.state.State;
import java.util.ArrayList;
import java.util.List;
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
  private final BulkWork bulkWork = new BulkWork();
  private final Turn turn = new Turn(this);
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
   * @param random for ids and jitter; seeded by tests
   */
  public Scheduler(
      State committed,
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
   * one time, at which it is replayed, so the wall clock stands while one is gathered.
   */
  public void advance(long newWallMillis, long newMonoMillis) {
    if (events.isEmpty()) {
      wallMillis = Math.max(wallMillis, newWallMillis);
    }
    monoMillis = newMonoMillis;
    dispatcher.setNow(wallMillis);
    dispatcher.leases().setNow(monoMillis);
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
    lookAtChildren();
    bulkWork.slice(turn);
    forgetOldJobs();
    fillSlots();
    takes.answer(turn);
  }

  /** When {@link #settle} has something to do at the latest, on the wall clock. */
  public long nextDeadlineMillis() {
    if (bulkWork.pending() || !dispatcher.endedParents().isEmpty() || tooManyFinished()) {
      return wallMillis;
    }
    long next = Math.min(timers.nextMillis(), dispatcher.retention().nextMillis(state));
    for (KindTree tree : dispatcher.trees()) {
      if (tree.worthAsking(wallMillis)) {
        return wallMillis;
      }
      next = Math.min(next, tree.nextWakeupMillis());
    }
    long mono = takes.nextMonoMillis();
    if (!dispatcher.leases().isEmpty()) {
      mono = Math.min(mono, nextLeaseCheck);
    }
    return mono == Long.MAX_VALUE
        ? next
        : Math.min(next, Moments.after(wallMillis, mono - monoMillis));
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

  /** Told by the log; without room, submits are refused. */
  public void setRoom(boolean room) {
    hasRoom = room;
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
      JobRecord job = retention.next(state, wallMillis, settings.finishedJobsMax());
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

  private void fillSlots() {
    int starts = 0;
    for (KindTree tree : dispatcher.trees()) {
      if (tree.worthAsking(wallMillis)) {
        starts += fillSlots(tree, STARTS_PER_TURN - starts);
      }
    }
  }

  /** Offers the free slots of a kind, always one of the pool that is least used. */
  private int fillSlots(KindTree tree, int max) {
    int starts = 0;
    List<Pool> exhausted = new ArrayList<>(0);
    while (starts < max) {
      Pool pool = Placement.leastUsed(tree.pools(), exhausted);
      if (pool == null) {
        tree.asked(wallMillis);
        return starts;
      }
      if (tree.peek(pool, wallMillis, proposal)) {
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
