/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.Discipline;
import io.desaster.api.spi.QueuedJob;
import io.desaster.api.spi.Slot;
import io.desaster.api.spi.Usage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A tree of classes with disciplines: jobs go into its leaves, and a slot on offer gets the job
 * that the disciplines from the root down agree on. A plain data structure, used by one thread;
 * time is an argument that never goes back.
 *
 * <p>How: every class tells the one above for which needs it has a job that may start (see {@link
 * Node}), so a look goes straight down, and what has nothing for a slot costs it nothing. What
 * changes by time alone (buckets that fill) stands in one heap of timers and is brought up to date
 * by the next call; that does not depend on when the call comes.
 */
public final class ClassTree {
  private final Disciplines disciplines;
  private final Needs needs = new Needs();
  private final KeyHeap<Timer> timers = new KeyHeap<>();
  private final Needs.Met met = new Needs.Met();
  private final List<Leaf> hidden = new ArrayList<>();
  private final Map<String, Leaf> leaves = new LinkedHashMap<>();
  private final Set<Leaf> moving = new HashSet<>();
  private final Map<String, Set<String>> paths = new HashMap<>();
  private final Map<String, Node> nodes = new HashMap<>();
  private DisciplineSpec spec;
  private String home = "";

  /** Leaves were added, changed or taken out since the configuration was given. */
  private boolean specStale;

  private Node root;
  private long nowNanos;
  private long timerCount;

  /** What {@link #peek} proposes: the array-free way to return two things. */
  public static final class Proposal {
    public Leaf leaf;
    public QueuedJob job;
  }

  /**
   * An empty tree.
   *
   * @throws IllegalArgumentException if the configuration is wrong, naming what is
   */
  public ClassTree(Disciplines disciplines, DisciplineSpec spec, long nowNanos) {
    this(disciplines, spec, "", TreeUsage.NONE, Map.of(), nowNanos);
  }

  /** As below, with the root as the class for leaves that are added later. */
  public ClassTree(
      Disciplines disciplines,
      DisciplineSpec spec,
      TreeUsage usage,
      Map<String, ? extends Collection<? extends QueuedJob>> waiting,
      long nowNanos) {
    this(disciplines, spec, "", usage, waiting, nowNanos);
  }

  /**
   * A tree with the same future as the one whose usage this is.
   *
   * @param home class for leaves that are {@linkplain #add added} later; empty: the root
   * @param waiting jobs by the name of their leaf, each in their order
   */
  public ClassTree(
      Disciplines disciplines,
      DisciplineSpec spec,
      String home,
      TreeUsage usage,
      Map<String, ? extends Collection<? extends QueuedJob>> waiting,
      long nowNanos) {
    this.disciplines = disciplines;
    this.nowNanos = nowNanos;
    TreeBuilder builder = new TreeBuilder(this, disciplines, spec, Map.of());
    for (Leaf leaf : builder.leaves().values()) {
      TreeUsage.ClassUsage own = usage.of(leaf.name());
      Collection<? extends QueuedJob> jobs = waiting.get(leaf.name());
      boolean same = own.kind().equals(leaf.discipline().getClass().getSimpleName());
      leaf.running = own.running();
      Collection<? extends QueuedJob> present = jobs == null ? List.of() : jobs;
      Moving moving =
          own.kind().equals(Moving.KIND)
              ? Moving.restore(leaf.discipline(), own.usage(), present, nowNanos)
              : null;
      if (moving != null) {
        leaf.setMoving(moving);
        count(leaf, present);
      } else {
        restore(leaf, same ? own.usage() : Usage.NONE, present);
      }
    }
    take(spec, builder, usage);
    this.home = home;
    specStale = usage.changed();
    advance(nowNanos);
  }

  private void restore(Leaf leaf, Usage usage, Collection<? extends QueuedJob> jobs) {
    leaf.discipline().restore(usage, jobs, nowNanos);
    count(leaf, jobs);
  }

  private void count(Leaf leaf, Collection<? extends QueuedJob> jobs) {
    for (QueuedJob job : jobs) {
      leaf.backlog++;
      leaf.add(needs.enter(job.demand(), leaf.attachments()), 1);
    }
    leaf.regate();
    leaf.review();
  }

  private void take(DisciplineSpec newSpec, TreeBuilder builder, TreeUsage usage) {
    spec = newSpec;
    root = builder.root();
    nodes.clear();
    nodes.putAll(builder.nodes());
    leaves.clear();
    leaves.putAll(builder.leaves());
    paths.clear();
    paths.putAll(builder.paths());
    builder.connect(usage);
  }

  public DisciplineSpec spec() {
    return spec;
  }

