/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.spi.Demand;
import io.desaster.api.spi.QueuedJob;
import io.desaster.api.spi.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A tree with jobs and slots around it, and what must hold of it at all times. */
final class TreeRig {
  private final Disciplines disciplines;
  final Map<String, TreeMap<Long, QueuedJob>> waiting = new TreeMap<>();
  final Map<Long, Running> running = new LinkedHashMap<>();
  private final Map<String, Bucket> shadows = new HashMap<>();
  private final ClassTree.Proposal proposal = new ClassTree.Proposal();
  ClassTree tree;
  DisciplineSpec spec;
  long now;

  record Running(String leaf, QueuedJob job, long startedNanos) {}

  /** Meets jobs without label and those of its own. */
  record LabelSlot(String label) implements Slot {
    @Override
    public boolean meets(Demand demand) {
      return demand == Demand.NONE || demand.label().equals(label);
    }
  }

  TreeRig(DisciplineSpec spec) {
    this(spec, new Disciplines());
  }

  TreeRig(DisciplineSpec spec, Disciplines disciplines) {
    this.disciplines = disciplines;
    this.spec = spec;
    tree = new ClassTree(disciplines, spec, 0);
    shadow(spec);
  }

  List<String> leaves() {
    return tree.leaves().stream().map(Leaf::name).toList();
  }

  void enqueue(String leaf, QueuedJob job) {
    tree.enqueue(tree.findLeaf(leaf), job, now);
    waiting.computeIfAbsent(leaf, name -> new TreeMap<>()).put(job.order(), job);
  }

  void remove(String leaf, QueuedJob job) {
    assertThat(tree.remove(tree.findLeaf(leaf), job, now)).isTrue();
    assertThat(tree.remove(tree.findLeaf(leaf), job, now)).isFalse();
    waiting.get(leaf).remove(job.order());
  }

  /** Starts a job in the slot; null if there is none. */
  QueuedJob start(String label) {
    if (!tree.peek(new LabelSlot(label), now, proposal)) {
      return null;
    }
    String leaf = proposal.leaf.name();
    QueuedJob job = proposal.job;
    checkOrder(leaf, job);
    waiting.get(leaf).remove(job.order());
    tree.started(proposal.leaf, job, now);
    running.put(job.order(), new Running(leaf, job, now));
    charge(spec, leaf, job, 1);
    checkRunning(spec, 0);
    return job;
  }

  void end(long order) {
    Running one = running.remove(order);
    tree.ended(tree.findLeaf(one.leaf()), one.job(), now - one.startedNanos(), now);
  }

  /** The running job never began: it is back at its place. */
  void returned(long order) {
    Running one = running.remove(order);
    tree.returned(tree.findLeaf(one.leaf()), one.job(), now);
    charge(spec, one.leaf(), one.job(), -1);
    enqueue(one.leaf(), one.job());
  }

  /** A job runs already and was moved to this leaf. */
  void adopt(String leaf, QueuedJob job) {
    tree.adopted(tree.findLeaf(leaf), job, now);
    running.put(job.order(), new Running(leaf, job, now));
  }

  void apply(DisciplineSpec newSpec) {
    tree.apply(newSpec, now);
    spec = newSpec;
    shadows.clear();
    checkContent();
  }

  /** Moves a slice of the jobs of leaves whose kind was replaced. */
  void move() {
    tree.moveSlice(now);
  }

  /** Throws the tree away and makes it anew from what is kept of it. */
  void rebuild() {
    Map<String, List<QueuedJob>> jobs = new HashMap<>();
    waiting.forEach((leaf, byOrder) -> jobs.put(leaf, List.copyOf(byOrder.values())));
    TreeUsage usage = tree.usage();
    tree = new ClassTree(disciplines, spec, usage, jobs, now);
    assertThat(tree.usage().classes().keySet()).isEqualTo(usage.classes().keySet());
    checkContent();
  }

