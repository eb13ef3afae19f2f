/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline.cases;

import io.desaster.api.spi.Demand;
import io.desaster.api.spi.QueuedJob;
import io.desaster.api.spi.Slot;
import io.desaster.core.discipline.ClassTree;
import io.desaster.core.discipline.DisciplineSpec;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.discipline.Form;
import io.desaster.core.discipline.Leaf;
import io.desaster.core.discipline.TreeReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Runs a case in virtual time. At each instant, in this order: completions, changes, arrivals,
 * retries; then slots are filled, pool by pool. Can be copied at any moment: a copy has the same
 * future, which is how start times are predicted.
 */
final class Simulation {
  private static final long NEVER = Long.MAX_VALUE;
  private static final String TREE = "tree";

  private final Case scenario;
  private final Disciplines disciplines;
  private final long seed;
  private final SimJob.Names names;
  private final Map<String, Object> treeForm;
  private final ClassTree tree;
  private final List<Pool> pools = new ArrayList<>();
  private final PriorityQueue<Timed> completions = new PriorityQueue<>(Timed.ORDER);
  private final PriorityQueue<Timed> retries = new PriorityQueue<>(Timed.ORDER);
  private final PriorityQueue<Cursor> cursors = new PriorityQueue<>(Cursor.ORDER);
  private final ClassTree.Proposal proposal = new ClassTree.Proposal();
  private final Listener listener;
  private int nextChange;
  private long orders;
  private long starts;
  private long retriesPlanned;
  private long nowNanos;

  /** Jobs submitted later do not come. */
  private long knownUntilNanos = NEVER;

  /** Is told what happens. */
  interface Listener {
    void arrived(SimJob job, Set<String> classes);

    void started(Run run);

    void refused(long atNanos, String message);
  }

  /** A job and a time it is due; equal times in the order of the numbers. */
  private record Timed(long atNanos, long number, SimJob job) {
    static final Comparator<Timed> ORDER =
        Comparator.comparingLong(Timed::atNanos).thenComparingLong(Timed::number);
  }

  /** How far a generator is. */
  private record Cursor(long readyNanos, int file, int number) {
    static final Comparator<Cursor> ORDER =
        Comparator.comparingLong(Cursor::readyNanos).thenComparingInt(Cursor::file);
  }

  private static final class Pool implements Slot {
    final Set<String> labels;
    int slots;
    int used;

    Pool(Set<String> labels, int slots, int used) {
      this.labels = labels;
      this.slots = slots;
      this.used = used;
    }

    @Override
    public boolean meets(Demand demand) {
      return demand == Demand.NONE || labels.contains(demand.label());
    }
  }

  /**
   * A simulation at its beginning.
   *
   * @throws IllegalArgumentException if the tree is refused or an arrival has no class in it
   */
  Simulation(Case scenario, long seed, Disciplines disciplines, Listener listener) {
    this.scenario = scenario;
    this.seed = seed;
    this.disciplines = disciplines;
    this.listener = listener;
    this.names = new SimJob.Names();
    this.treeForm = TreeForm.copy(scenario.tree());
    this.tree = new ClassTree(disciplines, TreeReader.read(Form.of(TREE, treeForm), seed), 0);
    for (Case.PoolSize pool : scenario.pools()) {
      pools.add(new Pool(pool.labels(), pool.slots(), 0));
    }
    for (int file = 0; file < scenario.arrivals().size(); file++) {
      Arrivals arrivals = scenario.arrivals().get(file);
      leafOf(arrivals);
      if (arrivals.count() > 0) {
        cursors.add(new Cursor(arrivals.readyNanos(0), file, 0));
      }
    }
  }

  /** A copy; jobs that are not submitted yet do not come in it. */
  private Simulation(Simulation from, Listener listener) {
    scenario = from.scenario;
    seed = from.seed;
    disciplines = from.disciplines;
    this.listener = listener;
    names = from.names;
    treeForm = TreeForm.copy(from.treeForm);
    nextChange = from.nextChange;
    orders = from.orders;
    starts = from.starts;
    retriesPlanned = from.retriesPlanned;
    nowNanos = from.nowNanos;
    Map<String, List<QueuedJob>> waiting = new HashMap<>();
    for (Leaf leaf : from.tree.leaves()) {
      List<QueuedJob> jobs = new ArrayList<>(leaf.size());
      leaf.discipline().forEach(job -> jobs.add(((SimJob) job).copy()));
      jobs.sort(Comparator.comparingLong(QueuedJob::order));
      waiting.put(leaf.name(), jobs);
    }
    tree = new ClassTree(disciplines, from.tree.spec(), from.tree.usage(), waiting, nowNanos);
    from.pools.forEach(pool -> pools.add(new Pool(pool.labels, pool.slots, pool.used)));
    from.completions.forEach(
        one -> {
          SimJob job = one.job().copy();
          job.leaf = tree.findLeaf(one.job().leaf.name());
          completions.add(new Timed(one.atNanos(), one.number(), job));
        });
    from.retries.forEach(
        one -> retries.add(new Timed(one.atNanos(), one.number(), one.job().copy())));
    for (Cursor cursor : from.cursors) {
      if (arrivals(cursor).submittedNanos(cursor.number()) <= nowNanos) {
        cursors.add(cursor);
      }
    }
    knownUntilNanos = nowNanos;
  }

  Simulation copy(Listener other) {
    return new Simulation(this, other);
  }

  private Arrivals arrivals(Cursor cursor) {
    return scenario.arrivals().get(cursor.file());
  }