  /** All leaves, in the order of the configuration. */
  public Collection<Leaf> leaves() {
    return leaves.values();
  }

  /**
   * The leaf of this name, or the only one below the class of this name.
   *
   * @return null if there is none
   */
  public Leaf findLeaf(String name) {
    Leaf leaf = leaves.get(name);
    Node node = leaf == null ? nodes.get(name) : leaf;
    while (node instanceof Inner inner && inner.children().size() == 1) {
      node = inner.children().get(0);
    }
    return node instanceof Leaf found ? found : null;
  }

  /** The leaf of exactly this name, or null. */
  public Leaf leaf(String name) {
    return leaves.get(name);
  }

  /** Names of the classes a leaf of the configuration belongs to, its own among them. */
  public Set<String> classesOf(Leaf leaf) {
    return Set.copyOf(paths.getOrDefault(leaf.name(), Set.of(leaf.name())));
  }

  /** Jobs that wait, in all leaves. */
  public int size() {
    return root.backlog;
  }

  // Jobs.

  public void enqueue(Leaf leaf, QueuedJob job, long now) {
    advance(now);
    leaf.discipline().enqueue(job, now);
    for (Node node = leaf; node != null; node = node.parent) {
      if (node.backlog++ == 0 && node.parent != null) {
        node.parent.backlogged(node);
      }
    }
    int need = needs.enter(job.demand(), leaf.attachments());
    leaf.add(need, 1);
    if (leaf.isLast(job)) {
      leaf.reviewWith(job, need);
    } else {
      leaf.review();
    }
  }

  /** False if it does not wait there. */
  public boolean remove(Leaf leaf, QueuedJob job, long now) {
    advance(now);
    if (!leaf.discipline().remove(job, now)) {
      return false;
    }
    gone(leaf, job);
    leaf.review();
    return true;
  }

  private void gone(Leaf leaf, QueuedJob job) {
    int need = needs.find(job.demand(), leaf.attachments());
    leaf.add(need, -1);
    needs.leave(need);
    for (Node node = leaf; node != null; node = node.parent) {
      if (--node.backlog == 0 && node.parent != null) {
        node.parent.emptied(node);
      }
    }
  }

  /**
   * Proposes the job to start next in this slot.
   *
   * @return false if there is none; then {@code into} is left alone
   */
  public boolean peek(Slot slot, long now, Proposal into) {
    advance(now);
    needs.collect(slot, met);
    boolean found = false;
    while (!found && anyOffered()) {
      Node node = root;
      while (node instanceof Inner inner) {
        node = inner.select(met);
      }
      Leaf leaf = (Leaf) node;
      QueuedJob job = slot.wants(leaf.name()) ? leaf.discipline().peek(slot, now) : null;
      if (job == null) {
        leaf.setHidden(true);
        hidden.add(leaf);
      } else {
        into.leaf = leaf;
        into.job = job;
        found = true;
      }
    }
    if (!hidden.isEmpty()) {
      hidden.forEach(leaf -> leaf.setHidden(false));
      hidden.clear();
    }
    return found;
  }

  private boolean anyOffered() {
    for (int i = 0; i < met.count; i++) {
      if (root.offers(met.ids[i])) {
        return true;
      }
    }
    return false;
  }

  /** The job, waiting in this leaf, starts. */
  public void started(Leaf leaf, QueuedJob job, long now) {
    advance(now);
    for (Node node = leaf; node.parent != null; node = node.parent) {
      node.parent.charge(node, job);
    }
    leaf.discipline().started(job, now);
    gone(leaf, job);
    running(leaf, 1);
    leaf.review();
  }

  /**
   * A job that started in this leaf is over.
   *
   * @param ranNanos how long it held its slot
   */
  public void ended(Leaf leaf, QueuedJob job, long ranNanos, long now) {
    advance(now);
    for (Node node = leaf; node.parent != null; node = node.parent) {
      node.parent.ended(node, job);
    }
    leaf.discipline().ended(job, ranNanos, now);
    running(leaf, -1);
    leaf.review();
  }

  /** A job that was started in this leaf turns out never to have begun: its charges go back. */
  public void returned(Leaf leaf, QueuedJob job, long now) {
    advance(now);
    for (Node node = leaf; node.parent != null; node = node.parent) {
      node.parent.returned(node, job);
    }
    leaf.discipline().returned(job, now);
    running(leaf, -1);
    leaf.review();
  }

  /** A job that runs already was moved to this leaf. */
  public void adopted(Leaf leaf, QueuedJob job, long now) {
    advance(now);
    for (Node node = leaf; node.parent != null; node = node.parent) {
      node.parent.adopted(node, job);
    }
    leaf.discipline().adopted(job, now);
    running(leaf, 1);
    leaf.review();
  }

