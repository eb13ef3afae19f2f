/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.QueuedJob;
import io.desaster.api.spi.Usage;
import io.desaster.core.state.LongMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Function;

/**
 * Hierarchical token buckets (M. Devera, "HTB Linux queuing discipline manual", 2002; tc-htb(8);
 * net/sched/sch_htb.c). Each class has a bucket for its rate, which is guaranteed, and one for its
 * ceil, which is the most it may use with what it borrows. A leaf whose rate bucket gives is served
 * before any that borrows; one whose bucket is empty borrows from the nearest class above that has
 * some. Among leaves that are served from the same level the lower prio goes first, equal ones
 * share in proportion to their quantum. A start is charged to the ceil of the leaf and of all
 * classes above, and to the rate from the lender upwards. Unlike in Linux a leaf with tokens of its
 * own has to wait while the ceil of a class above is used up: no ceil is ever exceeded.
 *
 * <p>How: {@link HtbClass} keeps, for every level that may serve and every pair of prio and need,
 * the children that have something to serve there, ordered by the least tag below them. A class
 * that may not serve now is simply not among its parent's. The tags are those of start-time fair
 * queueing, one for each level a leaf may be served from: the tag grows by cost over quantum, and
 * starts at the virtual time of its level and prio at least, so that nothing is saved up. Of equal
 * tags the one served longer ago comes first: where a limit above keeps leaves back, all their tags
 * are behind the virtual time and begin there together.
 *
 * <p>Cost: O(depth x levels x log classes) for each start; refills fall due one class at a time.
 */
final class Htb extends Inner {
  private static final String CLASS = "class";
  private static final String LEVEL = "level";
  private static final String RUNNING = "running";
  private static final String LENT = "lent";
  static final int PRIOS = 8;

  /** Where the tags begin among the values of a class's account. */
  private static final int TAGS = 3;

  private final boolean chargeRun;
  private final long estimateNanos;
  private final HtbClass base;
  private final Map<String, HtbClass> classes = new LinkedHashMap<>();
  private final LongMap<Run> runs = new LongMap<>();

  /** Who lent to running jobs that were charged their cost, should they come back. */
  private final LongMap<HtbClass.Lender> lenders = new LongMap<>();

  private final double[][] virtualTimes;
  private long starts;

  /** The level of leaves that are served by tokens of their own; those below it are depths. */
  private final int ownLevel;

  private int[] laneNeeds = new int[2];
  private int[] lanePrios = new int[2];
  private int[] lanesByPrio = new int[2];
  private int lanes;
  private boolean[] wanted = new boolean[1];
  private boolean[] available = new boolean[1];

  /** A running job that is charged slot time. */
  private final class Run extends Timer {
    final HtbClass leaf;
    final int level;
    final RunCharge charge;

    /** By which the last of it was charged, and is given back. */
    double quantum;

    Run(HtbClass leaf, int level, RunCharge charge, double quantum) {
      this.leaf = leaf;
      this.level = level;
      this.charge = charge;
      this.quantum = quantum;
    }

    @Override
    void fire() {
      quantum = leaf.quantum;
      apply(leaf, level, charge.step(), quantum);
      tree.setTimer(this, charge.nextNanos());
    }
  }

  Htb(ClassTree tree, String name, DisciplineSpec.Htb spec) {
    super(tree, name);
    chargeRun = spec.chargeRun();
    estimateNanos = spec.estimateNanos();
    int depth = 0;
    for (DisciplineSpec.HtbClassSpec top : spec.classes()) {
      depth = Math.max(depth, depth(top));
    }
    ownLevel = depth + 1;
    virtualTimes = new double[ownLevel + 1][PRIOS];
    base = new HtbClass(this, null, null, spec.r2q(), 0);
    for (DisciplineSpec.HtbClassSpec top : spec.classes()) {
      add(base, top, spec.r2q());
    }
  }

