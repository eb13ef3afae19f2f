/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A discipline with its parameters and, for those that share among classes, the classes below it.
 * Rates are cost units a second (slot-seconds a second with {@code charge: run}); bursts and quanta
 * are cost units. All records refuse values that make no sense, naming class and value.
 */
public sealed interface DisciplineSpec {
  /** What a job of unknown run time is thought to take if nobody says. */
  long ESTIMATE_NANOS = 1_000_000_000;

  /** First come, first served. */
  record Fifo() implements DisciplineSpec {}

  /** Earliest deadline first. */
  record Edf() implements DisciplineSpec {}

  /**
   * Stochastic fairness queueing.
   *
   * @param divisor number of buckets
   * @param quantum cost units a bucket is served per round
   * @param perturbNanos time between new hashes, 0: never
   * @param flowMaxRunning jobs of one flow that may run at once, 0: no limit
   * @param seed of the hash
   */
  record Sfq(int divisor, double quantum, long perturbNanos, int flowMaxRunning, long seed)
      implements DisciplineSpec {
    public static final int DIVISOR = 1024;

    public Sfq {
      if (divisor < 1 || divisor > 1 << 20) {
        throw wrong("sfq", "divisor", divisor, "from 1 to 1048576");
      }
      requirePositive("sfq", "quantum", quantum);
      requireNotNegative("sfq", "perturb", perturbNanos);
      requireNotNegative("sfq", "flow-max-running", flowMaxRunning);
    }
  }

  /**
   * Weighted fair queueing.
   *
   * @param weights of flows; others have 1
   * @param chargeRun whether slot time is charged instead of the jobs' cost
   * @param estimateNanos first guess for jobs without an estimate
   * @param flowMaxRunning jobs of one flow that may run at once, 0: no limit
   */
  record Wfq(Map<String, Double> weights, boolean chargeRun, long estimateNanos, int flowMaxRunning)
      implements DisciplineSpec {
    public Wfq {
      weights = Map.copyOf(weights);
      weights.forEach((flow, weight) -> requirePositive("wfq", "weight of " + flow, weight));
      requireNotNegative("wfq", "est", estimateNanos);
      requireNotNegative("wfq", "flow-max-running", flowMaxRunning);
    }

    double weight(String flow) {
      Double weight = weights.isEmpty() ? null : weights.get(flow);
      return weight == null ? 1 : weight;
    }
  }

  /** One of ServiceLoader's, or any leaf: its name, then its parameters. */
  record Named(String words) implements DisciplineSpec {}

  /** Strict priority: the first band first. */
  record Prio(List<ClassSpec> bands) implements DisciplineSpec {
    public Prio {
      bands = List.copyOf(bands);
    }
  }

  /** Deficit round robin. */
  record Drr(List<ClassSpec> classes) implements DisciplineSpec {
    public Drr {
      classes = List.copyOf(classes);
    }
  }

  /**
   * A token bucket in front of another discipline.
   *
   * @param name of the class it is
   */
  record Tbf(String name, double rate, double burst, int maxRunning, DisciplineSpec qdisc)
      implements DisciplineSpec {
    public Tbf {
      requirePositive("tbf " + name, "rate", rate);
      requireNotNegative("tbf " + name, "burst", burst);
      requireNotNegative("tbf " + name, "max-running", maxRunning);
    }
  }

  /**
   * Hierarchical token buckets.
   *
   * @param r2q a class without quantum gets its rate divided by this, at least 1
   * @param chargeRun whether slot time is charged instead of the jobs' cost
   * @param estimateNanos guess for jobs without an estimate
   */
  record Htb(List<HtbClassSpec> classes, double r2q, boolean chargeRun, long estimateNanos)
      implements DisciplineSpec {
    public static final double R2Q = 10;

    public Htb {
      classes = List.copyOf(classes);
      requirePositive("htb", "r2q", r2q);
      requireNotNegative("htb", "est", estimateNanos);
    }
  }

  /**
   * A class of prio or drr.
   *
   * @param quantum cost units served per round
   * @param maxRunning of its jobs that may run at once, 0: no limit
   */
  record ClassSpec(String name, double quantum, int maxRunning, DisciplineSpec qdisc) {
    public ClassSpec {
      requirePositive("class " + name, "quantum", quantum);
      requireNotNegative("class " + name, "max-running", maxRunning);
    }
  }

