/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.tree;

import io.desaster.api.queue.QueueSettings;
import io.desaster.api.spi.Slot;
import io.desaster.core.discipline.ClassFigures;
import io.desaster.core.discipline.ClassTree;
import io.desaster.core.discipline.DisciplineSpec;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.discipline.Leaf;
import io.desaster.core.discipline.TreeConfig;
import io.desaster.core.discipline.TreeLayout;
import io.desaster.core.discipline.TreeUsage;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.QueueRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All queues of one kind under their root class. */
public final class KindTree {
  private static final DisciplineSpec UNCONFIGURED = new DisciplineSpec.Drr(List.of());

  private final String kind;
  private final ClassTree tree;
  private final Map<Integer, QueueLeaf> queues = new LinkedHashMap<>();
  private String configured;
  private TreeConfig config;
  private int slots;
  private boolean dirty;

  KindTree(String kind, Disciplines disciplines, long nowNanos) {
    this.kind = kind;
    this.tree = new ClassTree(disciplines, UNCONFIGURED, nowNanos);
  }

  /**
   * A tree as it was.
   *
   * @param configured as {@link TreeConfig} reads it; null: not configured
   * @param places the queues of the kind by their numbers
   * @param usage what it remembers
   * @param waiting jobs by queue, each in their order
   */
  KindTree(
      String kind,
      Disciplines disciplines,
      String configured,
      int slots,
      List<QueueLeaf> places,
      TreeUsage usage,
      Map<String, List<JobRecord>> waiting,
      long nowNanos) {
    this.kind = kind;
    this.configured = configured;
    this.slots = slots;
    this.dirty = true;
    List<QueueRecord> records = places.stream().map(QueueLeaf::record).toList();
    config = configured == null ? null : TreeConfig.read(configured, slots);
    tree =
        new ClassTree(
            disciplines,
            config == null
                ? TreeLayout.unconfigured(records)
                : TreeLayout.of(config, slots, records),
            config == null ? "" : TreeLayout.HOME,
            usage,
            waiting,
            nowNanos);
    for (QueueLeaf place : places) {
      queues.put(place.record().id(), place);
      place.setLeaf(tree.leaf(place.record().name()));
      tree.setAttachments(place.leaf(), place.record().settings().attach());
      tree.setPaused(place.leaf(), place.record().pause() != null);
    }
  }

  public String kind() {
    return kind;
  }

  /** What it remembers besides its configuration and the waiting jobs. */
  TreeUsage usage(long nowNanos) {
    tree.advance(nowNanos);
    return tree.usage();
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
  void configure(String text, long nowNanos) {
    configured = text;
    apply(nowNanos);
  }

  /** The slots changed that {@code %} and slot rates refer to. */
  void setSlots(int newSlots, long nowNanos) {
    if (slots != newSlots) {
      slots = newSlots;
      if (configured != null) {
        apply(nowNanos);
      }
    }
  }

  private void apply(long nowNanos) {
    List<QueueRecord> records = queues.values().stream().map(QueueLeaf::record).toList();
    if (configured == null) {
      config = null;
      tree.apply(TreeLayout.unconfigured(records), nowNanos);
    } else {
      config = TreeConfig.read(configured, slots);
      tree.apply(TreeLayout.of(config, slots, records), TreeLayout.HOME, nowNanos);
    }
    dirty = true;
  }

  void add(QueueLeaf queue, long nowNanos) {
    QueueRecord record = queue.record();
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
    queue.setLeaf(leaf);
    queues.put(record.id(), queue);
    tree.setAttachments(leaf, settings.attach());
    tree.setPaused(leaf, record.pause() != null);
    if (named && settings.maxRunning() > 0) {
      apply(nowNanos);
    }
  }

  void remove(QueueLeaf queue, long nowNanos) {
    queues.remove(queue.record().id());
    if (names(queue.record().name())) {
      // The place stays for a queue of that name to come.
      tree.setAttachments(queue.leaf(), QueueSettings.DEFAULT.attach());
      tree.setPaused(queue.leaf(), false);
      apply(nowNanos);
    } else {
      tree.remove(queue.leaf());
    }
  }

  void change(QueueLeaf queue, QueueRecord record, long nowNanos) {
    Leaf leaf = queue.leaf();
    QueueRecord before = queue.record();
    queue.set(record);
    boolean named = names(record.name());
    boolean moves = names(before.name()) || named;
    if (!record.name().equals(before.name())) {
      tree.rename(leaf, record.name());
      if (moves) {
        apply(nowNanos);
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
          nowNanos);
    } else if (record.settings().maxRunning() != before.settings().maxRunning()) {
      apply(nowNanos);
    }
    tree.setAttachments(leaf, record.settings().attach());
    tree.setPaused(leaf, record.pause() != null);
    dirty = true;
  }

  void enqueue(QueueLeaf queue, JobRecord job, long nowNanos) {
    tree.enqueue(queue.leaf(), job, nowNanos);
    dirty = true;
  }

  void remove(QueueLeaf queue, JobRecord job, long nowNanos) {
    if (!tree.remove(queue.leaf(), job, nowNanos)) {
      throw new IllegalStateException("waiting job is not in its discipline: " + job);
    }
  }

  void started(QueueLeaf queue, JobRecord job, long nowNanos) {
    tree.started(queue.leaf(), job, nowNanos);
  }

  /** The job runs already and was moved here. */
  void adopted(QueueLeaf queue, JobRecord job, long nowNanos) {
    tree.adopted(queue.leaf(), job, nowNanos);
  }

  /** The attempt that was started never began. */
  void returned(QueueLeaf queue, JobRecord job, long nowNanos) {
    tree.returned(queue.leaf(), job, nowNanos);
    dirty = true;
  }

  void ended(QueueLeaf queue, JobRecord job, long ranNanos, long nowNanos) {
    tree.ended(queue.leaf(), job, Math.max(0, ranNanos), nowNanos);
    dirty = true;
  }

  /** Whether jobs of a queue are still to be moved to its new kind of discipline. */
  public boolean moving() {
    return tree.moving();
  }

  void moveSlice(long nowNanos) {
    tree.moveSlice(nowNanos);
    dirty = true;
  }

  /** Jobs that wait for a slot. */
  public int backlog() {
    return tree.size();
  }

  /** What the tree remembers besides its jobs. */
  TreeUsage usage() {
    return tree.usage();
  }

  /** How its classes stand at a time not before that of the last event. */
  ClassFigures figures(long nowNanos) {
    return tree.figures(nowNanos);
  }

  /** Something changed that may let a job start. */
  public void touch() {
    dirty = true;
  }

  /** Whether it is worth asking for jobs. */
  public boolean worthAsking(long nowNanos) {
    return tree.size() > 0 && (dirty || tree.nextWakeupNanos() <= nowNanos);
  }

  /** When it is worth asking although nothing changes until then; {@link Long#MAX_VALUE}: never. */
  public long nextWakeupNanos() {
    return tree.size() == 0 ? Long.MAX_VALUE : tree.nextWakeupNanos();
  }

  public void asked(long nowNanos) {
    tree.advance(nowNanos);
    dirty = false;
  }

  /** As {@link ClassTree#peek}. */
  public boolean peek(Slot slot, long nowNanos, ClassTree.Proposal into) {
    return tree.peek(slot, nowNanos, into);
  }
}
