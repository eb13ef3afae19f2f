/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import java.util.ArrayList;
import java.util.List;

/**
 * A change of parameters that leaves the classes as they are: carried out in place, at the classes
 * it concerns and nowhere else. It is planned first, so that one that turns out to be wrong, or to
 * need a new tree, has changed nothing.
 */
final class TreeChange {
  private final ClassTree tree;
  private final Disciplines disciplines;
  private final List<Runnable> changes = new ArrayList<>();

  TreeChange(ClassTree tree, Disciplines disciplines) {
    this.tree = tree;
    this.disciplines = disciplines;
  }

  /** Plans the change of the tree below the root; false if it needs a new tree. */
  boolean plan(DisciplineSpec before, DisciplineSpec after, Node root) {
    return plan(before, after, root, 0);
  }

  void carryOut() {
    changes.forEach(Runnable::run);
  }

  private boolean plan(DisciplineSpec before, DisciplineSpec after, Node node, int maxRunning) {
    if (node instanceof Leaf leaf) {
      return planLeaf(before, after, leaf, maxRunning);
    } else if (before instanceof DisciplineSpec.Prio old
        && after instanceof DisciplineSpec.Prio prio) {
      limit(node, maxRunning);
      return planClasses(old.bands(), prio.bands(), (Inner) node);
    } else if (before instanceof DisciplineSpec.Drr old
        && after instanceof DisciplineSpec.Drr drr) {
      limit(node, maxRunning);
      return planClasses(old.classes(), drr.classes(), (Inner) node);
    } else if (before instanceof DisciplineSpec.Tbf old
        && after instanceof DisciplineSpec.Tbf tbf) {
      return planTbf(old, tbf, (Tbf) node, maxRunning);
    } else if (before instanceof DisciplineSpec.Htb old
        && after instanceof DisciplineSpec.Htb htb) {
      limit(node, maxRunning);
      return old.chargeRun() == htb.chargeRun()
          && old.estimateNanos() == htb.estimateNanos()
          && old.r2q() == htb.r2q()
          && planHtb(old.classes(), htb.classes(), (Htb) node, htb.r2q());
    }
    return false;
  }

  private boolean planLeaf(DisciplineSpec before, DisciplineSpec after, Leaf leaf, int maxRunning) {
    if (!disciplines.isLeaf(after)) {
      return false;
    }
    limit(leaf, maxRunning);
    if (!after.equals(before)) {
      var fresh = disciplines.leaf(after);
      changes.add(() -> leaf.change(after, fresh));
    }
    return true;
  }

  private void limit(Node node, int maxRunning) {
    if (node.maxRunning != maxRunning) {
      changes.add(
          () -> {
            node.maxRunning = maxRunning;
            node.regate();
            tree.headChanged(node);
          });
    }
  }

  private boolean planClasses(
      List<DisciplineSpec.ClassSpec> before, List<DisciplineSpec.ClassSpec> after, Inner parent) {
    if (before.size() != after.size()) {
      return false;
    }
    for (int i = 0; i < after.size(); i++) {
      DisciplineSpec.ClassSpec old = before.get(i);
      DisciplineSpec.ClassSpec one = after.get(i);
      Node child = parent.children().get(i);
      if (!old.name().equals(one.name())) {
        return false;
      }
      if (!old.equals(one) && !plan(old.qdisc(), one.qdisc(), child, one.maxRunning())) {
        return false;
      }
      if (old.quantum() != one.quantum()) {
        changes.add(() -> setQuantum(parent, child, one.quantum()));
      }
    }
    return true;
  }

  private static void setQuantum(Inner parent, Node child, double quantum) {
    child.quantum = quantum;
    if (parent instanceof Drr drr) {
      drr.quantumChanged(child);
    }
  }

  private boolean planTbf(
      DisciplineSpec.Tbf before, DisciplineSpec.Tbf after, Tbf node, int maxRunning) {
    if (!before.name().equals(after.name())) {
      return false;
    }
    limit(node, TreeBuilder.smaller(maxRunning, after.maxRunning()));
    if (before.rate() != after.rate() || before.burst() != after.burst()) {
      changes.add(() -> node.change(after));
    }
    return plan(before.qdisc(), after.qdisc(), node.children().get(0), 0);
  }

  private boolean planHtb(
      List<DisciplineSpec.HtbClassSpec> before,
      List<DisciplineSpec.HtbClassSpec> after,
      Htb htb,
      double r2q) {
    if (before.size() != after.size()) {
      return false;
    }
    for (int i = 0; i < after.size(); i++) {
      DisciplineSpec.HtbClassSpec old = before.get(i);
      DisciplineSpec.HtbClassSpec one = after.get(i);
      if (!old.name().equals(one.name())
          || old.prio() != one.prio()
          || old.classes().isEmpty() != one.classes().isEmpty()) {
        return false;
      }
      if (old.equals(one)) {
        continue;
      }
      boolean planned =
          one.classes().isEmpty()
              ? plan(old.qdisc(), one.qdisc(), htb.content(one.name()), one.maxRunning())
              : planHtb(old.classes(), one.classes(), htb, r2q);
      if (!planned) {
        return false;
      }
      changes.add(() -> htb.change(one, r2q));
    }
    return true;
  }
}
