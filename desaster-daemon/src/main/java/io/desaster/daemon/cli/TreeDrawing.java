/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.tree.TreeInfo;
import java.util.List;

/** Draws a tree of classes with bars: whose jobs hold how much of the slots in use. */
final class TreeDrawing {
  private static final int BAR = 20;
  private static final int PERCENT = 100;

  private final List<TreeInfo.ClassInfo> classes;
  private final Branches branches;
  private final long running;

  private TreeDrawing(TreeInfo tree) {
    classes = tree.classes();
    branches = new Branches(classes.stream().map(TreeInfo.ClassInfo::depth).toList());
    running =
        classes.stream()
            .filter(one -> one.depth() == 0)
            .mapToLong(TreeInfo.ClassInfo::running)
            .sum();
  }

  static Table of(TreeInfo tree) {
    TreeDrawing drawing = new TreeDrawing(tree);
    Table table =
        new Table("CLASS", "DISCIPLINE", "RATE", "CEIL", "WAITING", "RUNNING", "SHARE", "");
    for (int i = 0; i < drawing.classes.size(); i++) {
      drawing.row(i, table);
    }
    return table;
  }

  private void row(int index, Table table) {
    TreeInfo.ClassInfo one = classes.get(index);
    double share = running == 0 ? 0 : (double) one.running() / running;
    int filled = (int) Math.round(share * BAR);
    table.row(
        branches.of(index) + one.name(),
        one.discipline(),
        one.rate().isEmpty() ? "-" : one.rate(),
        one.ceil().isEmpty() ? "-" : one.ceil(),
        one.queued(),
        one.running(),
        Math.round(share * PERCENT) + "%",
        "█".repeat(filled) + "░".repeat(BAR - filled));
  }
}
