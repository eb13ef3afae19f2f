/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.queue.QueueSettings;
import io.desaster.core.discipline.ClassTree;
import io.desaster.core.discipline.DisciplineSpec;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.discipline.Leaf;
import io.desaster.core.discipline.TreeConfig;
import io.desaster.core.discipline.TreeLayout;
import io.desaster.core.discipline.TreeUsage;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.Moments;
import io.desaster.core.state.QueueRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All queues of one kind under their root class, and the pools that can serve them. */
final class KindTree {
  private static final DisciplineSpec UNCONFIGURED = new DisciplineSpec.Drr(List.of());

  private final String kind;
  private final ClassTree tree;
  private final List<Pool> pools = new ArrayList<>();
  private final Map<Integer, QueueLeaf> queues = new LinkedHashMap<>();
  private String configured;
  private TreeConfig config;
  private int slots;
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

  /** Whether the configuration has a place for a queue of this name. */
  boolean names(String queue) {
    return config != null && config.leaves().contains(queue);
  }

  /**
   * Another configuration is in force; jobs stay in their queues, in their order.
   *
   * @param text as {@link TreeConfig} reads it; null: none
   */
  void configure(String text, long nowMillis) {
    configured = text;
    apply(nowMillis);
  }

  /** The slots changed that {@code %} and slot rates refer to. */
  void setSlots(int newSlots, long nowMillis) {
    if (slots != newSlots) {
      slots = newSlots;
      if (configured != null) {
        apply(nowMillis);
      }
    }
  }

  private void apply(long nowMillis) {
    long now = Moments.nanos(nowMillis);
    List<QueueRecord> records = queues.values().stream().map(QueueLeaf::record).toList();
    if (configured == null) {
      config = null;
      tree.apply(TreeLayout.unconfigured(records), now);
    } else {
      config = TreeConfig.read(configured, slots);
      tree.apply(TreeLayout.of(config, slots, records), TreeLayout.HOME, now);
    }
    dirty = true;
  }

  QueueLeaf add(QueueRecord record, long nowMillis) {
    QueueSettings settings = record.settings();
    boolean named = names(record.name());
    Leaf leaf =
        named
            ? tree.leaf(record.name())
            : tree.add(
                record.name(),
                settings.quantum(),
                settings.band(),
                settings.maxRunning(),
                TreeLayout.leaf(record, config));
    QueueLeaf queue = new QueueLeaf(record, leaf);
    queues.put(record.id(), queue);
    tree.setAttachments(leaf, settings.attach());
    tree.setPaused(leaf, record.pause() != null);
    if (named && settings.maxRunning() > 0) {
      apply(nowMillis);
    }
    return queue;
  }

  void remove(QueueLeaf queue, long nowMillis) {
    queues.remove(queue.record().id());
    if (names(queue.record().name())) {
      // The place stays for a queue of that name to come.
      tree.setAttachments(queue.leaf(), QueueSettings.DEFAULT.attach());
      tree.setPaused(queue.leaf(), false);
      apply(nowMillis);
    } else {
      tree.remove(queue.leaf());
    }
  }

  void change(QueueLeaf queue, QueueRecord record, long nowMillis) {
    Leaf leaf = queue.leaf();
    QueueRecord before = queue.record();
    queue.set(record);
    boolean named = names(record.name());
    boolean moves = names(before.name()) || named;
    if (!record.name().equals(before.name())) {
      tree.rename(leaf, record.name());
      if (moves) {
        apply(nowMillis);
      }
    }
    if (!named) {
      QueueSettings settings = record.settings();
      tree.change(
          leaf,
          settings.quantum(),
          settings.band(),
          settings.maxRunning(),
          TreeLayout.leaf(record, config),
          Moments.nanos(nowMillis));
    } else if (record.settings().maxRunning() != before.settings().maxRunning()) {
      apply(nowMillis);
    }
    tree.setAttachments(leaf, record.settings().attach());
    tree.setPaused(leaf, record.pause() != null);
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

  /** What the tree remembers besides its jobs. */
  TreeUsage usage() {
    return tree.usage();
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
