/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.job.JobState;
import io.desaster.api.operation.Operation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * All that desaster knows, changed by events only (package {@code event}). The scheduler has one,
 * the working state, ahead by the batches in flight; the committed copy is another. Used by one
 * thread.
 */
public final class State {
  private static final Index NO_INDEX =
      new Index() {
        @Override
        public void jobChanged(JobRecord before, JobRecord after) {}

        @Override
        public void queueChanged(QueueRecord before, QueueRecord after) {}

        @Override
        public void nodeChanged(NodeRecord before, NodeRecord after) {}
      };

  private final IdMap<JobRecord> jobs = new IdMap<>();
  private final Map<Integer, QueueState> queues = new HashMap<>();
  private final Map<String, QueueState> queuesByName = new TreeMap<>();
  private final Map<String, NodeRecord> nodes = new TreeMap<>();
  private final CoolDowns coolDowns = new CoolDowns();
  private final Tombstones tombstones = new Tombstones();
  private final TreeMap<Long, OperationState> operations = new TreeMap<>();
  private Index index = NO_INDEX;
  private long lastOrder;
  private int lastQueueId;
  private long lastOperationId;
  private long appliedIndex;
  private long nowMillis;

  /** From now on the index follows all changes; it is not told what is here already. */
  public void follow(Index newIndex) {
    index = newIndex;
  }

  // What is there.

  public JobRecord job(long high, long low) {
    return jobs.get(high, low);
  }

  public int jobCount() {
    return jobs.size();
  }

  public void forEachJob(Consumer<JobRecord> action) {
    jobs.forEach(action);
  }

  public QueueState queue(int id) {
    return queues.get(id);
  }

  public QueueState queue(String name) {
    return queuesByName.get(name);
  }

  /** All queues by name. */
  public Collection<QueueState> queues() {
    return queuesByName.values();
  }

  public NodeRecord node(String name) {
    return nodes.get(name);
  }

  public Collection<NodeRecord> nodes() {
    return nodes.values();
  }

  public CoolDowns coolDowns() {
    return coolDowns;
  }

  public Tombstones tombstones() {
    return tombstones;
  }

  public OperationState operation(long id) {
    return operations.get(id);
  }

  /** Newest first. */
  public Collection<OperationState> operations() {
    return operations.descendingMap().values();
  }

  /** The order that the next job to wait will get. */
  public long nextOrder() {
    return lastOrder + 1;
  }

  public int nextQueueId() {
    return lastQueueId + 1;
  }

  public long nextOperationId() {
    return lastOperationId + 1;
  }

  /** Index of the last batch applied. */
  public long appliedIndex() {
    return appliedIndex;
  }

  /** Master's wall clock of the last batch applied. */
  public long nowMillis() {
    return nowMillis;
  }

  // Changes, for events and snapshots only.

  public void batchApplied(long batchIndex, long atMillis) {
    appliedIndex = batchIndex;
    nowMillis = Math.max(nowMillis, atMillis);
  }

  public void put(JobRecord after) {
    JobRecord before = jobs.put(after);
    lastOrder = Math.max(lastOrder, after.order());
    count(before, after);
    index.jobChanged(before, after);
  }

  public void forget(JobRecord job) {
    jobs.remove(job.high(), job.low());
    count(job, null);
    index.jobChanged(job, null);
  }

  public void bury(Tombstones.Stone stone, long atMillis) {
    tombstones.add(stone, atMillis);
  }

  public void setTombstoneHorizon(long millis) {
    tombstones.setHorizon(millis);
  }

  private void count(JobRecord before, JobRecord after) {
    if (before != null) {
      queues.get(before.queueId()).left(before.state());
    }
    if (after != null) {
      QueueState queue = queues.get(after.queueId());
      queue.entered(after.state());
      if (after.state().finished() && before != null && !before.state().finished()) {
        queue.countEnd(after.state());
      }
    }
  }

