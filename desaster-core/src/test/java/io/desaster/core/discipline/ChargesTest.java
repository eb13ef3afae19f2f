/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.desaster.api.spi.QueuedJob;
import io.desaster.api.spi.Usage;
import io.desaster.core.discipline.DisciplineSpec.ClassSpec;
import io.desaster.core.discipline.DisciplineSpec.HtbClassSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a charge when its job never began, was moved, or its class changed meanwhile. */
class ChargesTest {
  private static final long SECOND = 1_000_000_000;

  private static DisciplineSpec htb(boolean run, double quantum) {
    HtbClassSpec leaf =
        new HtbClassSpec(
            "a", 1, 1, 0, 0, 0, quantum, 0, List.of(), new DisciplineSpec.Wfq(Map.of(), run, 0, 0));
    HtbClassSpec top = new HtbClassSpec("top", 2, 2, 0, 0, 0, 0, 0, List.of(leaf), null);
    return new DisciplineSpec.Htb(List.of(top), 10, run, 5 * SECOND);
  }

  private static DisciplineSpec tree(String kind) {
    return switch (kind) {
      case "tbf" -> new DisciplineSpec.Tbf("a", 1, 0, 0, new DisciplineSpec.Fifo());
      case "htb" -> htb(false, 1);
      case "htb run" -> htb(true, 1);
      case "wfq" -> new DisciplineSpec.Wfq(Map.of(), false, 0, 0);
      case "wfq run" -> new DisciplineSpec.Wfq(Map.of(), true, 5 * SECOND, 0);
      case "sfq" -> new DisciplineSpec.Sfq(64, 5, 0, 0, 1);
      default ->
          new DisciplineSpec.Drr(
              List.of(
                  new ClassSpec("a", 5, 0, new DisciplineSpec.Fifo()),
                  new ClassSpec("b", 5, 0, new DisciplineSpec.Fifo())));
    };
  }