  /** A look must leave no trace, but that time has passed. */
  void look(String label) {
    tree.peek(new LabelSlot(label), now, proposal);
    TreeUsage before = tree.usage();
    boolean found = tree.peek(new LabelSlot(label), now, proposal);
    QueuedJob first = found ? proposal.job : null;
    boolean again = tree.peek(new LabelSlot(label), now, proposal);
    assertThat(again ? proposal.job : null).isSameAs(first);
    assertThat(tree.usage().equals(before)).as("usage is as before").isTrue();
  }

  void checkContent() {
    for (Leaf leaf : tree.leaves()) {
      List<QueuedJob> inside = new ArrayList<>();
      leaf.discipline().forEach(inside::add);
      assertThat(inside)
          .containsExactlyInAnyOrderElementsOf(
              waiting.getOrDefault(leaf.name(), new TreeMap<>()).values());
      assertThat(leaf.size()).isEqualTo(inside.size());
      assertThat(leaf.running())
          .isEqualTo(
              (int) running.values().stream().filter(r -> r.leaf().equals(leaf.name())).count());
    }
  }

  /** Whether a waiting job fits the slot. */
  boolean anyFits(String label) {
    Slot slot = new LabelSlot(label);
    return waiting.values().stream()
        .flatMap(jobs -> jobs.values().stream())
        .anyMatch(job -> slot.meets(job.demand()));
  }

  int waitingCount() {
    return waiting.values().stream().mapToInt(TreeMap::size).sum();
  }

  private void checkOrder(String leaf, QueuedJob started) {
    if (tree.findLeaf(leaf).discipline() instanceof Moving moving && moving.byDeadline()) {
      // Some jobs stand by deadline, others by order.
      return;
    }
    boolean byDeadline = tree.findLeaf(leaf).discipline() instanceof Edf;
    for (QueuedJob other : waiting.get(leaf).values()) {
      boolean sameLine =
          other.demand().equals(started.demand())
              && (byDeadline || other.flow().equals(started.flow()));
      if (!sameLine || other == started) {
        continue;
      }
      boolean before =
          other.priority() != started.priority()
              ? other.priority() < started.priority()
              : byDeadline && other.deadlineAtNanos() != started.deadlineAtNanos()
                  ? other.deadlineAtNanos() < started.deadlineAtNanos()
                  : other.order() < started.order();
      assertThat(before).as("%s started before %s", started, other).isFalse();
    }
  }

  // Limits, computed apart from the tree.

  private void shadow(DisciplineSpec part) {
    if (part instanceof DisciplineSpec.Tbf tbf) {
      shadows.put(tbf.name(), new Bucket(tbf.rate(), tbf.burst(), now));
      shadow(tbf.qdisc());
    } else if (part instanceof DisciplineSpec.Prio prio) {
      prio.bands().forEach(one -> shadow(one.qdisc()));
    } else if (part instanceof DisciplineSpec.Drr drr) {
      drr.classes().forEach(one -> shadow(one.qdisc()));
    } else if (part instanceof DisciplineSpec.Htb htb) {
      htb.classes().forEach(one -> shadowHtb(one, htb.chargeRun()));
    }
  }

  private void shadowHtb(DisciplineSpec.HtbClassSpec one, boolean run) {
    if (!run) {
      shadows.put(one.name(), new Bucket(one.ceil(), one.cburst(), now));
    }
    one.classes().forEach(child -> shadowHtb(child, run));
    if (one.qdisc() != null) {
      shadow(one.qdisc());
    }
  }

  /**
   * Takes the start out of the buckets it passes, none of which may be empty; whether it passes.
   */
  private boolean charge(DisciplineSpec part, String leaf, QueuedJob job, int times) {
    if (part instanceof DisciplineSpec.Tbf tbf) {
      boolean below = tbf.name().equals(leaf) || charge(tbf.qdisc(), leaf, job, times);
      return below && charge(tbf.name(), job, times);
    } else if (part instanceof DisciplineSpec.Prio prio) {
      return chargeClasses(prio.bands(), leaf, job, times);
    } else if (part instanceof DisciplineSpec.Drr drr) {
      return chargeClasses(drr.classes(), leaf, job, times);
    } else if (part instanceof DisciplineSpec.Htb htb) {
      return htb.classes().stream().anyMatch(one -> chargeHtb(one, leaf, job, times));
    }
    return false;
  }