  public void put(QueueRecord after) {
    QueueState queue = queues.get(after.id());
    QueueRecord before = null;
    if (queue == null) {
      queue = new QueueState(after);
      queues.put(after.id(), queue);
      lastQueueId = Math.max(lastQueueId, after.id());
    } else {
      before = queue.record();
      queuesByName.remove(before.name());
      queue.set(after);
    }
    queuesByName.put(after.name(), queue);
    index.queueChanged(before, after);
  }

  public void setEnded(int queueId, JobState state, long number) {
    queues.get(queueId).setEnded(state, number);
  }

  public void removeQueue(int id) {
    QueueRecord record = queues.remove(id).record();
    queuesByName.remove(record.name());
    for (CoolDowns.Entry entry : coolDowns.of(id)) {
      coolDowns.remove(id, entry.key());
    }
    index.queueChanged(record, null);
  }

  public void put(NodeRecord after) {
    index.nodeChanged(nodes.put(after.name(), after), after);
  }

  public OperationState addOperation(
      long id, OperationState.Action action, String filter, String by, long atMillis, long undoOf) {
    OperationState operation = new OperationState(id, action, filter, by, atMillis, undoOf);
    operations.put(id, operation);
    lastOperationId = Math.max(lastOperationId, id);
    return operation;
  }

  public void select(long operationId, long[] highLowPairs) {
    operations.get(operationId).select(highLowPairs);
  }

  /** {@code before} is null if the job is not there: a deletion is about to be taken back. */
  public void touched(long operationId, JobRecord before) {
    operations.get(operationId).touched(before);
  }

  public void skipped(long operationId, long number) {
    operations.get(operationId).skipped(number);
  }

  public void endOperation(long operationId, Operation.State how, long atMillis) {
    operations.get(operationId).end(how, atMillis);
  }

  public void restoreOperationEnd(
      long operationId, Operation.State how, long atMillis, long numberSelected) {
    operations.get(operationId).restoreEnd(how, atMillis, numberSelected);
  }

  public void forgetOperation(long operationId) {
    operations.remove(operationId);
  }

  public void setCounters(long order, int queueId, long operationId) {
    lastOrder = Math.max(lastOrder, order);
    lastQueueId = Math.max(lastQueueId, queueId);
    lastOperationId = Math.max(lastOperationId, operationId);
  }

  public int lastQueueId() {
    return lastQueueId;
  }

  /**
   * A second state with the same content; job records, being immutable, are shared.
   *
   * @param follower index of the copy, told of all that is in it
   */
  public State copy(Index follower) {
    State copy = new State();
    copy.index = follower;
    queues.values().stream()
        .map(QueueState::record)
        .sorted((a, b) -> Integer.compare(a.id(), b.id()))
        .forEach(copy::put);
    nodes.values().forEach(copy::put);
    // Lists that follow the state rely on waiting jobs coming by order, finished ones by time.
    List<JobRecord> inOrder = new ArrayList<>(jobs.size());
    jobs.forEach(inOrder::add);
    inOrder.sort(
        Comparator.<JobRecord>comparingLong(j -> j.state().finished() ? j.at() : Long.MAX_VALUE)
            .thenComparingLong(JobRecord::order));
    inOrder.forEach(copy::put);
    for (QueueState queue : queues.values()) {
      for (JobState state : JobState.values()) {
        copy.setEnded(queue.record().id(), state, queue.ended(state));
      }
    }
    coolDowns.all().forEach(copy.coolDowns::put);
    tombstones.all().forEach(stone -> copy.tombstones.add(stone, 0));
    copy.tombstones.setHorizon(tombstones.horizon());
    for (OperationState operation : operations.values()) {
      copyOperation(operation, copy);
    }
    copy.setCounters(lastOrder, lastQueueId, lastOperationId);
    copy.batchApplied(appliedIndex, nowMillis);
    return copy;
  }

  private static void copyOperation(OperationState from, State to) {
    OperationState copy =
        to.addOperation(
            from.id(), from.action(), from.filter(), from.by(), from.startedAt(), from.undoOf());
    from.selectedChunks().forEach(copy::select);
    from.before().forEach(copy::touched);
    copy.skipped(from.skipped());
    if (from.state() != Operation.State.RUNNING) {
      copy.restoreEnd(from.state(), from.endedAt(), from.selectedCount());
    }
  }
}
