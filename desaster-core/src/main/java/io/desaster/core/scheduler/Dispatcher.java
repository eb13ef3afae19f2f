/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobState;
import io.desaster.api.node.NodeInfo;
import io.desaster.api.tree.TreeVersion;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.state.ArchivedJob;
import io.desaster.core.state.AttemptRecord;
import io.desaster.core.state.Index;
import io.desaster.core.state.JobHead;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.LongMap;
import io.desaster.core.state.NodeRecord;
import io.desaster.core.state.QueueRecord;
import io.desaster.core.state.State;
import io.desaster.core.state.TreeRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The working state seen by what is next to do: waiting jobs in their disciplines, slots in their
 * pools, times in the timers, children below their parents. All of it follows from the state, so a
 * new master builds it from the jobs alone.
 */
final class Dispatcher implements Index {
  private final Disciplines disciplines;
  private final SchedulerSettings settings;
  private final Timers timers;
  private final Map<String, KindTree> trees = new TreeMap<>();
  private final LongMap<QueueLeaf> leaves = new LongMap<>();
  private final Map<String, Pool> pools = new HashMap<>();
  private final Map<String, NodeRecord> nodes = new TreeMap<>();
  private final ConcurrencyLimits limits = new ConcurrencyLimits();
  private final Retention retention = new Retention();
  private final Leases leases = new Leases();
  private final Archiving archiving;
  private final Map<JobId, List<JobId>> children = new HashMap<>();
  private final ArrayDeque<JobRecord> endedParents = new ArrayDeque<>();
  private final Set<String> readyNodes = new HashSet<>();
  private long nowMillis;

  Dispatcher(Disciplines disciplines, SchedulerSettings settings, Timers timers) {
    this.disciplines = disciplines;
    this.settings = settings;
    this.timers = timers;
    this.archiving = new Archiving(settings.finishedOnHeapMax());
  }

  long epoch() {
    return settings.epoch();
  }

  void setNow(long now) {
    nowMillis = now;
  }

  Collection<KindTree> trees() {
    return trees.values();
  }

  KindTree tree(String kind) {
    return trees.computeIfAbsent(kind, k -> new KindTree(k, disciplines, nowMillis));
  }

  QueueLeaf leaf(int queueId) {
    return leaves.get(queueId);
  }

  Pool pool(String name) {
    return pools.get(name);
  }

  Collection<Pool> pools() {
    return pools.values();
  }

  Retention retention() {
    return retention;
  }

  Archiving archiving() {
    return archiving;
  }

  Leases leases() {
    return leases;
  }

  /** Jobs that finished and have blocked children to look at. */
  ArrayDeque<JobRecord> endedParents() {
    return endedParents;
  }

  List<JobId> childrenOf(JobRecord parent) {
    return List.copyOf(children.getOrDefault(parent.id(), List.of()));
  }

  boolean hasChildren(JobHead parent) {
    return !children.isEmpty() && children.containsKey(parent.id());
  }

  /**
   * After a start: parents whose end was recorded, but not yet what it means for their children.
   */
  void findEndedParents(State state) {
    for (JobId id : children.keySet()) {
      JobRecord parent = state.job(id.high(), id.low());
      if (parent != null && parent.state().finished()) {
        endedParents.add(parent);
      }
    }
  }

  /** The node told what it runs: its slots may be used from now on. */
  void ready(String node) {
    readyNodes.add(node);
  }

  boolean isReady(String node) {
    return readyNodes.contains(node);
  }

  /** The pool, made if it is new; it has no slots until it is given some. */
  Pool requirePool(String kind, String node, List<String> labels) {
    return pools.computeIfAbsent(
        kind + "@" + node,
        name -> {
          Pool pool = new Pool(kind, node, labels, limits);
          tree(kind).pools().add(pool);
          return pool;
        });
  }

  private Pool poolOf(AttemptRecord attempt, String kind) {
    Pool pool = pools.get(attempt.pool());
    return pool != null ? pool : requirePool(kind, attempt.node(), List.of());
  }

  void removePool(Pool pool) {
    pools.remove(pool.name());
    tree(pool.kind()).pools().remove(pool);
  }

  @Override
  public void jobChanged(JobRecord before, JobRecord after) {
    JobState was = before == null ? null : before.state();
    JobState is = after == null ? null : after.state();
    if (was == JobState.QUEUED) {
      leaveQueue(before, after);
    }
    if (was == JobState.RUNNING
        && (is != JobState.RUNNING || after.queueId() != before.queueId())) {
      leaveSlot(before);
    }
    if (was == JobState.BLOCKED) {
      disown(before);
    }
    if (is == JobState.QUEUED) {
      enterQueue(after);
    } else if (is == JobState.RUNNING
        && (was != JobState.RUNNING || after.queueId() != before.queueId())) {
      enterSlot(after, was == JobState.QUEUED);
    } else if (is == JobState.SCHEDULED || is == JobState.RETRYING) {
      timers.set(after.at(), new JobDue(after.high(), after.low()));
    } else if (is == JobState.BLOCKED) {
      adopt(after);
    }
    if (was != null && was.finished()) {
      retention.removed(before);
    }
    if (is != null && is.finished()) {
      retention.add(after);
      archiving.add(after);
      if (was != null && !was.finished() && hasChildren(after)) {
        endedParents.add(after);
      }
    }
  }