  private Leaf leafOf(Arrivals arrivals) {
    String name = arrivals.className();
    Leaf leaf = tree.findLeaf(name);
    if (leaf == null && name.equals(treeForm.get("kind"))) {
      leaf = tree.findLeaf("");
    }
    if (leaf == null) {
      throw new IllegalArgumentException(
          "arrivals: class must be a leaf of the tree ("
              + String.join(", ", tree.leaves().stream().map(Leaf::name).toList())
              + "), not '"
              + name
              + "'");
    }
    return leaf;
  }

  /** Runs all instants up to this one, and it too if it has something to do. */
  void runTo(long toNanos) {
    while (true) {
      long next = nextNanos();
      if (next > toNanos) {
        return;
      }
      nowNanos = Math.max(nowNanos, next);
      complete();
      change();
      arrive();
      retry();
      fill();
    }
  }

  /** Runs to the end; jobs are started before it only. */
  void run() {
    runTo(scenario.untilNanos() - 1);
  }

  private long nextNanos() {
    long next = NEVER;
    if (!completions.isEmpty()) {
      next = completions.peek().atNanos();
    }
    if (!retries.isEmpty()) {
      next = Math.min(next, retries.peek().atNanos());
    }
    if (!cursors.isEmpty()) {
      next = Math.min(next, cursors.peek().readyNanos());
    }
    if (nextChange < scenario.changes().size()) {
      next = Math.min(next, scenario.changes().get(nextChange).atNanos());
    }
    for (Pool pool : pools) {
      if (pool.used < pool.slots) {
        return Math.min(next, tree.nextWakeupNanos());
      }
    }
    return next;
  }

  private void complete() {
    while (!completions.isEmpty() && completions.peek().atNanos() <= nowNanos) {
      SimJob job = completions.poll().job();
      pools.get(job.pool).used--;
      tree.ended(job.leaf, job, nowNanos - job.startedNanos, nowNanos);
      if (job.failsLeft > 0) {
        job.failsLeft--;
        long due = nowNanos + job.arrivals.retryDelayNanos();
        retries.add(new Timed(due, retriesPlanned++, job));
      }
    }
  }

  private void change() {
    List<Case.Change> changes = scenario.changes();
    Map<String, Object> changed = null;
    while (nextChange < changes.size() && changes.get(nextChange).atNanos() <= nowNanos) {
      Case.Change change = changes.get(nextChange++);
      if (change.className() == null) {
        pools.get(change.pool()).slots = change.slots();
      } else {
        if (changed == null) {
          changed = TreeForm.copy(treeForm);
        }
        TreeForm.change(changed, change.className(), change.fields());
      }
    }
    if (changed != null) {
      apply(changed);
    }
  }

  private void apply(Map<String, Object> changed) {
    try {
      DisciplineSpec spec = TreeReader.read(Form.of(TREE, changed), seed);
      tree.apply(spec, nowNanos);
      tree.moveAll(nowNanos);
      treeForm.clear();
      treeForm.putAll(changed);
    } catch (IllegalArgumentException refusal) {
      // As in a daemon: a change that is wrong changes nothing.
      listener.refused(nowNanos, refusal.getMessage());
    }
  }

  private void arrive() {
    while (!cursors.isEmpty() && cursors.peek().readyNanos() <= nowNanos) {
      Cursor cursor = cursors.poll();
      Arrivals arrivals = arrivals(cursor);
      Leaf leaf = leafOf(arrivals);
      int number = cursor.number();
      Set<String> classes = classesOf(leaf);
      // All that are due at once, to spare the queue of cursors.
      while (comes(arrivals, number) && arrivals.readyNanos(number) <= nowNanos) {
        SimJob job = names.make(arrivals, number++, ++orders);
        job.leaf = leaf;
        listener.arrived(job, classes);
        tree.enqueue(leaf, job, nowNanos);
      }
      if (comes(arrivals, number)) {
        cursors.add(new Cursor(arrivals.readyNanos(number), cursor.file(), number));
      }
    }
  }

  private boolean comes(Arrivals arrivals, int number) {
    return number < arrivals.count() && arrivals.submittedNanos(number) <= knownUntilNanos;
  }

  private Set<String> classesOf(Leaf leaf) {
    Set<String> classes = tree.classesOf(leaf);
    return classes.isEmpty() || leaf.name().isEmpty()
        ? Set.of(String.valueOf(treeForm.get("kind")))
        : classes;
  }

  private void retry() {
    while (!retries.isEmpty() && retries.peek().atNanos() <= nowNanos) {
      SimJob job = retries.poll().job();
      job.order = ++orders;
      job.leaf = leafOf(job.arrivals);
      tree.enqueue(job.leaf, job, nowNanos);
    }
  }

  private void fill() {
    for (int i = 0; i < pools.size(); i++) {
      Pool pool = pools.get(i);
      while (pool.used < pool.slots && tree.peek(pool, nowNanos, proposal)) {
        SimJob job = (SimJob) proposal.job;
        job.leaf = proposal.leaf;
        job.pool = i;
        job.startedNanos = nowNanos;
        pool.used++;
        tree.started(proposal.leaf, job, nowNanos);
        long end = nowNanos + job.runNanos();
        completions.add(new Timed(end, starts, job));
        int attempt = job.arrivals.fails() - job.failsLeft + 1;
        listener.started(new Run(job, attempt, starts, nowNanos, end, job.failsLeft == 0));
        starts++;
      }
    }
    tree.advance(nowNanos);
  }

  /** Jobs that wait now. */
  List<SimJob> waiting() {
    List<SimJob> jobs = new ArrayList<>(tree.size());
    for (Leaf leaf : tree.leaves()) {
      leaf.discipline().forEach(job -> jobs.add((SimJob) job));
    }
    return jobs;
  }
}