  private static int depth(DisciplineSpec.HtbClassSpec spec) {
    int deepest = 0;
    for (DisciplineSpec.HtbClassSpec child : spec.classes()) {
      deepest = Math.max(deepest, depth(child));
    }
    return deepest + 1;
  }

  private void add(HtbClass parent, DisciplineSpec.HtbClassSpec spec, double r2q) {
    HtbClass added = new HtbClass(this, parent, spec, r2q, classes.size());
    added.guessNanos = estimateNanos;
    classes.put(spec.name(), added);
    spec.classes().forEach(child -> add(added, child, r2q));
  }

  /** What holds the jobs of this leaf. */
  Node content(String leaf) {
    return classes.get(leaf).content;
  }

  /** Changes rates, bursts, quantum and limit of a class. */
  void change(DisciplineSpec.HtbClassSpec spec, double r2q) {
    HtbClass changed = classes.get(spec.name());
    changed.rate.change(spec.rate(), spec.burst(), tree.now());
    changed.ceil.change(spec.ceil(), spec.cburst(), tree.now());
    changed.quantum = spec.quantumOr(r2q);
    changed.maxRunning = spec.maxRunning();
    changed.look();
    syncFrom(changed);
    tree.headChanged(this);
  }

  boolean chargesRun() {
    return chargeRun;
  }

  int ownLevel() {
    return ownLevel;
  }

  int lanes() {
    return lanes;
  }

  int need(int lane) {
    return laneNeeds[lane];
  }

  int prio(int lane) {
    return lanePrios[lane];
  }

  @Override
  void seated(Node child) {
    HtbClass leaf = classes.get(child.className);
    leaf.content = child;
    child.seat = leaf;
  }

  @Override
  void unseated(Node child) {
    ((HtbClass) child.seat).content = null;
  }

  @Override
  void offered(Node child, int need, boolean offers) {
    HtbClass leaf = (HtbClass) child.seat;
    int lane = lane(leaf.prio, need);
    HtbClass one = leaf;
    while (one != base && one.syncLane(lane)) {
      one = one.parent;
    }
    if (one == base) {
      publish();
    }
  }

  @Override
  void childOffers(Node child, int need, boolean offers) {}

  @Override
  boolean has(int need) {
    return need < available.length && available[need];
  }

  /** Tells the parent for which needs some class may serve now. */
  private void publish() {
    if (available.length < tree.needs().limit()) {
      available = Arrays.copyOf(available, tree.needs().limit());
    }
    for (int need = 0; need < available.length; need++) {
      boolean now = anyServes(need);
      if (now != available[need]) {
        available[need] = now;
        flipped(need, now);
      }
    }
  }

