/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobState;
import io.desaster.api.node.NodeInfo;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.discipline.TreeUsage;
import io.desaster.core.state.ArchivedJob;
import io.desaster.core.state.AttemptRecord;
import io.desaster.core.state.Index;
import io.desaster.core.state.JobHead;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.NodeRecord;
import io.desaster.core.state.QueueRecord;
import io.desaster.core.state.State;
import io.desaster.core.state.TreeRecord;
import io.desaster.core.tree.KindTree;
import io.desaster.core.tree.KindTrees;
import io.desaster.core.tree.QueueLeaf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The working state seen by what is next to do: waiting jobs in their trees, slots in their pools,
 * times in the timers, children below their parents. All of it follows from the state and from what
 * the trees remember, so a new master builds it from these alone.
 */
final class Dispatcher implements Index {
  private final KindTrees trees;
  private final SchedulerSettings settings;
  private final Timers timers;
  private final Map<String, Pool> pools = new HashMap<>();
  private final Map<String, List<Pool>> poolsByKind = new HashMap<>();
  private final ConcurrencyLimits limits = new ConcurrencyLimits();
  private final Retention retention = new Retention();
  private final Leases leases = new Leases();
  private final Archiving archiving;
  private final Map<JobId, List<JobId>> children = new HashMap<>();
  private final ArrayDeque<JobRecord> endedParents = new ArrayDeque<>();
  private final Set<String> readyNodes = new HashSet<>();
  private long nowMillis;

  Dispatcher(Disciplines disciplines, SchedulerSettings settings, Timers timers) {
    this.trees = new KindTrees(disciplines);
    this.settings = settings;
    this.timers = timers;
    this.archiving = new Archiving(settings.finishedOnHeapMax());
  }

  long epoch() {
    return settings.epoch();
  }

  void setNow(long now) {
    nowMillis = now;
    trees.setNow(now);
  }

  /** All that is in the state was told: the trees are made. */
  void begin(Map<String, TreeUsage> usages, long atMillis) {
    trees.begin(usages, atMillis);
    trees.setNow(nowMillis);
  }

  KindTrees trees() {
    return trees;
  }

  QueueLeaf leaf(int queueId) {
    return trees.queue(queueId);
  }

  /** The pools that serve the kind. */
  List<Pool> poolsOf(String kind) {
    return poolsByKind.getOrDefault(kind, List.of());
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
          poolsByKind.computeIfAbsent(kind, k -> new ArrayList<>()).add(pool);
          return pool;
        });
  }

  private Pool poolOf(AttemptRecord attempt, String kind) {
    Pool pool = pools.get(attempt.pool());
    return pool != null ? pool : requirePool(kind, attempt.node(), List.of());
  }

  void removePool(Pool pool) {
    pools.remove(pool.name());
    poolsByKind.get(pool.kind()).remove(pool);
  }

  @Override
  public void jobChanged(JobRecord before, JobRecord after) {
    JobState was = before == null ? null : before.state();
    JobState is = after == null ? null : after.state();
    trees.jobChanged(before, after);
    if (was == JobState.RUNNING
        && (is != JobState.RUNNING || after.queueId() != before.queueId())) {
      leaveSlot(before);
    }
    if (was == JobState.BLOCKED) {
      disown(before);
    }
    if (is == JobState.QUEUED) {
      JobExpires.watch(timers, after, leaf(after.queueId()).record().settings());
    } else if (is == JobState.RUNNING
        && (was != JobState.RUNNING || after.queueId() != before.queueId())) {
      enterSlot(after);
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

  private void enterSlot(JobRecord job) {
    AttemptRecord attempt = job.course().last();
    String kind = leaf(job.queueId()).record().kind();
    poolOf(attempt, kind).take();
    limits.take(job.options().limit());
    if (!settings.localKinds().contains(kind)) {
      leases.add(job);
    }
  }

  private void leaveSlot(JobRecord before) {
    AttemptRecord attempt = before.course().last();
    String kind = leaf(before.queueId()).record().kind();
    Pool pool = poolOf(attempt, kind);
    pool.give();
    if (!before.options().limit().isEmpty()) {
      limits.give(before.options().limit());
      // Jobs of any kind may have waited for it.
      trees.all().forEach(KindTree::touch);
    }
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
    trees.queueChanged(before, after);
    if (after == null) {
      retention.queueRemoved(before.id());
      return;
    }
    retention.queueChanged(after);
    if (before != null && JobExpires.sooner(before.settings(), after.settings())) {
      leaf(after.id())
          .discipline()
          .forEach(job -> JobExpires.watch(timers, (JobRecord) job, after.settings()));
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
    }
    trees.nodeChanged(before, after);
    trees.all().forEach(KindTree::touch);
  }

  @Override
  public void remoteSlotsChanged(int slots) {
    trees.remoteSlotsChanged(slots);
  }

  @Override
  public void treeChanged(TreeRecord record) {
    trees.treeChanged(record);
  }

  @Override
  public void jobsMoved(String kind) {
    trees.jobsMoved(kind);
  }

  @Override
  public void clockShifted(long shiftMillis) {
    trees.clockShifted(shiftMillis);
  }
}
