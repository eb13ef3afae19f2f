/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.fairness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.desaster.core.discipline.ClassFigures;
import io.desaster.core.discipline.ClassFigures.Role;
import io.desaster.core.discipline.ClassFigures.Tokens;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Shares reckoned by hand. */
class EntitlementTest {
  private static final Offset<Double> EXACT = within(1e-6);

  private static ClassFigures figures(
      String name,
      Role role,
      double weight,
      int prio,
      int maxRunning,
      double rate,
      double ceil,
      boolean hungry,
      ClassFigures... below) {
    Tokens bucket = rate > 0 ? new Tokens(1, 1) : null;
    return new ClassFigures(
        name,
        role,
        true,
        weight,
        prio,
        maxRunning,
        0,
        rate,
        ceil,
        bucket,
        bucket,
        null,
        hungry,
        List.of(below));
  }

  private static ClassFigures queue(String name, boolean hungry) {
    return figures(name, Role.LEAF, 1, 0, 0, 0, 0, hungry);
  }

  private static ClassFigures limited(String name, int maxRunning, boolean hungry) {
    return figures(name, Role.LEAF, 1, 0, maxRunning, 0, 0, hungry);
  }

  private static ClassFigures weighted(String name, double weight, boolean hungry) {
    return figures(name, Role.LEAF, weight, 0, 0, 0, 0, hungry);
  }

  private static ClassFigures htbLeaf(
      String name, double rate, double ceil, int prio, double quantum, boolean hungry) {
    return figures(
        name, Role.HTB_CLASS, quantum, prio, 0, rate, ceil, false, queue(name + "-jobs", hungry));
  }

  private static ClassFigures htbClass(
      String name, double rate, double ceil, ClassFigures... below) {
    return figures(name, Role.HTB_CLASS, 1, 0, 0, rate, ceil, false, below);
  }

  private static ClassFigures root(Role role, ClassFigures... below) {
    return figures("", role, 1, 0, 0, 0, 0, false, below);
  }

  private static ShareNode tell(ClassFigures root, double slots, Object... used) {
    ShareNode node = ShareNode.of(root);
    for (int i = 0; i < used.length; i += 2) {
      ShareNode one = find(node, (String) used[i]);
      one.slots = ((Number) used[i + 1]).doubleValue();
      one.cost = one.slots;
    }
    sum(node);
    Entitlement.tell(node, slots);
    return node;
  }

  private static void sum(ShareNode node) {
    for (ShareNode child : node.below) {
      sum(child);
      node.slots += child.slots;
      node.cost += child.cost;
    }
  }

  private static ShareNode find(ShareNode node, String name) {
    if (node.figures.name().equals(name)) {
      return node;
    }
    return node.below.stream()
        .map(child -> find(child, name))
        .filter(found -> found != null)
        .findFirst()
        .orElse(null);
  }

  private static double entitled(ShareNode root, String name) {
    return find(root, name).entitled;
  }

  private static double guaranteed(ShareNode root, String name) {
    return find(root, name).guaranteed;
  }

  @Test
  void shouldGiveLowerBandsWhatHigherOnesLeave() {
    ShareNode all =
        tell(
            root(Role.PRIO, queue("first", false), queue("second", true), queue("third", true)),
            8,
            "first",
            3,
            "second",
            5);

    assertThat(entitled(all, "first")).isCloseTo(8, EXACT);
    assertThat(entitled(all, "second")).isCloseTo(5, EXACT);
    assertThat(entitled(all, "third")).isCloseTo(0, EXACT);
    assertThat(guaranteed(all, "second")).isCloseTo(0, EXACT);
    assertThat(find(all, "second").usedPart).isCloseTo(5 / 8.0, EXACT);
  }

  @Test
  void shouldNotCountMoreThanALimitAllows() {
    ShareNode all =
        tell(root(Role.PRIO, limited("first", 6, true), queue("second", true)), 8, "first", 6);

    assertThat(entitled(all, "first")).isCloseTo(6, EXACT);
    assertThat(entitled(all, "second")).isCloseTo(2, EXACT);
    assertThat(guaranteed(all, "second")).isCloseTo(2, EXACT);
  }

  @Test
  void shouldShareByWeightWhatThoseWithoutWaitingJobsLeave() {
    ShareNode all =
        tell(
            root(
                Role.DRR,
                weighted("light", 1, false),
                weighted("a", 1, true),
                weighted("b", 2, true)),
            8,
            "light",
            1,
            "a",
            3,
            "b",
            6);

    // Ten were served; one of them is all that light wants.
    assertThat(entitled(all, "a")).isCloseTo(3, EXACT);
    assertThat(entitled(all, "b")).isCloseTo(6, EXACT);
    assertThat(entitled(all, "light")).isCloseTo(2.5, EXACT);
    assertThat(find(all, "a").entitledPart).isCloseTo(0.3, EXACT);
    assertThat(guaranteed(all, "b")).isCloseTo(5, EXACT);
  }

  @Test
  void shouldTellPartsAlsoWhenNothingWasServed() {
    ShareNode all = tell(root(Role.DRR, weighted("a", 1, false), weighted("b", 3, false)), 8);

    assertThat(entitled(all, "a")).isZero();
    assertThat(find(all, "a").entitledPart).isCloseTo(1, EXACT);
    assertThat(find(all, "b").guaranteedPart).isCloseTo(0.75, EXACT);
    assertThat(find(all, "b").usedPart).isZero();
  }