  /** Counts a job that runs already when the tree is made from the state. */
  public void resumed(Leaf leaf) {
    running(leaf, 1);
  }

  private void running(Leaf leaf, int by) {
    for (Node node = leaf; node != null; node = node.parent) {
      node.running += by;
      node.regate();
      if (node.parent != null) {
        node.parent.runningChanged(node, by);
      }
    }
  }

  /** When it is worth asking again although nothing happened; {@link Long#MAX_VALUE} if never. */
  public long nextWakeupNanos() {
    return timers.isEmpty() ? Long.MAX_VALUE : timers.minFirst();
  }

  // Classes.

  /**
   * Adds a leaf to the root or to the {@linkplain #apply(DisciplineSpec, String, long) class for
   * others}, which must share by {@code drr} or {@code prio}.
   *
   * @param position among the others, for {@code prio}
   */
  public Leaf add(String name, double quantum, int position, int maxRunning, DisciplineSpec qdisc) {
    Leaf leaf = new Leaf(this, name, qdisc, disciplines.leaf(qdisc));
    leaf.quantum = quantum;
    leaf.position = position;
    leaf.maxRunning = maxRunning;
    Inner inner = home();
    inner.seat(leaf);
    inner.attach(leaf);
    leaves.put(name, leaf);
    specStale = true;
    return leaf;
  }

  private Inner home() {
    Node node = home.isEmpty() ? root : nodes.get(home);
    while (node instanceof Tbf shaper) {
      node = shaper.children().get(0);
    }
    return (Inner) node;
  }

  /** Takes a leaf that was added out, with the jobs in it. */
  public void remove(Leaf leaf) {
    specStale = true;
    List<QueuedJob> jobs = new ArrayList<>(leaf.size());
    leaf.discipline().forEach(jobs::add);
    for (QueuedJob job : jobs) {
      gone(leaf, job);
    }
    running(leaf, -leaf.running);
    setTimer(leaf.wakeup(), Long.MAX_VALUE);
    leaf.parent.unseat(leaf);
    moving.remove(leaf);
    leaves.remove(leaf.name());
    nodes.remove(leaf.name(), leaf);
  }

  /** Changes the parameters of a leaf that was added; its jobs keep their places. */
  public void change(
      Leaf leaf, double quantum, int position, int maxRunning, DisciplineSpec qdisc, long now) {
    advance(now);
    specStale = true;
    if (leaf.quantum != quantum) {
      leaf.quantum = quantum;
      if (leaf.parent instanceof Drr drr) {
        drr.quantumChanged(leaf);
      }
    }
    if (leaf.position != position) {
      leaf.setHidden(true);
      leaf.position = position;
      leaf.setHidden(false);
    }
    leaf.maxRunning = maxRunning;
    leaf.regate();
    if (!qdisc.equals(leaf.spec())) {
      leaf.change(qdisc, disciplines.leaf(qdisc));
    }
  }

  /**
   * The queue's name changed. If that moves it to another class, or there is an empty leaf of the
   * new name, a new configuration must be applied at once.
   */
  public void rename(Leaf leaf, String name) {
    specStale = true;
    leaves.remove(leaf.name());
    leaf.name = name;
    leaves.put(name, leaf);
  }

  public void setPaused(Leaf leaf, boolean paused) {
    leaf.setPaused(paused);
  }

  /** Pools that serve the leaf, by the words of {@link Slot#attached}. */
  public void setAttachments(Leaf leaf, List<String> attachments) {
    leaf.setAttachments(attachments);
  }

  /**
   * Changes the configuration as a whole, full and while jobs run: leaves of the same name keep
   * their jobs, in their order, and classes of the same name and kind their tokens, debts, deficits
   * and tags. Nothing is changed if the new configuration is wrong. If only parameters differ, only
   * the classes concerned are touched.
   *
   * @throws IllegalArgumentException if it is wrong, or has no leaf for jobs that wait or run
   */
  public void apply(DisciplineSpec newSpec, long now) {
    apply(newSpec, "", now);
  }

