/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.tree.TreeInfo;
import io.desaster.api.tree.TreeStats;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SharesDrawingTest {
  private static TreeStats.Share slots(double entitled, double used) {
    return new TreeStats.Share("slots", 0, entitled, used, 0, entitled / 8, used / 8);
  }

  private static TreeStats.ClassStats one(
      String name, int depth, TreeStats.Share share, TreeStats.Tokens tokens) {
    return new TreeStats.ClassStats(
        new TreeInfo.ClassInfo(name, depth, true, "sfq", "2 slots", "", 7, 3),
        share,
        Optional.ofNullable(tokens),
        new TreeStats.Waits(4, 0, 1_500, -1, 61_000),
        new TreeStats.Totals(0, 0, 0, 0, Double.NaN),
        List.of());
  }

  @Test
  void shouldDrawWhatIsUsedOfWhatEachIsEntitledTo() {
    TreeStats.ClassStats queue = one("general", 1, slots(2, 4), null);
    TreeStats.FlowStats flow =
        new TreeStats.FlowStats(
            "acme", 12, 2, 0, new TreeStats.Share("cost/s", 0, 3, 1.5, 0, 1, 0.5));
    TreeStats stats =
        new TreeStats(
            "shell",
            8,
            "",
            Duration.ofMinutes(1),
            List.of(
                one("work", 0, slots(6, 2), new TreeStats.Tokens(-1.25, 2, 3, 4, 5, 6, 7)),
                new TreeStats.ClassStats(
                    queue.info(),
                    queue.share(),
                    queue.tokens(),
                    queue.waits(),
                    queue.totals(),
                    List.of(flow)),
                one("api", 1, slots(0, 0), new TreeStats.Tokens(1, 2, Double.NaN, 0, 0, 0, 9))));

    assertThat(SharesDrawing.of(stats).lines(400))
        .containsExactly(
            "CLASS        OF ALL                ENTITLED    USED  RATIO  WAITING  RUNNING  P50  P90  P99"
                + "  OLDEST  RATE     CEIL  TOKENS  LENDS  BORROWS  OVER  DISCIPLINE",
            "work         █████░░░░░░░░░░           6.00    2.00    33%        7        3  0ms   1s    -"
                + "      1m  2 slots     -   -1.25      5        6     7  sfq",
            "├─ general   █████▓▓▓▓▓                2.00    4.00   200%        7        3  0ms   1s    -"
                + "      1m  2 slots     -       -      -        -     -  sfq",
            "│  └─ ~acme  █████                   3.00/s  1.50/s    50%       12        2    -    -    -"
                + "       -  -           -       -      -        -     -  flow",
            "└─ api                                 0.00    0.00     0%        7        3  0ms   1s    -"
                + "      1m  2 slots     -    1.00      -        -     9  sfq");
  }

  @Test
  void shouldCutOffWhatANarrowTerminalHasNoRoomFor() {
    TreeStats stats =
        new TreeStats(
            "shell", 8, "", Duration.ofMinutes(1), List.of(one("work", 0, slots(6, 2), null)));

    assertThat(SharesDrawing.of(stats).lines(60)).allMatch(line -> line.length() <= 60);
    assertThat(SharesDrawing.of(stats).lines(60).get(1)).startsWith("work   █████░").endsWith("…");
  }
}
