/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.tree;

import io.desaster.api.job.JobState;
import io.desaster.api.job.Outcome;
import io.desaster.api.tree.TreeVersion;
import io.desaster.core.discipline.ClassFigures;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.discipline.TreeUsage;
import io.desaster.core.state.AttemptRecord;
import io.desaster.core.state.Index;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.LongMap;
import io.desaster.core.state.Moments;
import io.desaster.core.state.NodeRecord;
import io.desaster.core.state.QueueRecord;
import io.desaster.core.state.RemoteWorkers;
import io.desaster.core.state.TreeRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The trees of all kinds, kept in step with a state. What happens to them follows from the events
 * alone: a start is told by its event, not decided here, and the time is that of the batch. So each
 * state that is fed the same events has the same trees, whether it belongs to a scheduler, to
 * queries or to a recovery.
 *
 * <p>Use: a state is told to {@linkplain io.desaster.core.state.State#follow be followed}, which
 * tells what there is; {@link #begin} then makes the trees from that and from what they remembered.
 */
public final class KindTrees implements Index {
  private final Disciplines disciplines;
  private final Map<String, KindTree> trees = new TreeMap<>();
  private final Map<String, String> configured = new HashMap<>();
  private final LongMap<QueueLeaf> queues = new LongMap<>();
  private final Map<String, NodeRecord> nodes = new TreeMap<>();
  private int remoteSlots;

  /** What there is, until the trees are made. */
  private Gathered gathered = new Gathered();

  private long nowMillis;
  private long shiftMillis;
  private long treeNanos;

  private static final class Gathered {
    final List<QueueLeaf> places = new ArrayList<>();
    final Map<Integer, List<JobRecord>> waiting = new HashMap<>();
    final Map<Integer, Integer> running = new HashMap<>();
  }

  public KindTrees(Disciplines disciplines) {
    this.disciplines = disciplines;
  }

  /** The batch's time, milliseconds since 1970. */
  public void setNow(long wallMillis) {
    nowMillis = wallMillis;
  }

  /** The trees' own time, which never goes back. */
  public long nanos() {
    treeNanos = Math.max(treeNanos, Moments.nanos(nowMillis + shiftMillis));
    return treeNanos;
  }

  /**
   * Makes the trees.
   *
   * @param usages what they remembered, by kind
   * @param atMillis when that was
   */
  public void begin(Map<String, TreeUsage> usages, long atMillis) {
    Gathered all = gathered;
    gathered = null;
    setNow(atMillis);
    Map<String, List<QueueLeaf>> places = new TreeMap<>();
    configured.keySet().forEach(kind -> places.put(kind, new ArrayList<>()));
    for (NodeRecord node : nodes.values()) {
      node.pools().forEach(pool -> places.put(pool.kind(), new ArrayList<>()));
    }
    for (QueueLeaf place : all.places) {
      places.computeIfAbsent(place.record().kind(), kind -> new ArrayList<>()).add(place);
    }
    places.forEach((kind, own) -> make(kind, own, usages.getOrDefault(kind, TreeUsage.NONE), all));
  }

  private void make(String kind, List<QueueLeaf> places, TreeUsage usage, Gathered all) {
    Map<String, List<JobRecord>> waiting = new HashMap<>();
    Map<String, Integer> running = new HashMap<>();
    for (QueueLeaf place : places) {
      QueueRecord record = place.record();
      waiting.put(record.name(), all.waiting.getOrDefault(record.id(), List.of()));
      running.put(record.name(), all.running.getOrDefault(record.id(), 0));
    }
    trees.put(
        kind,
        new KindTree(
            kind,
            disciplines,
            configured.get(kind),
            slots(kind),
            places,
            usage.withRunning(running),
            waiting,
            nanos()));
  }

  /** What they remember besides their configuration and the waiting jobs, by kind. */
  public Map<String, TreeUsage> usages() {
    Map<String, TreeUsage> usages = new TreeMap<>();
    trees.forEach((kind, tree) -> usages.put(kind, tree.usage(nanos())));
    return usages;
  }

  /** The same of one kind. */
  public TreeUsage usage(String kind) {
    KindTree tree = trees.get(kind);
    return tree == null ? TreeUsage.NONE : tree.usage(nanos());
  }

  /** How the classes of a kind stand at this time of the trees; null if there is no such kind. */
  public ClassFigures figures(String kind, long nowNanos) {
    KindTree tree = trees.get(kind);
    return tree == null ? null : tree.figures(nowNanos);
  }

  /** The trees' time when it is this late, but not before that of the last batch. */
  public long nanosAt(long wallMillis) {
    return Math.max(treeNanos, Moments.nanos(Math.max(nowMillis, wallMillis) + shiftMillis));
  }

  public Collection<KindTree> all() {
    return trees.values();
  }

  /** The tree of this kind, made if there is none. */
  public KindTree tree(String kind) {
    KindTree tree = trees.get(kind);
    if (tree == null) {
      tree = new KindTree(kind, disciplines, nanos());
      trees.put(kind, tree);
    }
    return tree;
  }

  /** The queue of this number; it has no place before {@link #begin}. */
  public QueueLeaf queue(int id) {
    return queues.get(id);
  }

  /** The kind whose configured tree has a place for a queue of this name; null if none has. */
  public String kindNaming(String queue) {
    for (KindTree tree : trees.values()) {
      if (tree.names(queue)) {
        return tree.kind();
      }
    }
    return null;
  }

  @Override
  public void jobChanged(JobRecord before, JobRecord after) {
    if (gathered != null) {
      gather(after);
      return;
    }
    JobState was = before == null ? null : before.state();
    JobState is = after == null ? null : after.state();
    if (was == JobState.QUEUED) {
      leaveQueue(before, is == JobState.RUNNING);
    } else if (was == JobState.RUNNING
        && (is != JobState.RUNNING || after.queueId() != before.queueId())) {
      leaveSlot(before, after);
    }
    if (is == JobState.QUEUED) {
      QueueLeaf queue = queues.get(after.queueId());
      tree(queue).enqueue(queue, after, nanos());
    } else if (is == JobState.RUNNING
        && was != JobState.QUEUED
        && (was != JobState.RUNNING || after.queueId() != before.queueId())) {
      QueueLeaf queue = queues.get(after.queueId());
      tree(queue).adopted(queue, after, nanos());
    }
  }

  private void gather(JobRecord job) {
    if (job.state() == JobState.QUEUED) {
      gathered.waiting.computeIfAbsent(job.queueId(), id -> new ArrayList<>()).add(job);
    } else if (job.state() == JobState.RUNNING) {
      gathered.running.merge(job.queueId(), 1, Integer::sum);
    }
  }

  private KindTree tree(QueueLeaf queue) {
    return tree(queue.record().kind());
  }

  private void leaveQueue(JobRecord job, boolean starts) {
    QueueLeaf queue = queues.get(job.queueId());
    if (starts) {
      tree(queue).started(queue, job, nanos());
    } else {
      tree(queue).remove(queue, job, nanos());
    }
  }

  private void leaveSlot(JobRecord job, JobRecord after) {
    QueueLeaf queue = queues.get(job.queueId());
    if (after != null && neverBegan(job, after)) {
      tree(queue).returned(queue, job, nanos());
      return;
    }
    long startedAt = job.course().last().startedAt();
    long ran = nanos() - Moments.nanos(startedAt + shiftMillis);
    tree(queue).ended(queue, job, ran, nanos());
  }

  /** The attempt was taken back as if it had not been ordered, or could not be started. */
  private static boolean neverBegan(JobRecord before, JobRecord after) {
    AttemptRecord last = after.course().last();
    return after.course().lastNumber() < before.course().lastNumber()
        || last != null && last.outcome() == Outcome.NOT_STARTED;
  }

  @Override
  public void queueChanged(QueueRecord before, QueueRecord after) {
    if (after == null) {
      tree(before.kind()).remove(queues.remove(before.id()), nanos());
      return;
    }
    QueueLeaf queue = queues.get(after.id());
    if (queue != null) {
      tree(queue).change(queue, after, nanos());
      return;
    }
    queue = new QueueLeaf(after);
    queues.put(after.id(), queue);
    if (gathered == null) {
      tree(queue).add(queue, nanos());
    } else {
      gathered.places.add(queue);
    }
  }

  @Override
  public void nodeChanged(NodeRecord before, NodeRecord after) {
    nodes.put(after.name(), after);
    if (gathered == null) {
      after.pools().forEach(pool -> tree(pool.kind()));
      trees.values().forEach(this::countSlots);
    }
  }

  private void countSlots(KindTree tree) {
    tree.setSlots(slots(tree.kind()), nanos());
  }

  private int slots(String kind) {
    return kind.equals(RemoteWorkers.KIND)
        ? remoteSlots
        : NodeRecord.slotsFor(nodes.values(), kind);
  }

  @Override
  public void remoteSlotsChanged(int slots) {
    if (slots != remoteSlots) {
      remoteSlots = slots;
      KindTree tree = trees.get(RemoteWorkers.KIND);
      if (tree != null) {
        countSlots(tree);
      }
    }
  }

  @Override
  public void treeChanged(TreeRecord record) {
    String text = record.present().text();
    boolean none = text.equals(TreeVersion.UNCONFIGURED);
    if (gathered != null) {
      if (!none) {
        configured.put(record.kind(), text);
      }
      return;
    }
    KindTree tree = tree(record.kind());
    countSlots(tree);
    tree.configure(none ? null : text, nanos());
  }

  @Override
  public void jobsMoved(String kind) {
    if (gathered == null) {
      tree(kind).moveSlice(nanos());
    }
  }

  @Override
  public void clockShifted(long newShiftMillis) {
    shiftMillis = newShiftMillis;
  }
}
