/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import java.util.List;

/** The lines in front of the names of a tree. */
final class Branches {
  private final List<Integer> depths;

  /**
   * @param depths of the rows, from the root down
   */
  Branches(List<Integer> depths) {
    this.depths = depths;
  }

  /** What stands before the name in this row. */
  String of(int row) {
    int depth = depths.get(row);
    StringBuilder line = new StringBuilder();
    for (int level = 1; level < depth; level++) {
      line.append(goesOn(row, level) ? "│  " : "   ");
    }
    if (depth > 0) {
      line.append(goesOn(row, depth) ? "├─ " : "└─ ");
    }
    return line.toString();
  }

  /** Whether another row of this depth follows below the same one. */
  private boolean goesOn(int row, int depth) {
    for (int i = row + 1; i < depths.size(); i++) {
      if (depths.get(i) <= depth) {
        return depths.get(i) == depth;
      }
    }
    return false;
  }
}
