/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.fairness;

import io.desaster.core.discipline.ClassFigures.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * What the leaves of an {@code htb} get in the long run, bursts aside: each what its rate gives;
 * then each class, the lowest first, lends what is left of its rate to the leaves below it that
 * want more, lower {@code prio} first, equal ones in proportion to their quanta. No ceil on the way
 * up is exceeded.
 *
 * <p>How: progressive filling. All that still want grow together until one of them has enough or
 * some class is at its ceil.
 */
final class HtbShares {
  private static final double EPSILON = 1e-9;

  private final List<Place> tops = new ArrayList<>();
  private final List<Place> leaves = new ArrayList<>();
  private double left;

  /** A class in the reckoning. */
  private static final class Place {
    final ShareNode node;
    final Place parent;
    final List<Place> below = new ArrayList<>();
    final double ceil;
    double want;
    double has;
    double growth;

    Place(ShareNode node, Place parent) {
      this.node = node;
      this.parent = parent;
      ceil = Math.min(node.figures.ceil(), node.cap());
    }

    double rate() {
      return node.figures.rate();
    }

    boolean leaf() {
      return below.isEmpty();
    }

    double room() {
      return ceil - has;
    }
  }

  /**
   * Classes as they are.
   *
   * @param insatiable leaves that take all they can get, whatever waits there; null: none
   */
  HtbShares(ShareNode htb, Predicate<ShareNode> insatiable) {
    htb.below.forEach(top -> tops.add(place(top, null, insatiable)));
  }

  private Place place(ShareNode node, Place parent, Predicate<ShareNode> insatiable) {
    Place place = new Place(node, parent);
    for (ShareNode child : node.below) {
      if (child.figures.role() == Role.HTB_CLASS) {
        place.below.add(place(child, place, insatiable));
      }
    }
    if (place.leaf()) {
      boolean all = insatiable != null && insatiable.test(node);
      place.want = all ? Double.POSITIVE_INFINITY : node.below.get(0).demand();
      leaves.add(place);
    }
    return place;
  }

  /** What each class at the top gets if there is so much in all. */
  double[] amounts(double amount) {
    fill(amount);
    return tops.stream().mapToDouble(top -> top.has).toArray();
  }

  /** What this class, at any depth, gets if there is so much in all. */
  double amount(ShareNode node, double amount) {
    fill(amount);
    return find(node, tops);
  }

  /** Tells each class what it gets if there is so much in all. */
  void forEach(double amount, BiConsumer<ShareNode, Double> action) {
    fill(amount);
    forEach(tops, action);
  }

  private static void forEach(List<Place> places, BiConsumer<ShareNode, Double> action) {
    for (Place place : places) {
      action.accept(place.node, place.has);
      forEach(place.below, action);
    }
  }

  private static double find(ShareNode node, List<Place> among) {
    for (Place place : among) {
      double found = place.node == node ? place.has : find(node, place.below);
      if (found >= 0) {
        return found;
      }
    }
    return -1;
  }

  private void fill(double amount) {
    left = amount;
    List<Double> wants = leaves.stream().map(leaf -> leaf.want).toList();
    // First what is guaranteed.
    leaves.forEach(leaf -> leaf.want = Math.min(leaf.want, leaf.rate()));
    lend(leaves, Double.POSITIVE_INFINITY);
    for (int i = 0; i < leaves.size(); i++) {
      leaves.get(i).want = wants.get(i);
    }
    tops.forEach(this::lendBelow);
  }

  private void lendBelow(Place lender) {
    lender.below.forEach(this::lendBelow);
    if (!lender.leaf()) {
      List<Place> borrowers = new ArrayList<>();
      collect(lender, borrowers);
      lend(borrowers, lender.rate() - lender.has);
    }
  }

  private static void collect(Place place, List<Place> leaves) {
    if (place.leaf()) {
      leaves.add(place);
    }
    place.below.forEach(child -> collect(child, leaves));
  }

  private void lend(List<Place> borrowers, double amount) {
    double rest = Math.min(amount, left);
    int[] prios =
        borrowers.stream().mapToInt(one -> one.node.figures.prio()).sorted().distinct().toArray();
    for (int prio : prios) {
      List<Place> wanting =
          new ArrayList<>(
              borrowers.stream().filter(one -> one.node.figures.prio() == prio).toList());
      while (rest > EPSILON) {
        wanting.removeIf(one -> one.want - one.has <= EPSILON || full(one));
        if (wanting.isEmpty()) {
          break;
        }
        double grown = grow(wanting, rest);
        rest -= grown;
        left -= grown;
      }
    }
  }

  private static boolean full(Place leaf) {
    for (Place one = leaf; one != null; one = one.parent) {
      if (one.room() <= EPSILON) {
        return true;
      }
    }
    return false;
  }

  /** Lets all grow in proportion until one has to stop; how much they got. */
  private static double grow(List<Place> wanting, double most) {
    double sum = 0;
    for (Place leaf : wanting) {
      double quantum = leaf.node.figures.weight();
      sum += quantum;
      for (Place one = leaf; one != null; one = one.parent) {
        one.growth += quantum;
      }
    }
    double step = most / sum;
    for (Place leaf : wanting) {
      step = Math.min(step, (leaf.want - leaf.has) / leaf.node.figures.weight());
      for (Place one = leaf; one != null; one = one.parent) {
        step = Math.min(step, one.room() / one.growth);
      }
    }
    for (Place leaf : wanting) {
      double share = step * leaf.node.figures.weight();
      for (Place one = leaf; one != null; one = one.parent) {
        one.has += share;
        one.growth = 0;
      }
    }
    return step * sum;
  }
}
