/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.queue.QueueSettings;
import io.desaster.core.discipline.ClassTree;
import io.desaster.core.discipline.DisciplineSpec;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.discipline.Leaf;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.Moments;
import io.desaster.core.state.QueueRecord;
import java.util.ArrayList;
import java.util.List;

/** All queues of one kind under their root class, and the pools that can serve them. */
final class KindTree {
  private static final DisciplineSpec UNCONFIGURED = new DisciplineSpec.Drr(List.of());

  private final String kind;
  private final ClassTree tree;
  private final List<Pool> pools = new ArrayList<>();
  private boolean dirty;

  KindTree(String kind, Disciplines disciplines, long nowMillis) {
    this.kind = kind;
    this.tree = new ClassTree(disciplines, UNCONFIGURED, Moments.nanos(nowMillis));
  }

  String kind() {
    return kind;
  }

  List<Pool> pools() {
    return pools;
  }

  QueueLeaf add(QueueRecord record) {
    QueueSettings settings = record.settings();
    Leaf leaf =
        tree.add(
            record.name(),
            settings.quantum(),
            settings.band(),
            settings.maxRunning(),
            settings.discipline());
    tree.setAttachments(leaf, settings.attach());
    tree.setPaused(leaf, record.pause() != null);
    return new QueueLeaf(record, leaf);
  }

  void remove(QueueLeaf queue) {
    tree.remove(queue.leaf());
  }

  void change(QueueLeaf queue, QueueRecord record, long nowMillis) {
    Leaf leaf = queue.leaf();
    QueueSettings settings = record.settings();
    if (!record.name().equals(queue.record().name())) {
      tree.rename(leaf, record.name());
    }
    tree.change(
        leaf,
        settings.quantum(),
        settings.band(),
        settings.maxRunning(),
        settings.discipline(),
        Moments.nanos(nowMillis));
    tree.setAttachments(leaf, settings.attach());
    tree.setPaused(leaf, record.pause() != null);
    queue.set(record);
    dirty = true;
  }

  void enqueue(QueueLeaf queue, JobRecord job, long nowMillis) {
    tree.enqueue(queue.leaf(), job, Moments.nanos(nowMillis));
    dirty = true;
  }

  void remove(QueueLeaf queue, JobRecord job, long nowMillis) {
    if (!tree.remove(queue.leaf(), job, Moments.nanos(nowMillis))) {
      throw new IllegalStateException("waiting job is not in its discipline: " + job);
    }
  }

  void started(QueueLeaf queue, JobRecord job, long nowMillis) {
    tree.started(queue.leaf(), job, Moments.nanos(nowMillis));
  }

  /** The job runs already. */
  void resumed(QueueLeaf queue) {
    tree.resumed(queue.leaf());
  }

  void ended(QueueLeaf queue, JobRecord job, long ranMillis, long nowMillis) {
    tree.ended(queue.leaf(), job, Moments.nanos(Math.max(0, ranMillis)), Moments.nanos(nowMillis));
    dirty = true;
  }

  /** Jobs that wait for a slot. */
  int backlog() {
    return tree.size();
  }

  /** Something changed that may let a job start. */
  void touch() {
    dirty = true;
  }

  /** Whether it is worth asking for jobs. */
  boolean worthAsking(long nowMillis) {
    return tree.size() > 0 && (dirty || nextWakeupMillis() <= nowMillis);
  }

  /** When it is worth asking although nothing changes until then. */
  long nextWakeupMillis() {
    return tree.size() == 0 ? Long.MAX_VALUE : Moments.millis(tree.nextWakeupNanos());
  }

  void asked(long nowMillis) {
    tree.advance(Moments.nanos(nowMillis));
    dirty = false;
  }

  boolean peek(Pool pool, long nowMillis, ClassTree.Proposal into) {
    return tree.peek(pool, Moments.nanos(nowMillis), into);
  }
}
