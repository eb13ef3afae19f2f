/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.spi.ClassDiscipline;
import io.desaster.core.state.JobRecord;
import java.util.ArrayList;
import java.util.List;

/** All queues of one kind under their root class, and the pools that can serve them. */
final class KindTree {
  private final String kind;
  private final ClassDiscipline root;
  private final List<Pool> pools = new ArrayList<>();
  private int backlog;
  private boolean dirty;

  KindTree(String kind, ClassDiscipline root) {
    this.kind = kind;
    this.root = root;
  }

  String kind() {
    return kind;
  }

  List<Pool> pools() {
    return pools;
  }

  void add(QueueLeaf leaf) {
    root.add(leaf);
    backlog += leaf.size();
  }

  void remove(QueueLeaf leaf) {
    root.remove(leaf);
    backlog -= leaf.size();
  }

  void changed(QueueLeaf leaf) {
    root.changed(leaf);
    dirty = true;
  }

  void enqueue(QueueLeaf leaf, JobRecord job, long nowMillis) {
    leaf.discipline().enqueue(job, nowMillis);
    backlog++;
    dirty = true;
    if (leaf.size() == 1) {
      root.backlogged(leaf);
    }
  }

  void remove(QueueLeaf leaf, JobRecord job) {
    if (!leaf.discipline().remove(job)) {
      throw new IllegalStateException("waiting job is not in its discipline: " + job);
    }
    taken(leaf);
  }

  void started(QueueLeaf leaf, JobRecord job, long nowMillis) {
    leaf.discipline().started(job, nowMillis);
    root.started(leaf, job, nowMillis);
    taken(leaf);
  }

  void ended(QueueLeaf leaf, JobRecord job, long ranMillis, long nowMillis) {
    leaf.discipline().ended(job, ranMillis, nowMillis);
    root.ended(leaf, job, ranMillis, nowMillis);
    dirty = true;
  }

  private void taken(QueueLeaf leaf) {
    backlog--;
    if (leaf.size() == 0) {
      root.emptied(leaf);
    }
  }

  /** Jobs that wait for a slot. */
  int backlog() {
    return backlog;
  }

  /** Something changed that may let a job start. */
  void touch() {
    dirty = true;
  }

  /** Whether it is worth asking for jobs. */
  boolean worthAsking() {
    return dirty && backlog > 0;
  }

  void asked() {
    dirty = false;
  }

  boolean peek(Pool pool, long nowMillis, ClassDiscipline.Proposal into) {
    return root.peek(pool, nowMillis, into);
  }
}
