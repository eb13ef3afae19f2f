/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.tree.TreeInfo;
import io.desaster.api.tree.TreeVersion;
import java.util.List;
import org.junit.jupiter.api.Test;

class TreeDrawingTest {
  private static TreeInfo.ClassInfo one(String name, int depth, String rate, long running) {
    return new TreeInfo.ClassInfo(name, depth, true, "fifo", rate, "", 7, running);
  }

  @Test
  void shouldDrawBranchesAndBars() {
    TreeInfo tree =
        new TreeInfo(
            "shell",
            TreeVersion.NONE,
            8,
            "",
            List.of(
                one("ops", 0, "2 slots", 1),
                one("batch", 0, "6 slots", 3),
                one("reports", 1, "", 2),
                one("daily", 2, "", 2),
                one("import", 1, "", 1)));

    assertThat(TreeDrawing.of(tree).lines(200))
        .containsExactly(
            "CLASS        DISCIPLINE  RATE     CEIL  WAITING  RUNNING  SHARE",
            "ops          fifo        2 slots     -        7        1    25%"
                + "  █████░░░░░░░░░░░░░░░",
            "batch        fifo        6 slots     -        7        3    75%"
                + "  ███████████████░░░░░",
            "├─ reports   fifo        -           -        7        2    50%"
                + "  ██████████░░░░░░░░░░",
            "│  └─ daily  fifo        -           -        7        2    50%"
                + "  ██████████░░░░░░░░░░",
            "└─ import    fifo        -           -        7        1    25%"
                + "  █████░░░░░░░░░░░░░░░");
  }
}