  @Test
  void shouldLendFromTheNearestClassByPrioAndQuantumUpToTheCeils() {
    ShareNode all =
        tell(
            root(
                Role.HTB,
                htbClass(
                    "company",
                    10,
                    10,
                    htbClass(
                        "web",
                        6,
                        8,
                        htbLeaf("shop", 4, 8, 0, 1, false),
                        htbLeaf("blog", 2, 8, 0, 1, true)),
                    htbLeaf("batch", 3, 5, 0, 3, true),
                    htbLeaf("low", 1, 10, 1, 1, true))),
            10,
            "shop-jobs",
            1);

    // Web lends blog the three that shop leaves: five. Batch and blog share the last unit 3 to 1,
    // low has its own one only.
    assertThat(guaranteed(all, "shop")).isCloseTo(4, EXACT);
    assertThat(entitled(all, "blog")).isCloseTo(5, EXACT);
    assertThat(entitled(all, "batch")).isCloseTo(3, EXACT);
    assertThat(entitled(all, "low")).isCloseTo(1, EXACT);
    assertThat(entitled(all, "web")).isCloseTo(6, EXACT);
    assertThat(entitled(all, "shop")).isCloseTo(4, EXACT);
    assertThat(find(all, "web").entitledPart).isCloseTo(0.6, EXACT);
    assertThat(entitled(all, "blog-jobs")).isCloseTo(5, EXACT);
  }

  @Test
  void shouldGiveWhatNobodyBelowTheLenderWantsToOthersInProportion() {
    ShareNode all =
        tell(
            root(
                Role.HTB,
                htbClass(
                    "company",
                    10,
                    10,
                    htbLeaf("a", 1, 10, 0, 3, true),
                    htbLeaf("b", 1, 3, 0, 1, true),
                    htbLeaf("c", 1, 10, 1, 1, true))),
            10);

    // Seven are left: a gets three times what b gets, until that would be more than b's ceil.
    assertThat(entitled(all, "a")).isCloseTo(1 + 5.25, EXACT);
    assertThat(entitled(all, "b")).isCloseTo(1 + 1.75, EXACT);
    assertThat(entitled(all, "c")).isCloseTo(1, EXACT);
    ShareNode more =
        tell(
            root(
                Role.HTB,
                htbClass(
                    "company",
                    20,
                    20,
                    htbLeaf("a", 1, 20, 0, 3, true),
                    htbLeaf("b", 1, 3, 0, 1, true))),
            20);
    assertThat(entitled(more, "b")).isCloseTo(3, EXACT);
    assertThat(entitled(more, "a")).isCloseTo(17, EXACT);
  }

  @Test
  void shouldNotLendBeyondTheCeilOfAClassInBetween() {
    ShareNode all =
        tell(
            root(
                Role.HTB,
                htbClass(
                    "company",
                    10,
                    10,
                    htbClass("web", 2, 4, htbLeaf("shop", 2, 10, 0, 1, true)),
                    htbLeaf("rest", 1, 10, 0, 1, false))),
            10);

    assertThat(entitled(all, "shop")).isCloseTo(4, EXACT);
    assertThat(entitled(all, "rest")).isCloseTo(6, EXACT);
  }

  @Test
  void shouldLendToLowerPriosFirstInWhateverOrderTheyStand() {
    ShareNode all =
        tell(
            root(
                Role.HTB,
                htbClass(
                    "company",
                    10,
                    10,
                    htbLeaf("late", 1, 10, 1, 1, true),
                    htbLeaf("soon", 1, 10, 0, 1, true))),
            10);

    assertThat(entitled(all, "soon")).isCloseTo(9, EXACT);
    assertThat(entitled(all, "late")).isCloseTo(1, EXACT);
  }

  @Test
  void shouldLendNoMoreThanTheRateOfTheLender() {
    ShareNode all =
        tell(
            root(
                Role.HTB,
                htbClass(
                    "company",
                    20,
                    20,
                    htbClass("web", 6, 12, htbLeaf("late", 2, 12, 1, 1, true)),
                    htbLeaf("soon", 2, 20, 0, 1, true))),
            20);

    // Web lends four, the company the other twelve.
    assertThat(entitled(all, "late")).isCloseTo(6, EXACT);
    assertThat(entitled(all, "soon")).isCloseTo(14, EXACT);
  }

  @Test
  void shouldEntitleAnIdleOneOfVeryManyToWhatItIsGuaranteed() {
    int siblings = Entitlement.SIBLINGS_MAX + 1;
    ClassFigures[] queues = new ClassFigures[siblings];
    for (int i = 0; i < siblings; i++) {
      queues[i] = weighted("q" + i, 1, i == 0);
    }
    ShareNode all = tell(root(Role.DRR, queues), 8, "q0", siblings);

    assertThat(entitled(all, "q0")).isCloseTo(siblings, EXACT);
    assertThat(entitled(all, "q1")).isCloseTo(1, EXACT);
  }

  @Test
  void shouldGiveWhatOneOfMuchWeightDoesNotWantToTheOthers() {
    double[] shares = Weights.share(new double[] {4, 3, 9}, new double[] {4, 1, 1}, 8);

    // One unit of weight is 2 when the first has its fill.
    assertThat(shares).containsExactly(4, 2, 2);
  }
}
