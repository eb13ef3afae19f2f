/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.job.JobState;
import io.desaster.api.operation.Operation;
import io.desaster.api.tree.TreeVersion;
import io.desaster.core.log.Input;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * All that desaster knows, changed by events only (package {@code event}). The scheduler has one,
 * the working state, ahead by the batches in flight; the committed copy is another. Used by one
 * thread.
 */
public final class State {
  private static final Index NO_INDEX = new Index() {};

  private final IdMap<JobRecord> jobs;
  private final ArchivedJobs archived;
  private final ArchivedLines lines = new ArchivedLines();
  private final Archive archive;
  private final LongMap<QueueState> queues = new LongMap<>();
  private final Map<String, QueueState> queuesByName = new TreeMap<>();
  private final Map<String, NodeRecord> nodes = new TreeMap<>();
  private final RemoteWorkers remoteWorkers = new RemoteWorkers();
  private final Map<String, TreeRecord> trees = new TreeMap<>();
  private final CoolDowns coolDowns = new CoolDowns();
  private final Tombstones tombstones = new Tombstones();
  private final TreeMap<Long, OperationState> operations = new TreeMap<>();
  private Index index = NO_INDEX;
  private long lastOrder;
  private int lastQueueId;
  private long lastOperationId;
  private long appliedIndex;
  private long nowMillis;
  private long clockShiftMillis;

  /** A state that keeps no records of archived jobs. */
  public State() {
    this(Archive.NONE);
  }

  public State(Archive archive) {
    this(archive, 0, new ArchivedJobs());
  }

  /** With room for so many jobs; more find theirs. */
  private State(Archive archive, int jobCount, ArchivedJobs archived) {
    this.archive = archive;
    this.jobs = new IdMap<>(jobCount);
    this.archived = archived;
  }

  // What is there.

  /** The job's record, or null if the job is archived or not known. */
  public JobRecord job(long high, long low) {
    return jobs.get(high, low);
  }

  /** What stands for the archived job, or null if there is none of this id. */
  public ArchivedJob archived(long high, long low) {
    return archived.get(high, low);
  }

  /** What is known of the job wherever it is, or null. */
  public JobHead head(long high, long low) {
    JobRecord job = jobs.get(high, low);
    return job != null ? job : archived.get(high, low);
  }

  /** Jobs known, archived ones included. */
  public int jobCount() {
    return jobs.size() + archived.size();
  }

  public int archivedCount() {
    return archived.size();
  }

  /** All jobs but the archived ones. */
  public void forEachJob(Consumer<JobRecord> action) {
    jobs.forEach(action);
  }

  public void forEachArchived(Consumer<ArchivedJob> action) {
    archived.forEach(action);
  }

  /** Whether this very one is archived now. */
  public boolean has(ArchivedJob job) {
    return archived.has(job);
  }

