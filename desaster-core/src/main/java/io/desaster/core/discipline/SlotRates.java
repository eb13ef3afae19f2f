/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.core.state.RemoteWorkers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the guaranteed slots of a tree ({@code htb} with {@code charge: run}) are beside those that
 * can be used: a new tree must not promise more than there are, and if some go away later, all
 * guarantees shrink together.
 */
public final class SlotRates {
  private static final double ROUNDING = 1e-9;

  private SlotRates() {}

  /**
   * Demands that the classes at the top of each htb get no more slots than there are.
   *
   * @param slots of the kind; 0: there are none yet, which allows everything
   * @throws IllegalArgumentException naming classes and sum
   */
  public static void require(DisciplineSpec spec, String kind, int slots) {
    forEachHtb(
        spec,
        htb -> {
          double sum = sum(htb);
          if (slots > 0 && exceeds(sum, slots)) {
            List<String> parts = new ArrayList<>();
            htb.classes().forEach(one -> parts.add(one.name() + " " + text(one.rate())));
            throw new IllegalArgumentException(
                "the tree is oversubscribed: "
                    + String.join(" + ", parts)
                    + " = "
                    + text(sum)
                    + " slots, but kind "
                    + kind
                    + " has "
                    + slots
                    + "; lower these or "
                    + (kind.equals(RemoteWorkers.KIND)
                        ? "start workers with more slots"
                        : "give its pools more slots (POOL SET)"));
          }
        });
  }

  /** The smallest factor by which an htb of the tree must be scaled down; 1: none. */
  public static double factor(DisciplineSpec spec, int slots) {
    double[] least = {1};
    forEachHtb(spec, htb -> least[0] = Math.min(least[0], factor(htb, slots)));
    return least[0];
  }

  private static double factor(DisciplineSpec.Htb htb, int slots) {
    double sum = sum(htb);
    return slots > 0 && htb.chargeRun() && exceeds(sum, slots) ? slots / sum : 1;
  }

  private static double sum(DisciplineSpec.Htb htb) {
    return htb.chargeRun()
        ? htb.classes().stream().mapToDouble(DisciplineSpec.HtbClassSpec::rate).sum()
        : 0;
  }

  private static boolean exceeds(double sum, int slots) {
    return sum > slots * (1 + ROUNDING);
  }

  /** The tree with its guaranteed slots scaled down together to those there are. */
  static DisciplineSpec scaled(DisciplineSpec spec, int slots) {
    if (factor(spec, slots) == 1) {
      return spec;
    } else if (spec instanceof DisciplineSpec.Prio prio) {
      return new DisciplineSpec.Prio(scaled(prio.bands(), slots));
    } else if (spec instanceof DisciplineSpec.Drr drr) {
      return new DisciplineSpec.Drr(scaled(drr.classes(), slots));
    } else if (spec instanceof DisciplineSpec.Tbf tbf) {
      return new DisciplineSpec.Tbf(
          tbf.name(), tbf.rate(), tbf.burst(), tbf.maxRunning(), scaled(tbf.qdisc(), slots));
    } else if (spec instanceof DisciplineSpec.Htb htb) {
      double factor = factor(htb, slots);
      return new DisciplineSpec.Htb(
          htb.classes().stream().map(one -> scaled(one, factor, slots)).toList(),
          htb.r2q(),
          htb.chargeRun(),
          htb.estimateNanos());
    }
    return spec;
  }

  private static List<DisciplineSpec.ClassSpec> scaled(
      List<DisciplineSpec.ClassSpec> classes, int slots) {
    return classes.stream()
        .map(
            one ->
                new DisciplineSpec.ClassSpec(
                    one.name(), one.quantum(), one.maxRunning(), scaled(one.qdisc(), slots)))
        .toList();
  }

  private static DisciplineSpec.HtbClassSpec scaled(
      DisciplineSpec.HtbClassSpec one, double factor, int slots) {
    return new DisciplineSpec.HtbClassSpec(
        one.name(),
        one.rate() * factor,
        one.ceil(),
        one.burst(),
        one.cburst(),
        one.prio(),
        one.quantum(),
        one.maxRunning(),
        one.classes().stream().map(child -> scaled(child, factor, slots)).toList(),
        one.qdisc() == null ? null : scaled(one.qdisc(), slots));
  }

  private static void forEachHtb(DisciplineSpec spec, Consumer<DisciplineSpec.Htb> action) {
    if (spec instanceof DisciplineSpec.Prio prio) {
      prio.bands().forEach(one -> forEachHtb(one.qdisc(), action));
    } else if (spec instanceof DisciplineSpec.Drr drr) {
      drr.classes().forEach(one -> forEachHtb(one.qdisc(), action));
    } else if (spec instanceof DisciplineSpec.Tbf tbf) {
      forEachHtb(tbf.qdisc(), action);
    } else if (spec instanceof DisciplineSpec.Htb htb) {
      action.accept(htb);
      htb.classes().forEach(one -> forEachHtb(one, action));
    }
  }

  private static void forEachHtb(
      DisciplineSpec.HtbClassSpec one, Consumer<DisciplineSpec.Htb> action) {
    one.classes().forEach(child -> forEachHtb(child, action));
    if (one.qdisc() != null) {
      forEachHtb(one.qdisc(), action);
    }
  }

  /** A number without needless digits. */
  static String text(double number) {
    double rounded = Math.rint(number * 1000) / 1000;
    return rounded == (long) rounded ? Long.toString((long) rounded) : Double.toString(rounded);
  }
}