  /** A job of cost 5 starts and comes back; then it is again the next, and all are served. */
  @ParameterizedTest
  @ValueSource(strings = {"tbf", "htb", "htb run", "wfq", "wfq run", "sfq", "drr"})
  void shouldGiveBackWhatAJobWasChargedThatNeverBegan(String kind) {
    TreeRig rig = new TreeRig(tree(kind));
    boolean oneLeaf = rig.leaves().size() == 1;
    String leaf = rig.leaves().get(0);
    for (int i = 1; i <= 4; i++) {
      String name = oneLeaf || i % 2 == 1 ? leaf : "b";
      rig.enqueue(name, TestJob.of(i, i % 2 == 1 ? "odd" : "even").costing(5));
    }
    QueuedJob first = rig.start("");
    assertThat(first.order()).isEqualTo(1);

    rig.returned(1);

    assertThat(rig.start("")).isSameAs(first);
    rig.returned(1);
    assertThat(rig.start("")).isSameAs(first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tbf", "htb", "htb run"})
  void shouldStartNoMoreThanBeforeAfterAChargeCameBack(String kind) {
    TreeRig rig = new TreeRig(tree(kind));
    for (int i = 1; i <= 3; i++) {
      rig.enqueue("a", TestJob.of(i, "f").costing(5));
    }
    rig.start("");
    rig.returned(1);
    rig.start("");
    assertThat(rig.start("")).isNull();
    rig.now += 5 * SECOND - 1;
    assertThat(rig.start("")).isNull();
    rig.now += 1;
    assertThat(rig.start("") == null).isEqualTo(kind.equals("htb run"));
  }

  @Test
  void shouldLearnNothingFromAJobThatNeverBegan() {
    TreeRig rig = new TreeRig(tree("wfq run"));
    rig.enqueue("", TestJob.of(1, "f"));
    rig.enqueue("", TestJob.of(2, "f"));
    Usage.Account before = account(rig, "flow");
    rig.start("");
    rig.returned(1);
    assertThat(account(rig, "flow")).isEqualTo(before);
  }

  private static Usage.Account account(TreeRig rig, String what) {
    return rig.tree.usage().classes().values().stream()
        .flatMap(own -> own.usage().accounts().stream())
        .filter(account -> account.what().equals(what))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"sfq", "wfq", "wfq run"})
  void shouldCountAJobThatWasMovedHereWhileItRan(String kind) {
    DisciplineSpec spec =
        kind.equals("sfq")
            ? new DisciplineSpec.Sfq(64, 1, 0, 1, 1)
            : new DisciplineSpec.Wfq(Map.of(), kind.endsWith("run"), SECOND, 1);
    TreeRig rig = new TreeRig(spec);
    TestJob guest = TestJob.of(1, "f");
    rig.adopt("", guest);
    rig.enqueue("", TestJob.of(2, "f"));
    rig.enqueue("", TestJob.of(3, "g"));

    assertThat(rig.start("").order()).isEqualTo(3);
    assertThat(rig.start("")).isNull();
    rig.rebuild();
    assertThat(rig.start("")).isNull();
    rig.end(1);
    assertThat(rig.start("").order()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldChargeSlotTimeFromTheMoveOnToTheQueueAJobWasMovedTo(boolean wfq) {
    TreeRig rig = new TreeRig(tree(wfq ? "wfq run" : "htb run"));
    String leaf = rig.leaves().get(0);
    rig.now = 100 * SECOND;
    rig.adopt(leaf, TestJob.of(1, "f"));
    rig.enqueue(leaf, TestJob.of(2, "f"));
    if (!wfq) {
      assertThat(rig.start("")).isNull();
    }
    rig.now += 3 * SECOND;
    rig.end(1);
    if (wfq) {
      assertThat(account(rig, "flow").values()[0]).isEqualTo(3, within(1e-9));
    } else {
      // Full until the move, 3 s used, 3 s filled at a rate of 1.
      assertThat(rig.start("")).isNotNull();
    }
  }

  /** What was charged by one weight is given back by it. */
  @Test
  void shouldChargeUsedSlotTimeByTheWeightOfItsTime() {
    TreeRig rig = new TreeRig(new DisciplineSpec.Wfq(Map.of("f", 1.0), true, 10 * SECOND, 0));
    rig.enqueue("", TestJob.of(1, "f"));
    rig.enqueue("", TestJob.of(2, "f"));
    rig.start("");
    rig.now += SECOND;
    rig.apply(new DisciplineSpec.Wfq(Map.of("f", 10.0), true, 10 * SECOND, 0));
    rig.rebuild();
    rig.end(1);
    assertThat(account(rig, "flow").values()[0]).isEqualTo(1, within(1e-9));
  }

  @Test
  void shouldChargeUsedSlotTimeByTheQuantumOfItsTime() {
    TreeRig rig = new TreeRig(htb(true, 1));
    rig.enqueue("a", TestJob.of(1, "f"));
    rig.enqueue("a", TestJob.of(2, "f"));
    rig.start("");
    rig.now += SECOND;
    rig.apply(htb(true, 10));
    rig.rebuild();
    rig.end(1);
    // The tag of leaves with tokens of their own is the last but one.
    double[] values =
        rig.tree.usage().classes().values().stream()
            .flatMap(own -> own.usage().accounts().stream())
            .filter(account -> account.what().equals("class") && account.name().equals("a"))
            .findFirst()
            .orElseThrow()
            .values();
    assertThat(values[values.length - 2]).isEqualTo(1, within(1e-9));
  }

  /** Other weights and limits are in force at once, whatever runs. */
  @Test
  void shouldTakeANewFlowLimitOverWhileJobsRun() {
    for (DisciplineSpec[] change :
        new DisciplineSpec[][] {
          {new DisciplineSpec.Sfq(64, 1, 0, 1, 1), new DisciplineSpec.Sfq(64, 1, 0, 2, 1)},
          {
            new DisciplineSpec.Wfq(Map.of(), false, 0, 1),
            new DisciplineSpec.Wfq(Map.of(), false, 0, 2)
          }
        }) {
      TreeRig rig = new TreeRig(change[0]);
      for (int i = 1; i <= 4; i++) {
        rig.enqueue("", TestJob.of(i, "f"));
      }
      rig.start("");
      assertThat(rig.start("")).isNull();
      rig.apply(change[1]);
      assertThat(rig.start("")).isNotNull();
      assertThat(rig.start("")).isNull();
      rig.apply(change[0]);
      rig.end(1);
      assertThat(rig.start("")).isNull();
      rig.end(2);
      assertThat(rig.start("")).isNotNull();
    }
  }

  /** A bucket of sfq takes a new quantum over when it is served; until then none is too early. */
  @Test
  void shouldShareByTheNewQuantumAfterOneRound() {
    TreeRig rig = new TreeRig(new DisciplineSpec.Sfq(1024, 1, 0, 0, 1));
    for (int i = 1; i <= 60; i++) {
      rig.enqueue("", TestJob.of(i, i % 2 == 0 ? "even" : "odd"));
    }
    rig.start("");
    rig.apply(new DisciplineSpec.Sfq(1024, 5, 0, 0, 1));
    rig.rebuild();
    rig.start("");
    rig.start("");
    StringBuilder turns = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      turns.append(rig.start("").order() % 2);
    }
    assertThat(turns.toString()).containsAnyOf("0000011111", "1111100000");
  }
}