  /** The archived jobs of now, whatever happens afterwards; to be read by any thread. */
  public Iterator<ArchivedJob> archivedPicture() {
    return archived.picture();
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

  /** The tree of a kind; one without versions if it was never configured. */
  public TreeRecord tree(String kind) {
    TreeRecord tree = trees.get(kind);
    return tree == null ? new TreeRecord(kind, List.of()) : tree;
  }

  /** The trees that were ever configured, by kind. */
  public Collection<TreeRecord> trees() {
    return trees.values();
  }

  public RemoteWorkers remoteWorkers() {
    return remoteWorkers;
  }

  /** Slots of a kind on nodes that take jobs, or those of the remote workers. */
  public int usableSlots(String kind) {
    return kind.equals(RemoteWorkers.KIND)
        ? remoteWorkers.usableSlots()
        : NodeRecord.usableSlots(nodes.values(), kind);
  }

  /** What {@code %} and slot rates of the kind's tree refer to. */
  public int slotsFor(String kind) {
    return kind.equals(RemoteWorkers.KIND)
        ? remoteWorkers.knownSlots()
        : NodeRecord.slotsFor(nodes.values(), kind);
  }

  /** Slots of a kind on all nodes, also on those that take no jobs now. */
  public int knownSlots(String kind) {
    return kind.equals(RemoteWorkers.KIND)
        ? remoteWorkers.knownSlots()
        : NodeRecord.knownSlots(nodes.values(), kind);
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

  /**
   * What has to be added to a batch's time to get that of the trees. Rates need a clock that
   * neither stands still nor jumps when somebody sets the host's.
   */
  public long clockShiftMillis() {
    return clockShiftMillis;
  }

  // Changes, for events and snapshots only.

  public void shiftClock(long shiftMillis) {
    clockShiftMillis = shiftMillis;
    index.clockShifted(shiftMillis);
  }

  public void jobsMoved(String kind) {
    index.jobsMoved(kind);
  }

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

  public void forget(JobHead job) {
    count(job, null);
    if (job instanceof ArchivedJob gone) {
      archived.remove(job.high(), job.low());
      index.jobUnarchived(gone, null);
    } else {
      jobs.remove(job.high(), job.low());
      index.jobChanged((JobRecord) job, null);
    }
  }

  /** The finished job's record leaves the heap; returns what stands for it. */
  public ArchivedJob archive(JobRecord job) {
    ArchivedJob stub = lines.add(job);
    archive(job, stub);
    return stub;
  }

  /** As the other, for what another state made to stand for the job. */
  public void archive(JobRecord job, ArchivedJob stub) {
    jobs.remove(job.high(), job.low());
    archived.add(stub);
    archive.add(job, stub);
    index.jobArchived(job, stub);
  }

  /** The job is archived already. */
  public void restore(ArchivedJob stub) {
    archived.add(stub);
    count(null, stub);
    index.jobArchived(null, stub);
  }

  /** As {@link #restore(ArchivedJob)}, for one whose record is not on the disk yet. */
  public void restore(JobRecord job) {
    restore(keep(job));
  }

  /** Gives the record to the archive, whether or not the job is known. */
  public ArchivedJob keep(JobRecord job) {
    ArchivedJob stub = lines.add(job);
    archive.add(job, stub);
    return stub;
  }

  /**
   * Reads what stands for a job that is or was archived, and where its record is; the job is not
   * known by that.
   */
  public ArchivedJob readArchived(Input in) {
    ArchivedJob stub = lines.read(in);
    stub.settle(in.readLong());
    return stub;
  }

  /** The archived job's record is on the heap again. */
  public void recall(JobRecord job) {
    ArchivedJob stub = archived.remove(job.high(), job.low());
    jobs.put(job);
    index.jobUnarchived(stub, job);
  }

  public void bury(Tombstones.Stone stone, long atMillis) {
    tombstones.add(stone, atMillis);
  }

  public void setTombstoneHorizon(long millis) {
    tombstones.setHorizon(millis);
  }

  private void count(JobHead before, JobHead after) {
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
    lines.close(id);
    for (CoolDowns.Entry entry : coolDowns.of(id)) {
      coolDowns.remove(id, entry.key());
    }
    index.queueChanged(record, null);
  }

  public void put(NodeRecord after) {
    index.nodeChanged(nodes.put(after.name(), after), after);
  }

  /** A worker without slots is gone. */
  public void put(WorkerRecord after) {
    remoteWorkers.put(after);
    index.remoteSlotsChanged(remoteWorkers.knownSlots());
  }

  /** What the workers had that were there last. */
  public void setKnownRemoteSlots(int slots) {
    remoteWorkers.setKnownSlots(slots);
    index.remoteSlotsChanged(slots);
  }

  public void setTree(String kind, TreeVersion next) {
    put(tree(kind).with(next));
  }

  private void put(TreeRecord tree) {
    trees.put(tree.kind(), tree);
    index.treeChanged(tree);
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
  public void touched(long operationId, JobHead before) {
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
   * From now on the index follows all changes, after those that did so before; first it is told
   * what is here: trees, queues by id, nodes, remote slots, finished jobs by the time of their end,
   * waiting ones by order. Of the archived ones it is told when they change.
   */
  public void follow(Index newIndex) {
    newIndex.clockShifted(clockShiftMillis);
    trees.values().forEach(newIndex::treeChanged);
    queueRecords().forEach(record -> newIndex.queueChanged(null, record));
    nodes.values().forEach(node -> newIndex.nodeChanged(null, node));
    newIndex.remoteSlotsChanged(remoteWorkers.knownSlots());
    for (JobRecord job : jobsInOrder()) {
      newIndex.jobChanged(null, job);
    }
    add(newIndex);
  }

  /**
   * From now on the index follows all changes; first it is told of the queues that are here, and of
   * nothing else.
   */
  public void watch(Index newIndex) {
    queueRecords().forEach(record -> newIndex.queueChanged(null, record));
    add(newIndex);
  }

  private void add(Index newIndex) {
    index = index == NO_INDEX ? newIndex : new Indexes(index, newIndex);
  }

  private Stream<QueueRecord> queueRecords() {
    return queuesByName.values().stream()
        .map(QueueState::record)
        .sorted(Comparator.comparingInt(QueueRecord::id));
  }

  private JobRecord[] jobsInOrder() {
    JobRecord[] all = new JobRecord[jobs.size()];
    int[] count = new int[1];
    jobs.forEach(job -> all[count[0]++] = job);
    RadixSort.by(JobRecord::order, all);
    RadixSort.by(job -> job.state().finished() ? job.at() : Long.MAX_VALUE, all);
    return all;
  }

  private ArchivedJob[] archivedInOrder() {
    ArchivedJob[] all = new ArchivedJob[archived.size()];
    int[] count = new int[1];
    archived.forEach(job -> all[count[0]++] = job);
    RadixSort.by(ArchivedJob::at, all);
    return all;
  }

  /**
   * A second state with the same content; job records, being immutable, are shared.
   *
   * @param follower index of the copy, told of all that is in it as {@link #follow} does, and of
   *     archived jobs by the time of their end
   */
  public State copy(Index follower) {
    State copy = new State(Archive.NONE, jobs.size(), archived.copy());
    copy.index = follower;
    copy.shiftClock(clockShiftMillis);
    trees.values().forEach(copy::put);
    queueRecords().forEach(copy::put);
    nodes.values().forEach(copy::put);
    remoteWorkers.all().forEach(copy::put);
    copy.setKnownRemoteSlots(remoteWorkers.knownSlots());
    for (ArchivedJob job : archivedInOrder()) {
      copy.count(null, job);
      follower.jobArchived(null, job);
    }
    for (JobRecord job : jobsInOrder()) {
      copy.put(job);
    }
    for (QueueState queue : queuesByName.values()) {
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