  /**
   * As {@link #apply(DisciplineSpec, long)}.
   *
   * @param newHome class for leaves that are {@linkplain #add added} later; empty: the root
   */
  public void apply(DisciplineSpec newSpec, String newHome, long now) {
    advance(now);
    if (!specStale) {
      TreeChange change = new TreeChange(this, disciplines);
      if (change.plan(spec, newSpec, root)) {
        change.carryOut();
        spec = newSpec;
        home = newHome;
        return;
      }
    }
    TreeBuilder builder = new TreeBuilder(this, disciplines, newSpec, leaves);
    Set<Leaf> kept = new HashSet<>(builder.leaves().values());
    for (Leaf leaf : leaves.values()) {
      if (!kept.contains(leaf) && (leaf.backlog > 0 || leaf.running > 0)) {
        throw new IllegalArgumentException(
            "class '"
                + leaf.name()
                + "' is not in the new tree, but "
                + leaf.backlog
                + " of its jobs wait and "
                + leaf.running
                + " run; move them first or keep it");
      }
    }
    TreeUsage usage = usage(true);
    Map<String, Inner> counted = new HashMap<>();
    collect(root, counted);
    timers.clear();
    moving.retainAll(kept);
    take(newSpec, builder, usage);
    keepCounting(root, counted);
    home = newHome;
    specStale = false;
    builder.changeLeaves();
    advance(now);
  }

  private static void collect(Node node, Map<String, Inner> into) {
    if (node instanceof Inner inner) {
      into.put(inner.name, inner);
      inner.children().forEach(child -> collect(child, into));
    }
  }

  private static void keepCounting(Node node, Map<String, Inner> counted) {
    if (node instanceof Inner inner) {
      Inner before = counted.get(inner.name);
      if (before != null && before.getClass() == inner.getClass()) {
        inner.keepCounting(before);
      }
      inner.children().forEach(child -> keepCounting(child, counted));
    }
  }

  /** Whether jobs of a leaf are still to be moved to another kind of discipline. */
  public boolean moving() {
    return !moving.isEmpty();
  }

  /** The leaf whose jobs move next; null if none is to. */
  private Leaf next() {
    return moving.stream().min(Comparator.comparing(Leaf::name)).orElse(null);
  }

  /** Moves one slice of them; without any it does nothing. */
  public void moveSlice(long now) {
    advance(now);
    Leaf next = next();
    if (next != null) {
      next.slice(disciplines.sliceMax());
    }
  }

  /** Moves all of them, however long it takes. */
  public void moveAll(long now) {
    while (moving()) {
      moveSlice(now);
    }
  }

  int sliceMax() {
    return disciplines.sliceMax();
  }

  void setMoving(Leaf leaf, boolean moves) {
    if (moves) {
      moving.add(leaf);
    } else {
      moving.remove(leaf);
    }
  }

  /** What keeps a leaf and the classes above it from starting jobs now, in words. */
  public List<String> holds(Leaf leaf, long now) {
    advance(now);
    return Holds.of(leaf);
  }

  /** How the classes stand at a time not before that of the last call. */
  public ClassFigures figures(long now) {
    return Figures.of(root, now);
  }

  /** What it remembers, as it stands. */
  public TreeUsage usage() {
    return usage(false);
  }

  private TreeUsage usage(boolean settled) {
    Map<String, TreeUsage.ClassUsage> usages = new HashMap<>();
    usage(root, settled, usages);
    return new TreeUsage(usages, specStale);
  }

  private static void usage(Node node, boolean settled, Map<String, TreeUsage.ClassUsage> into) {
    if (node instanceof Leaf leaf) {
      Discipline discipline = leaf.discipline();
      String kind = discipline.getClass().getSimpleName();
      // It may be late with what nobody waits for.
      discipline.nextWakeupNanos(leaf.tree.now());
      into.put(node.name, new TreeUsage.ClassUsage(kind, node.running, discipline.usage()));
    } else if (node instanceof Inner inner) {
      String kind = inner.getClass().getSimpleName();
      into.put(node.name, new TreeUsage.ClassUsage(kind, node.running, inner.usage(settled)));
      inner.children().forEach(child -> usage(child, settled, into));
    }
  }

  /** Brings what changes by time up to date; every other call does so too. */
  public void advance(long now) {
    if (now > nowNanos) {
      nowNanos = now;
    }
    while (!timers.isEmpty() && timers.minFirst() <= nowNanos) {
      Timer timer = timers.min();
      long due = timers.minFirst();
      long present = nowNanos;
      timers.remove(timer);
      // As if this call had come at the very moment.
      nowNanos = due;
      timer.fire();
      nowNanos = present;
    }
  }

  // For the classes.

  Needs needs() {
    return needs;
  }

  long now() {
    return nowNanos;
  }

  /** {@link Long#MAX_VALUE}: never. */
  void setTimer(Timer timer, long atNanos) {
    if (atNanos == Long.MAX_VALUE) {
      timers.remove(timer);
    } else if (!timer.inHeap() || timers.firstOf(timer) != atNanos) {
      timers.set(timer, atNanos, timerCount++);
    }
  }

  void headChanged(Node changed) {
    for (Node node = changed; node.parent != null; node = node.parent) {
      node.parent.headChanged(node);
    }
  }
}