  private boolean anyServes(int need) {
    for (int lane = 0; lane < lanes; lane++) {
      if (laneNeeds[lane] == need) {
        for (int level = 1; level <= ownLevel; level++) {
          KeyHeap<HtbClass.Offer> offers = base.offers(level, lane);
          if (offers != null && !offers.isEmpty()) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private int lane(int prio, int need) {
    for (int lane = 0; lane < lanes; lane++) {
      if (laneNeeds[lane] == need && lanePrios[lane] == prio) {
        return lane;
      }
    }
    if (lanes == laneNeeds.length) {
      laneNeeds = Arrays.copyOf(laneNeeds, lanes * 2);
      lanePrios = Arrays.copyOf(lanePrios, lanes * 2);
      lanesByPrio = Arrays.copyOf(lanesByPrio, lanes * 2);
    }
    laneNeeds[lanes] = need;
    lanePrios[lanes] = prio;
    int at = lanes;
    while (at > 0 && lanePrios[lanesByPrio[at - 1]] > prio) {
      lanesByPrio[at] = lanesByPrio[at - 1];
      at--;
    }
    lanesByPrio[at] = lanes;
    return lanes++;
  }

  @Override
  Node select(Needs.Met met) {
    want(met, true);
    Node found = null;
    for (int level = ownLevel; level > 0 && found == null; level--) {
      found = select(level);
    }
    want(met, false);
    return found;
  }

  private void want(Needs.Met met, boolean value) {
    if (wanted.length < tree.needs().limit()) {
      wanted = new boolean[tree.needs().limit()];
    }
    for (int i = 0; i < met.count; i++) {
      wanted[met.ids[i]] = value;
    }
  }

  private Node select(int level) {
    KeyHeap<HtbClass.Offer> best = null;
    int bestLane = -1;
    for (int i = 0; i < lanes; i++) {
      int lane = lanesByPrio[i];
      if (best != null && lanePrios[lane] > lanePrios[bestLane]) {
        break;
      }
      KeyHeap<HtbClass.Offer> offers = wanted[laneNeeds[lane]] ? base.offers(level, lane) : null;
      if (offers != null
          && !offers.isEmpty()
          && (best == null
              || offers.minFirst() < best.minFirst()
              || offers.minFirst() == best.minFirst() && offers.minSecond() < best.minSecond())) {
        best = offers;
        bestLane = lane;
      }
    }
    if (best == null) {
      return null;
    }
    HtbClass one = best.min().owner;
    while (one.content == null) {
      one = one.offers(level, bestLane).min().owner;
    }
    return one.content;
  }

  /** What keeps the class of this child from starting jobs. */
  void addHolds(Node child, List<String> holds) {
    HtbClass leaf = (HtbClass) child.seat;
    boolean lent = false;
    for (HtbClass one = leaf; one != base; one = one.parent) {
      one.addHolds(holds);
      lent |= one.rate.gives(tree.now());
    }
    if (!lent) {
      long until = leaf.rate.givesAtNanos(tree.now());
      holds.add(
          Holds.over(leaf.name, "rate", leaf.rate.rate, until)
              + ", and no class above it can lend");
    }
  }

  @Override
  void charge(Node child, QueuedJob job) {
    HtbClass leaf = (HtbClass) child.seat;
    int level = leaf.lenderLevel();
    double cost = job.cost();
    if (chargeRun) {
      RunCharge charge = new RunCharge(job, leaf.guessNanos, tree.now());
      Run run = new Run(leaf, level, charge, leaf.quantum);
      runs.put(job.order(), run);
      tree.setTimer(run, charge.nextNanos());
      cost = charge.seconds();
    } else {
      lenders.put(job.order(), leaf.lender(level));
    }
    double[] times = virtualTimes[level];
    leaf.tags[level] = Math.max(leaf.tags[level], times[leaf.prio]);
    times[leaf.prio] = leaf.tags[level];
    leaf.served = ++starts;
    int lenderDepth = lenderDepth(leaf, level);
    for (HtbClass one = leaf; one != base && one.depth >= lenderDepth; one = one.parent) {
      one.count(lenderDepth);
    }
    apply(leaf, level, cost, leaf.quantum);
  }

  @Override
  void ended(Node child, QueuedJob job) {
    if (!chargeRun) {
      lenders.remove(job.order());
      return;
    }
    Run run = stopped(job);
    if (run != null) {
      run.leaf.guessNanos = RunCharge.learn(run.leaf.guessNanos, run.charge.ranNanos(tree.now()));
      apply(run.leaf, run.level, run.charge.settle(tree.now()), run.quantum);
    }
  }

  private Run stopped(QueuedJob job) {
    Run run = runs.remove(job.order());
    if (run != null) {
      tree.setTimer(run, Long.MAX_VALUE);
    }
    return run;
  }

  @Override
  void returned(Node child, QueuedJob job) {
    Run run = stopped(job);
    HtbClass.Lender lender = lenders.remove(job.order());
    if (run != null) {
      apply(run.leaf, run.level, -run.charge.seconds(), run.quantum);
    } else if (lender != null) {
      apply(lender.leaf(), lender.level(), -job.cost(), lender.leaf().quantum);
    }
  }

  @Override
  void adopted(Node child, QueuedJob job) {
    if (chargeRun) {
      charge(child, job);
    }
  }

  /** Charges the leaf and all above it; gives back if negative. */
  private void apply(HtbClass leaf, int level, double cost, double quantum) {
    double by = cost / quantum;
    leaf.tags[level] += by;
    double[] times = virtualTimes[level];
    if (by < 0 && leaf.tags[level] < times[leaf.prio]) {
      times[leaf.prio] = Math.max(leaf.tags[level], times[leaf.prio] + by);
    }
    int lenderDepth = lenderDepth(leaf, level);
    for (HtbClass one = leaf; one != base; one = one.parent) {
      one.ceil.charge(cost, tree.now());
      if (one.depth <= lenderDepth) {
        one.rate.charge(cost, tree.now());
      }
      one.lookCharged();
      one.sync();
    }
    publish();
  }

  private int lenderDepth(HtbClass leaf, int level) {
    return level == ownLevel ? leaf.depth : level;
  }

  @Override
  void keepCounting(Inner before) {
    Map<String, HtbClass> counted = new HashMap<>();
    ((Htb) before).classes.forEach((name, one) -> counted.put(Figures.plain(name), one));
    classes.forEach(
        (name, one) -> {
          HtbClass old = counted.get(Figures.plain(name));
          if (old != null) {
            one.keepCounting(old);
          }
        });
  }

  /**
   * How its classes stand at a time not before the last call; what running jobs are charged until
   * then is charged.
   *
   * @param content tells how what is below a leaf stands
   */
  ClassFigures figures(long nowNanos, Function<Node, ClassFigures> content) {
    Map<HtbClass, Bucket[]> buckets = new HashMap<>();
    classes.values().forEach(one -> buckets.put(one, one.copyBuckets()));
    List<Run> due = new ArrayList<>();
    runs.forEach(
        run -> {
          if (run.charge.nextNanos() <= nowNanos) {
            due.add(new Run(run.leaf, run.level, run.charge.copy(), run.quantum));
          }
        });
    PriorityQueue<Run> steps =
        new PriorityQueue<>(Comparator.comparingLong(run -> run.charge.nextNanos()));
    steps.addAll(due);
    while (!steps.isEmpty() && steps.peek().charge.nextNanos() <= nowNanos) {
      Run run = steps.poll();
      long at = run.charge.nextNanos();
      double cost = run.charge.step();
      int lenderDepth = lenderDepth(run.leaf, run.level);
      for (HtbClass one = run.leaf; one != base; one = one.parent) {
        buckets.get(one)[1].charge(cost, at);
        if (one.depth <= lenderDepth) {
          buckets.get(one)[0].charge(cost, at);
        }
      }
      steps.add(run);
    }
    Map<HtbClass, List<ClassFigures>> below = new HashMap<>();
    List<HtbClass> all = new ArrayList<>(classes.values());
    // Each class stands behind the one it is in.
    for (int i = all.size() - 1; i >= 0; i--) {
      HtbClass one = all.get(i);
      List<ClassFigures> own = below.getOrDefault(one, new ArrayList<>());
      Collections.reverse(own);
      if (one.content != null) {
        own.add(content.apply(one.content));
      }
      below
          .computeIfAbsent(one.parent, parent -> new ArrayList<>())
          .add(figures(one, buckets.get(one), own, nowNanos));
    }
    List<ClassFigures> tops = below.get(base);
    Collections.reverse(tops);
    return new ClassFigures(
        Figures.plain(className),
        ClassFigures.Role.HTB,
        chargeRun,
        quantum,
        position,
        maxRunning,
        running,
        0,
        0,
        null,
        null,
        null,
        false,
        tops);
  }

  private static ClassFigures figures(
      HtbClass one, Bucket[] buckets, List<ClassFigures> below, long nowNanos) {
    Bucket rate = buckets[0];
    Bucket ceil = buckets[1];
    return new ClassFigures(
        Figures.plain(one.name),
        ClassFigures.Role.HTB_CLASS,
        one.htb.chargesRun(),
        one.quantum,
        one.prio,
        one.maxRunning,
        one.running,
        rate.rate,
        ceil.rate,
        new ClassFigures.Tokens(rate.at(nowNanos), rate.burst),
        new ClassFigures.Tokens(ceil.at(nowNanos), ceil.burst),
        one.tally(),
        false,
        below);
  }

  @Override
  void runningChanged(Node child, int by) {
    for (HtbClass one = (HtbClass) child.seat; one != base; one = one.parent) {
      one.running += by;
      if (one.maxRunning > 0 && one.content == null && one.look()) {
        syncFrom(one);
      }
    }
  }

  /** The class may serve, or may not any more. */
  void syncFrom(HtbClass changed) {
    HtbClass one = changed;
    while (one != base && one.sync()) {
      one = one.parent;
    }
    if (one == base) {
      publish();
    }
  }

  /** Because time has passed. */
  void refilled(HtbClass one) {
    if (one.look()) {
      syncFrom(one);
      tree.headChanged(this);
    }
  }

  @Override
  Usage usage(boolean settled) {
    List<Usage.Account> accounts = new ArrayList<>();
    for (HtbClass one : classes.values()) {
      if (settled) {
        one.rate.settle(tree.now());
        one.ceil.settle(tree.now());
      }
      double[] values = new double[TAGS + one.tags.length + 1];
      values[values.length - 1] = one.served;
      values[0] = one.rate.tokens;
      values[1] = one.ceil.tokens;
      values[2] = one.guessNanos;
      System.arraycopy(one.tags, 0, values, TAGS, one.tags.length);
      accounts.add(new Usage.Account(CLASS, one.name, one.ceil.atNanos, one.rate.atNanos, values));
    }
    for (int level = 1; level <= ownLevel; level++) {
      accounts.add(new Usage.Account(LEVEL, "", level, 0, virtualTimes[level].clone()));
    }
    runs.forEach(
        run -> accounts.add(run.charge.account(RUNNING, run.leaf.name, run.level, run.quantum)));
    lenders.forEachEntry(
        (lender, order) ->
            accounts.add(new Usage.Account(LENT, lender.leaf().name, order, lender.level())));
    return new Usage(accounts);
  }

  @Override
  void restore(Usage usage) {
    // Tags belong to levels: if their number changed, sharing begins anew.
    long levels = usage.accounts().stream().filter(a -> a.what().equals(LEVEL)).count();
    for (Usage.Account account : usage.accounts()) {
      double[] values = account.values();
      HtbClass one = classes.get(account.name());
      if (account.what().equals(LEVEL) && levels == ownLevel) {
        System.arraycopy(values, 0, virtualTimes[(int) account.number()], 0, PRIOS);
      } else if (account.what().equals(CLASS) && one != null) {
        one.rate.tokens = values[0];
        one.ceil.tokens = values[1];
        one.guessNanos = (long) values[2];
        one.ceil.atNanos = account.number();
        one.rate.atNanos = account.atNanos();
        if (levels == ownLevel && values.length >= TAGS + one.tags.length) {
          System.arraycopy(values, TAGS, one.tags, 0, one.tags.length);
        }
        // Usage written by earlier versions does not say.
        if (values.length == TAGS + one.tags.length + 1) {
          one.served = (long) values[values.length - 1];
          starts = Math.max(starts, one.served);
        }
      } else if (account.what().equals(RUNNING) && one != null && one.leaf && chargeRun) {
        // Usage written by earlier versions lacks the quantum.
        double quantum = values.length > 2 ? values[2] : one.quantum;
        int level = Math.min((int) values[1], ownLevel);
        Run run = new Run(one, level, RunCharge.of(account), quantum);
        runs.put(account.number(), run);
        tree.setTimer(run, run.charge.nextNanos());
      } else if (account.what().equals(LENT) && one != null && one.leaf && !chargeRun) {
        lenders.put(account.number(), one.lender(Math.min((int) account.atNanos(), ownLevel)));
      }
    }
    classes.values().forEach(HtbClass::look);
  }
}
