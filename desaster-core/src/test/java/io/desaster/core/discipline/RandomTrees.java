/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.core.discipline.DisciplineSpec.ClassSpec;
import io.desaster.core.discipline.DisciplineSpec.HtbClassSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Trees of any kind and depth. */
final class RandomTrees {
  private final Random random;

  /** Whether every job that fits a slot may start at once. */
  private final boolean conserving;

  private int names;

  RandomTrees(Random random, boolean conserving) {
    this.random = random;
    this.conserving = conserving;
  }

  DisciplineSpec tree() {
    names = 0;
    return discipline(0);
  }

  /**
   * A tree of the same shape whose limits and rates are higher: tokens and debts stay as they are.
   */
  DisciplineSpec likeIt(DisciplineSpec spec) {
    if (spec instanceof DisciplineSpec.Prio prio) {
      return new DisciplineSpec.Prio(prio.bands().stream().map(this::likeIt).toList());
    } else if (spec instanceof DisciplineSpec.Drr drr) {
      return new DisciplineSpec.Drr(drr.classes().stream().map(this::likeIt).toList());
    } else if (spec instanceof DisciplineSpec.Tbf tbf) {
      return new DisciplineSpec.Tbf(
          tbf.name(), tbf.rate() + 1, tbf.burst() + 1, tbf.maxRunning() + 1, likeIt(tbf.qdisc()));
    } else if (spec instanceof DisciplineSpec.Htb htb) {
      return new DisciplineSpec.Htb(
          htb.classes().stream().map(this::likeIt).toList(),
          htb.r2q(),
          htb.chargeRun(),
          htb.estimateNanos());
    }
    return spec;
  }

  private ClassSpec likeIt(ClassSpec one) {
    return new ClassSpec(one.name(), one.quantum() * 2, one.maxRunning() + 1, likeIt(one.qdisc()));
  }

  private HtbClassSpec likeIt(HtbClassSpec one) {
    return new HtbClassSpec(
        one.name(),
        one.rate() * 2,
        one.ceil() * 2,
        one.burst() + 1,
        one.cburst() + 1,
        one.prio(),
        one.quantum() * 2,
        one.maxRunning() + 1,
        one.classes().stream().map(this::likeIt).toList(),
        one.qdisc() == null ? null : likeIt(one.qdisc()));
  }

  /** A discipline of a leaf. */
  DisciplineSpec leaf() {
    return discipline(3);
  }

  private DisciplineSpec discipline(int depth) {
    int kinds = depth >= 3 ? 4 : conserving ? 6 : 8;
    return switch (random.nextInt(kinds)) {
      case 0 -> new DisciplineSpec.Fifo();
      case 1 -> new DisciplineSpec.Edf();
      case 2 ->
          new DisciplineSpec.Sfq(
              pick(1, 2, 16, 1024), pick(1, 2, 7), pick(0, 50_000_000), limit(), random.nextInt(9));
      case 3 ->
          new DisciplineSpec.Wfq(
              Map.of("f0", 3.0, "f1", 0.5), random.nextBoolean(), pick(1, 20_000_000), limit());
      case 4 -> new DisciplineSpec.Prio(classes(depth));
      case 5 -> new DisciplineSpec.Drr(classes(depth));
      case 6 ->
          new DisciplineSpec.Tbf(
              "t" + names++, pick(5, 50, 500), pick(0, 1, 8), limit(), discipline(depth + 1));
      default ->
          new DisciplineSpec.Htb(
              List.of(htbClass(depth, 100)),
              pick(1, 10),
              random.nextInt(3) == 0,
              pick(1_000_000, 20_000_000));
    };
  }

  private int limit() {
    return conserving ? 0 : pick(0, 0, 0, 1, 3);
  }

  private List<ClassSpec> classes(int depth) {
    List<ClassSpec> classes = new ArrayList<>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      classes.add(
          new ClassSpec("c" + names++, pick(1, 2, 5) / 2.0, limit(), discipline(depth + 1)));
    }
    return classes;
  }

  private HtbClassSpec htbClass(int depth, double rate) {
    String name = "h" + names++;
    double ceil = rate * pick(1, 1, 2, 3);
    double burst = pick(0, 1, 4, 20);
    double cburst = pick(0, 1, 4, 20);
    List<HtbClassSpec> below = new ArrayList<>();
    if (depth < 3 && random.nextInt(3) > 0) {
      double left = rate;
      for (int i = 1 + random.nextInt(3); i > 0; i--) {
        double part = left * (1 + random.nextInt(9)) / 10;
        left -= part;
        below.add(htbClass(depth + 1, part));
      }
    }
    return new HtbClassSpec(
        name,
        rate,
        ceil,
        burst,
        cburst,
        pick(0, 0, 1, 7),
        pick(0, 0, 3),
        limit(),
        below,
        below.isEmpty() ? discipline(Math.max(2, depth + 1)) : null);
  }

  private int pick(int... values) {
    return values[random.nextInt(values.length)];
  }
}
