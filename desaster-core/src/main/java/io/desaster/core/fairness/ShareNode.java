/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.fairness;

import io.desaster.core.discipline.ClassFigures;
import io.desaster.core.discipline.ClassFigures.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * A class with what it used and what it is entitled to. Amounts are in the unit by which the class
 * above counts: slots held on average, or cost started a second. Parts are those of all there is to
 * share in the tree.
 */
final class ShareNode {
  final ClassFigures figures;
  final List<ShareNode> below = new ArrayList<>();

  /** Whether the class above counts slots, else cost. */
  final boolean bySlots;

  /** Measured: slots held on average, and cost of starts a second. */
  double slots;

  double cost;

  double guaranteed;
  double entitled;
  double guaranteedPart;
  double entitledPart;
  double usedPart;

  private ShareNode(ClassFigures figures, boolean bySlots) {
    this.figures = figures;
    this.bySlots = bySlots;
  }

  /** The root and all below it; a root that does not count itself is taken to share slots. */
  static ShareNode of(ClassFigures root) {
    return of(root, counts(root, true));
  }

  private static ShareNode of(ClassFigures figures, boolean bySlots) {
    ShareNode node = new ShareNode(figures, bySlots);
    boolean own = counts(figures, bySlots);
    figures.below().forEach(child -> node.below.add(of(child, own)));
    return node;
  }

  private static boolean counts(ClassFigures figures, boolean ifNone) {
    return switch (figures.role()) {
      case HTB, HTB_CLASS -> figures.chargeRun();
      case DRR, TBF -> false;
      case PRIO, LEAF -> ifNone;
    };
  }

  /** Whether it counts slots what it shares. */
  boolean sharesSlots() {
    return counts(figures, bySlots);
  }

  /** Used, by the unit of the class above. */
  double used() {
    return used(bySlots);
  }

  double used(boolean inSlots) {
    return inSlots ? slots : cost;
  }

  boolean holdsJobs() {
    return figures.role() == Role.LEAF;
  }

  private boolean atLimit() {
    return figures.maxRunning() > 0 && figures.running() >= figures.maxRunning();
  }

  /** The most it may have. */
  double cap() {
    double cap = Double.POSITIVE_INFINITY;
    if (bySlots && figures.maxRunning() > 0) {
      cap = figures.maxRunning();
    }
    boolean comparable = figures.role() == Role.TBF && !bySlots;
    return comparable ? Math.min(cap, figures.rate()) : cap;
  }

  /**
   * How much it would take if it could: what it has used if nothing more of it waits than may run.
   */
  double demand() {
    if (!hungry()) {
      return Math.min(cap(), used());
    }
    boolean summed = !holdsJobs() && sharesSlots() == bySlots;
    if (!summed) {
      return cap();
    }
    if (figures.role() == Role.HTB) {
      double sum = 0;
      for (double amount : new HtbShares(this, null).amounts(Double.POSITIVE_INFINITY)) {
        sum += amount;
      }
      return Math.min(cap(), sum);
    }
    return Math.min(cap(), below.stream().mapToDouble(ShareNode::demand).sum());
  }

  /** Whether more of its jobs would run if it had more. */
  boolean hungry() {
    if (holdsJobs()) {
      return figures.hungry();
    }
    boolean dry = figures.role() == Role.TBF && bySlots && figures.rateBucket().tokens() < 0;
    return !dry && !(atLimit() && !bySlots) && below.stream().anyMatch(ShareNode::hungry);
  }
}