  private boolean chargeClasses(
      List<DisciplineSpec.ClassSpec> classes, String leaf, QueuedJob job, int times) {
    boolean found = false;
    for (DisciplineSpec.ClassSpec one : classes) {
      // A shaper below a class has the class's leaf.
      boolean below = charge(one.qdisc(), leaf, job, times);
      if (one.qdisc() instanceof DisciplineSpec.Tbf && one.name().equals(leaf) && !below) {
        below = chargeChain(one.qdisc(), job, times);
      }
      found |= below || one.name().equals(leaf);
    }
    return found;
  }

  private boolean chargeChain(DisciplineSpec part, QueuedJob job, int times) {
    if (part instanceof DisciplineSpec.Tbf tbf) {
      chargeChain(tbf.qdisc(), job, times);
      charge(tbf.name(), job, times);
    }
    return true;
  }

  private boolean chargeHtb(
      DisciplineSpec.HtbClassSpec one, String leaf, QueuedJob job, int times) {
    boolean below = one.classes().stream().anyMatch(child -> chargeHtb(child, leaf, job, times));
    if (one.qdisc() != null) {
      below |= charge(one.qdisc(), leaf, job, times);
      if (one.name().equals(leaf)) {
        below |= chargeChain(one.qdisc(), job, times);
      }
    }
    return below && charge(one.name(), job, times);
  }

  private boolean charge(String name, QueuedJob job, int times) {
    Bucket bucket = shadows.get(name);
    if (bucket != null) {
      if (times > 0) {
        assertThat(bucket.at(now)).as("bucket of %s", name).isGreaterThanOrEqualTo(-1e-6);
      }
      bucket.charge(times * job.cost(), now);
    }
    return true;
  }

  /** Jobs that run below; none of the limits on the way may be exceeded, unless it was lowered. */
  private long checkRunning(DisciplineSpec part, int unused) {
    long sum = 0;
    if (part instanceof DisciplineSpec.Prio prio) {
      for (DisciplineSpec.ClassSpec one : prio.bands()) {
        sum += limited(one.name(), one.maxRunning(), one.qdisc());
      }
    } else if (part instanceof DisciplineSpec.Drr drr) {
      for (DisciplineSpec.ClassSpec one : drr.classes()) {
        sum += limited(one.name(), one.maxRunning(), one.qdisc());
      }
    } else if (part instanceof DisciplineSpec.Htb htb) {
      for (DisciplineSpec.HtbClassSpec one : htb.classes()) {
        sum += limitedHtb(one);
      }
    } else if (part instanceof DisciplineSpec.Tbf tbf) {
      sum = limited(tbf.name(), tbf.maxRunning(), tbf.qdisc());
    }
    return sum;
  }

  private long limited(String name, int max, DisciplineSpec below) {
    long sum = checkRunning(below, 0) + runningIn(name);
    assertThat(max == 0 || sum <= max).as("%s runs %s of %s", name, sum, max).isTrue();
    return sum;
  }

  private long limitedHtb(DisciplineSpec.HtbClassSpec one) {
    long sum = 0;
    for (DisciplineSpec.HtbClassSpec child : one.classes()) {
      sum += limitedHtb(child);
    }
    sum += one.qdisc() == null ? 0 : checkRunning(one.qdisc(), 0) + runningIn(one.name());
    assertThat(one.maxRunning() == 0 || sum <= one.maxRunning()).as(one.name()).isTrue();
    return sum;
  }

  private long runningIn(String leaf) {
    return running.values().stream().filter(r -> r.leaf().equals(leaf)).count();
  }
}