  @Override
  public void jobArchived(JobRecord before, ArchivedJob after) {
    if (before == null) {
      retention.add(after);
    } else {
      retention.replaced(before, after);
    }
  }

  @Override
  public void jobUnarchived(ArchivedJob before, JobRecord after) {
    if (after == null) {
      retention.removed(before);
    } else {
      retention.replaced(before, after);
      archiving.add(after);
    }
  }

  private void enterQueue(JobRecord job) {
    QueueLeaf leaf = leaf(job.queueId());
    tree(leaf.record().kind()).enqueue(leaf, job, nowMillis);
    JobExpires.watch(timers, job, leaf.record().settings());
  }

  private void leaveQueue(JobRecord before, JobRecord after) {
    QueueLeaf leaf = leaf(before.queueId());
    KindTree tree = tree(leaf.record().kind());
    if (after != null && after.state() == JobState.RUNNING) {
      tree.started(leaf, before, nowMillis);
    } else {
      tree.remove(leaf, before, nowMillis);
    }
  }

  private void enterSlot(JobRecord job, boolean startsNow) {
    AttemptRecord attempt = job.course().last();
    QueueLeaf leaf = leaf(job.queueId());
    String kind = leaf.record().kind();
    poolOf(attempt, kind).take();
    if (!startsNow) {
      tree(kind).resumed(leaf);
    }
    limits.take(job.options().limit());
    if (!settings.localKinds().contains(kind)) {
      leases.add(job);
    }
  }

  private void leaveSlot(JobRecord before) {
    AttemptRecord attempt = before.course().last();
    QueueLeaf leaf = leaf(before.queueId());
    String kind = leaf.record().kind();
    Pool pool = poolOf(attempt, kind);
    pool.give();
    if (!before.options().limit().isEmpty()) {
      limits.give(before.options().limit());
      // Jobs of any kind may have waited for it.
      trees.values().forEach(KindTree::touch);
    }
    tree(kind).ended(leaf, before, nowMillis - attempt.startedAt(), nowMillis);
    if (!settings.localKinds().contains(kind)) {
      leases.remove(before);
      // A remote worker's slots are what it runs plus what it asked for.
      pool.setSlots(Math.max(0, pool.slots() - 1));
      if (pool.used() == 0 && pool.slots() == 0) {
        removePool(pool);
      }
    }
  }

  private void adopt(JobRecord child) {
    for (JobId parent : child.options().after()) {
      children.computeIfAbsent(parent, p -> new ArrayList<>(1)).add(child.id());
    }
  }

  private void disown(JobRecord child) {
    for (JobId parent : child.options().after()) {
      List<JobId> siblings = children.get(parent);
      if (siblings != null) {
        siblings.remove(child.id());
        if (siblings.isEmpty()) {
          children.remove(parent);
          retention.childless(parent);
          archiving.childless(parent);
        }
      }
    }
  }

  @Override
  public void queueChanged(QueueRecord before, QueueRecord after) {
    if (after == null) {
      tree(before.kind()).remove(leaves.remove(before.id()), nowMillis);
      return;
    }
    QueueLeaf leaf = leaves.get(after.id());
    if (leaf == null) {
      leaves.put(after.id(), tree(after.kind()).add(after, nowMillis));
    } else {
      tree(after.kind()).change(leaf, after, nowMillis);
      if (JobExpires.sooner(before.settings(), after.settings())) {
        leaf.discipline()
            .forEach(job -> JobExpires.watch(timers, (JobRecord) job, after.settings()));
      }
    }
    if (after.pause() != null && after.pause().until().isPresent()) {
      long until = after.pause().until().get().toEpochMilli();
      timers.set(until, new PauseEnds(after.id()));
    }
  }

  @Override
  public void nodeChanged(NodeRecord before, NodeRecord after) {
    for (NodeRecord.Pool announced : after.pools()) {
      Pool pool = requirePool(announced.kind(), after.name(), after.labels());
      pool.setLabels(after.labels());
      pool.setSlots(
          after.state() == NodeInfo.State.UP && readyNodes.contains(after.name())
              ? Math.max(announced.slotsMin(), Math.min(pool.slots(), announced.slotsMax()))
              : 0);
      tree(announced.kind()).touch();
    }
    nodes.put(after.name(), after);
    // Before them there may have been other pools on this node.
    trees.values().forEach(this::countSlots);
  }

  private void countSlots(KindTree tree) {
    tree.setSlots(NodeRecord.slotsFor(nodes.values(), tree.kind()), nowMillis);
  }

  @Override
  public void treeChanged(TreeRecord record) {
    KindTree tree = tree(record.kind());
    countSlots(tree);
    String text = record.present().text();
    tree.configure(text.equals(TreeVersion.UNCONFIGURED) ? null : text, nowMillis);
  }

  /** The kind whose configured tree has a place for a queue of this name; null if none has. */
  String kindNaming(String queue) {
    for (KindTree tree : trees.values()) {
      if (tree.names(queue)) {
        return tree.kind();
      }
    }
    return null;
  }
}