  /**
   * A class of htb: with classes below it, or a leaf with a discipline.
   *
   * @param ceil the most it may use; below its rate it binds all the same
   * @param prio of a leaf, 0 is served first
   * @param quantum of a leaf, 0: from its rate
   * @param maxRunning of its jobs that may run at once, 0: no limit
   * @param classes below it; none: it is a leaf
   * @param qdisc of a leaf, else null
   */
  record HtbClassSpec(
      String name,
      double rate,
      double ceil,
      double burst,
      double cburst,
      int prio,
      double quantum,
      int maxRunning,
      List<HtbClassSpec> classes,
      DisciplineSpec qdisc) {
    private static final double ROUNDING = 1e-9;

    public HtbClassSpec {
      classes = List.copyOf(classes);
      String subject = "class " + name;
      requireNotNegative(subject, "rate", rate);
      requirePositive(subject, "ceil", ceil);
      requireNotNegative(subject, "burst", burst);
      requireNotNegative(subject, "cburst", cburst);
      requireNotNegative(subject, "quantum", quantum);
      requireNotNegative(subject, "max-running", maxRunning);
      if (prio < 0 || prio > 7) {
        throw wrong(subject, "prio", prio, "from 0 to 7");
      }
      if (classes.isEmpty() == (qdisc == null)) {
        throw new IllegalArgumentException(
            subject + ": needs either classes below it or a discipline");
      }
      double sum = 0;
      List<String> parts = new ArrayList<>();
      for (HtbClassSpec child : classes) {
        sum += child.rate;
        parts.add(child.name + " " + child.rate);
      }
      if (sum > rate * (1 + ROUNDING) && !classes.isEmpty()) {
        throw new IllegalArgumentException(
            subject
                + ": its rate "
                + rate
                + " is oversubscribed: "
                + String.join(" + ", parts)
                + " = "
                + sum
                + "; lower these or raise it");
      }
    }

    double quantumOr(double r2q) {
      return quantum > 0 ? quantum : Math.max(1, rate / r2q);
    }
  }

  /**
   * Checks what concerns the tree as a whole.
   *
   * @throws IllegalArgumentException if two classes have the same name, or one shares among none
   */
  default void validate() {
    names(this, new HashSet<>());
  }

  private static void names(DisciplineSpec spec, Set<String> seen) {
    if (spec instanceof Prio prio) {
      if (prio.bands().isEmpty() && !seen.isEmpty()) {
        throw new IllegalArgumentException("prio needs at least one class");
      }
      classes(prio.bands(), seen);
    } else if (spec instanceof Drr drr) {
      // Without any it waits for leaves to be added.
      classes(drr.classes(), seen);
    } else if (spec instanceof Tbf tbf) {
      if (!tbf.name().isEmpty()) {
        name(tbf.name(), seen);
      }
      names(tbf.qdisc(), seen);
    } else if (spec instanceof Htb htb) {
      if (htb.classes().isEmpty()) {
        throw new IllegalArgumentException("htb needs at least one class");
      }
      htb.classes().forEach(child -> htbNames(child, seen));
    }
  }

  private static void classes(List<ClassSpec> classes, Set<String> seen) {
    for (ClassSpec child : classes) {
      name(child.name(), seen);
      names(child.qdisc(), seen);
    }
  }

  private static void htbNames(HtbClassSpec spec, Set<String> seen) {
    name(spec.name(), seen);
    if (spec.qdisc() != null) {
      names(spec.qdisc(), seen);
    }
    spec.classes().forEach(child -> htbNames(child, seen));
  }

  private static void name(String name, Set<String> seen) {
    if (name == null || name.isEmpty()) {
      throw new IllegalArgumentException("a class needs a name");
    }
    if (!seen.add(name)) {
      throw new IllegalArgumentException("there are two classes named '" + name + "'");
    }
  }

  private static void requirePositive(String subject, String parameter, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw wrong(subject, parameter, value, "more than 0");
    }
  }

  private static void requireNotNegative(String subject, String parameter, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw wrong(subject, parameter, value, "0 or more");
    }
  }

  private static IllegalArgumentException wrong(
      String subject, String parameter, Object value, String possible) {
    return new IllegalArgumentException(
        subject + ": " + parameter + " must be " + possible + ", not " + value);
  }
}
