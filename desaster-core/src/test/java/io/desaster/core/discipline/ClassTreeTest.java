/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.desaster.api.spi.Demand;
import io.desaster.api.spi.QueuedJob;
import io.desaster.api.spi.Slot;
import io.desaster.core.discipline.DisciplineSpec.ClassSpec;
import io.desaster.core.discipline.DisciplineSpec.HtbClassSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassTreeTest {
  private static final DisciplineSpec FIFO = new DisciplineSpec.Fifo();
  private static final long SECOND = 1_000_000_000;

  private static HtbClassSpec leaf(String name, double rate, double ceil) {
    return new HtbClassSpec(name, rate, ceil, 1, 1, 0, 0, 0, List.of(), FIFO);
  }

  private static DisciplineSpec htb(double rate, HtbClassSpec... leaves) {
    return new DisciplineSpec.Htb(
        List.of(new HtbClassSpec("root", rate, rate, 1, 1, 0, 0, 0, List.of(leaves), null)),
        10,
        false,
        0);
  }

  /** Names a queue and a pool, and which of them go together. */
  private record Worker(String attached, String wanted) implements Slot {
    @Override
    public boolean meets(Demand demand) {
      return true;
    }

    @Override
    public boolean attached(List<String> attachments) {
      return attachments.contains("*") || attachments.contains(attached);
    }

    @Override
    public boolean wants(String queue) {
      return wanted.isEmpty() || wanted.equals(queue);
    }
  }

  @Test
  void shouldOfferToASlotOnlyWhatItServes() {
    ClassTree tree = new ClassTree(new Disciplines(), new DisciplineSpec.Drr(List.of()), 0);
    ClassTree.Proposal proposal = new ClassTree.Proposal();
    Leaf a = tree.add("a", 1, 0, 0, new DisciplineSpec.Named("fifo"));
    Leaf b = tree.add("b", 1, 0, 0, new DisciplineSpec.Named("sfq"));
    tree.enqueue(a, TestJob.of(1, ""), 0);
    tree.enqueue(b, TestJob.of(2, ""), 0);
    tree.setAttachments(a, List.of("web1"));
    assertThat(tree.peek(new Worker("web2", ""), 0, proposal)).isTrue();
    assertThat(proposal.leaf).isSameAs(b);
    assertThat(tree.peek(new Worker("web1", ""), 0, proposal)).isTrue();
    assertThat(proposal.leaf).isSameAs(a);
    assertThat(tree.peek(new Worker("web1", "b"), 0, proposal)).isTrue();
    assertThat(proposal.leaf).isSameAs(b);
    assertThat(tree.peek(new Worker("web2", "a"), 0, proposal)).isFalse();
    tree.setPaused(b, true);
    assertThat(tree.peek(new Worker("web2", ""), 0, proposal)).isFalse();
    tree.setPaused(b, false);
    tree.setAttachments(a, List.of("*"));
    assertThat(tree.peek(new Worker("web2", "a"), 0, proposal)).isTrue();
    tree.remove(a);
    assertThat(tree.peek(new Worker("web2", "a"), 0, proposal)).isFalse();
    assertThat(tree.size()).isEqualTo(1);
  }

  @Test
  void shouldKeepTokensAndDebtsThroughAChange() {
    TreeRig rig = new TreeRig(htb(10, leaf("a", 4, 10), leaf("b", 6, 10)));
    for (int i = 1; i <= 100; i++) {
      rig.enqueue(i % 2 == 0 ? "a" : "b", TestJob.of(i, "").costing(5));
    }
    assertThat(rig.start("")).isNotNull();
    assertThat(rig.start("")).isNull();
    // The debt of 4 costs 0.4 s at the old rate; after a change in the middle the rest at the new.
    rig.now = SECOND / 5;
    rig.tree.apply(htb(20, leaf("a", 4, 20), leaf("b", 6, 20), leaf("c", 1, 1)), rig.now);
    assertThat(rig.tree.nextWakeupNanos()).isBetween(SECOND / 5, SECOND * 3 / 10 + 1);
    rig.now = SECOND * 3 / 10 - 1;
    assertThat(rig.tree.peek(new TreeRig.LabelSlot(""), rig.now, new ClassTree.Proposal()))
        .isFalse();
    rig.now = SECOND * 3 / 10 + 1;
    assertThat(rig.tree.peek(new TreeRig.LabelSlot(""), rig.now, new ClassTree.Proposal()))
        .isTrue();
  }

  @Test
  void shouldChangeParametersInPlace() {
    TreeRig rig = new TreeRig(htb(10, leaf("a", 4, 10), leaf("b", 6, 10)));
    for (int i = 1; i <= 100; i++) {
      rig.enqueue(i % 2 == 0 ? "a" : "b", TestJob.of(i, "").costing(5));
    }
    Leaf before = rig.tree.findLeaf("a");
    assertThat(rig.start("")).isNotNull();
    rig.now = SECOND / 5;
    rig.tree.apply(htb(20, leaf("a", 4, 20), leaf("b", 6, 20)), rig.now);
    assertThat(rig.tree.findLeaf("a")).isSameAs(before);
    ClassTree.Proposal proposal = new ClassTree.Proposal();
    rig.now = SECOND * 3 / 10 - 1;
    assertThat(rig.tree.peek(new TreeRig.LabelSlot(""), rig.now, proposal)).isFalse();
    rig.now = SECOND * 3 / 10 + 1;
    assertThat(rig.tree.peek(new TreeRig.LabelSlot(""), rig.now, proposal)).isTrue();
  }

  @Test
  void shouldRefuseATreeWithoutPlaceForItsJobs() {
    TreeRig rig = new TreeRig(htb(10, leaf("a", 4, 10), leaf("b", 6, 10)));
    rig.enqueue("a", TestJob.of(1, ""));
    assertThatThrownBy(() -> rig.apply(htb(10, leaf("b", 6, 10))))
        .hasMessage(
            "class 'a' is not in the new tree, but 1 of its jobs wait and 0 run; move them first or"
                + " keep it");
    assertThat(rig.start("").order()).isEqualTo(1);
  }

  @Test
  void shouldRefuseAnOversubscribedTreeWithNamesAndSums() {
    assertThatThrownBy(() -> htb(10, leaf("a", 6, 10), leaf("b", 6, 10)))
        .hasMessage(
            "class root: its rate 10.0 is oversubscribed: a 6.0 + b 6.0 = 12.0; lower these or"
                + " raise it");
  }

  @Test
  void shouldReplaceALeafsDisciplineLive() {
    TreeRig rig = new TreeRig(new DisciplineSpec.Prio(List.of(new ClassSpec("a", 1, 0, FIFO))));
    for (int i = 1; i <= 9; i++) {
      rig.enqueue("a", TestJob.of(i, i < 9 ? "greedy" : "light"));
    }
    rig.start("");
    rig.apply(
        new DisciplineSpec.Prio(
            List.of(new ClassSpec("a", 1, 0, new DisciplineSpec.Sfq(1024, 1, 0, 0, 1)))));
    QueuedJob first = rig.start("");
    QueuedJob second = rig.start("");
    assertThat(List.of(first.flow(), second.flow())).containsExactlyInAnyOrder("greedy", "light");
    rig.end(1);
    rig.end(first.order());
    rig.checkContent();
  }

  @Test
  void shouldNotBeSlowedDownByJobsThatNoSlotCanTake() {
    TreeRig rig = new TreeRig(new DisciplineSpec.Sfq(1024, 1, 0, 0, 1));
    for (int i = 1; i <= 20_000; i++) {
      rig.enqueue("", TestJob.of(i, "f" + i % 1000).needing("gpu"));
    }
    int[] looks = {0};
    Slot counting =
        demand -> {
          looks[0]++;
          return demand == Demand.NONE;
        };
    rig.enqueue("", TestJob.of(20_001, "f1"));
    ClassTree.Proposal proposal = new ClassTree.Proposal();
    assertThat(rig.tree.peek(counting, 0, proposal)).isTrue();
    assertThat(proposal.job.order()).isEqualTo(20_001);
    assertThat(looks[0]).isLessThan(10);
  }

  @Test
  void shouldForgetLeavesThatWereAddedWhenTheConfigurationIsAppliedAgain() {
    DisciplineSpec none = new DisciplineSpec.Drr(List.of());
    ClassTree tree = new ClassTree(new Disciplines(), none, 0);
    tree.add("a", 1, 0, 0, new DisciplineSpec.Fifo());

    tree.apply(none, 1);

    assertThat(tree.leaf("a")).isNull();
    assertThat(tree.leaves()).isEmpty();
  }
}
