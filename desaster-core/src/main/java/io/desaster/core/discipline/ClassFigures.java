/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import java.util.List;

/**
 * How a class of a tree stands, with those below it.
 *
 * @param name as the configuration has it; empty for what is no class, such as a root
 * @param role what it does
 * @param chargeRun whether it counts slot time, for those that share by rates
 * @param weight its part beside its siblings, for those that share by weights
 * @param prio 0 goes first
 * @param maxRunning of its jobs at once, 0: no limit
 * @param running its jobs that run
 * @param rate units a second, 0 if it has none
 * @param ceil likewise
 * @param rateBucket of the rate, null if it has none
 * @param ceilBucket of the ceil, null if it has none
 * @param tally what it lent and borrowed and how often it was stopped; null if it is not counted
 * @param hungry of a leaf: a job of it waits, and nothing at the leaf itself keeps it waiting
 */
public record ClassFigures(
    String name,
    Role role,
    boolean chargeRun,
    double weight,
    int prio,
    int maxRunning,
    int running,
    double rate,
    double ceil,
    Tokens rateBucket,
    Tokens ceilBucket,
    Tally tally,
    boolean hungry,
    List<ClassFigures> below) {

  /** What a class does with what it gets. */
  public enum Role {
    /** Holds jobs. */
    LEAF,
    /** Serves the first that has something. */
    PRIO,
    /** Shares by weights. */
    DRR,
    /** Lets through what its bucket gives. */
    TBF,
    /** Has classes of {@code htb} below it. */
    HTB,
    /** Shares and lends by rates, or, with another discipline below it, is a leaf of that. */
    HTB_CLASS
  }

  /**
   * A bucket.
   *
   * @param tokens what is in it; negative: owed
   */
  public record Tokens(double tokens, double burst) {}

  /**
   * Counts since the class is there or the process began.
   *
   * @param lends starts that were charged to its own tokens, by itself or by a class below it
   * @param borrows starts, its own or of a class below it, that a class above it lent
   * @param overlimits how often its ceil, or with {@code tbf} its rate, was used up
   */
  public record Tally(long lends, long borrows, long overlimits) {}

  public ClassFigures {
    below = List.copyOf(below);
  }
}
