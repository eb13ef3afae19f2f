/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.spi.QueuedJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.function.ObjLongConsumer;
import org.junit.jupiter.api.Test;

/**
 * What holds of every tree in every history: random trees, random histories. A failure prints its
 * seed; {@code -Ddesaster.seed=N} runs that one alone.
 */
class TreePropertiesTest {
  private static final int SEEDS = 400;
  private static final int STEPS = 400;
  private static final long MILLI = 1_000_000;
  private static final String[] LABELS = {"", "", "", "gpu", "tpu"};

  private static void forEachSeed(LongConsumer test) {
    Long only = Long.getLong("desaster.seed");
    for (long seed = only == null ? 1 : only; seed <= (only == null ? SEEDS : only); seed++) {
      try {
        test.accept(seed);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("failed with -Ddesaster.seed=" + seed + ": " + e.getMessage(), e);
      }
    }
  }

  /** One history, told to one or more rigs that must not be told apart by what they start. */
  private static final class History {
    final Random random;
    final List<TreeRig> rigs;
    long orders;

    History(Random random, TreeRig... rigs) {
      this.random = random;
      this.rigs = List.of(rigs);
    }

    TreeRig rig() {
      return rigs.get(0);
    }

    void step() {
      switch (random.nextInt(16)) {
        case 0, 1, 2, 3, 4, 5 -> arrive();
        case 6, 7 -> remove();
        case 8, 9 -> withRunning(TreeRig::end);
        case 10 -> withRunning(TreeRig::returned);
        case 11, 12 -> pass(random.nextInt(30) * MILLI / 3);
        default -> start();
      }
    }

    void arrive() {
      List<String> leaves = rig().leaves();
      String leaf = leaves.get(random.nextInt(leaves.size()));
      long deadline =
          random.nextInt(3) == 0 ? Long.MAX_VALUE : rig().now + random.nextInt(100) * MILLI;
      QueuedJob job =
          new TestJob(
              ++orders,
              "f" + random.nextInt(4),
              random.nextInt(4) == 0 ? random.nextInt(8) : 4,
              random.nextInt(4) == 0 ? random.nextInt(5) : 1,
              random.nextInt(3) == 0 ? random.nextInt(50) * MILLI : 0,
              deadline,
              TestJob.demandOf(LABELS[random.nextInt(LABELS.length)]));
      rigs.forEach(rig -> rig.enqueue(leaf, job));
    }

    void remove() {
      List<String> filled =
          rig().waiting.entrySet().stream()
              .filter(one -> !one.getValue().isEmpty())
              .map(one -> one.getKey())
              .toList();
      if (!filled.isEmpty()) {
        String leaf = filled.get(random.nextInt(filled.size()));
        List<QueuedJob> jobs = new ArrayList<>(rig().waiting.get(leaf).values());
        QueuedJob job = jobs.get(random.nextInt(jobs.size()));
        rigs.forEach(rig -> rig.remove(leaf, job));
      }
    }

    private void withRunning(ObjLongConsumer<TreeRig> what) {
      List<Long> orders = List.copyOf(rig().running.keySet());
      if (!orders.isEmpty()) {
        long order = orders.get(random.nextInt(orders.size()));
        rigs.forEach(rig -> what.accept(rig, order));
      }
    }

    void pass(long nanos) {
      rigs.forEach(rig -> rig.now += nanos);
    }

    QueuedJob start() {
      String label = LABELS[random.nextInt(LABELS.length)];
      QueuedJob started = rig().start(label);
      for (TreeRig other : rigs.subList(1, rigs.size())) {
        assertThat(other.start(label)).isEqualTo(started);
      }
      return started;
    }
  }

  @Test
  void shouldHaveTheSameFutureWhenRebuiltOrLookedAtInMidFlight() {
    forEachSeed(
        seed -> {
          Random random = new Random(seed);
          DisciplineSpec spec = new RandomTrees(random, false).tree();
          TreeRig plain = new TreeRig(spec);
          TreeRig disturbed = new TreeRig(spec);
          History history = new History(random, plain, disturbed);
          for (int i = 0; i < STEPS; i++) {
            history.step();
            if (random.nextInt(10) == 0) {
              disturbed.rebuild();
            }
            disturbed.look(LABELS[random.nextInt(LABELS.length)]);
          }
        });
  }

  @Test
  void shouldLeaveNoSlotFreeThatAWaitingJobFits() {
    forEachSeed(
        seed -> {
          Random random = new Random(seed);
          TreeRig rig = new TreeRig(new RandomTrees(random, true).tree());
          History history = new History(random, rig);
          for (int i = 0; i < STEPS; i++) {
            history.step();
            String label = LABELS[random.nextInt(LABELS.length)];
            boolean fits = rig.anyFits(label);
            assertThat(rig.start(label) != null).isEqualTo(fits);
          }
          rig.checkContent();
        });
  }

  @Test
  void shouldStartEveryJobInTheEnd() {
    forEachSeed(
        seed -> {
          Random random = new Random(seed);
          TreeRig rig = new TreeRig(new RandomTrees(random, false).tree());
          History history = new History(random, rig);
          for (int i = 0; i < STEPS; i++) {
            history.step();
          }
          int idle = 0;
          while (rig.waitingCount() > 0) {
            boolean started = false;
            for (String label : LABELS) {
              started |= rig.start(label) != null;
            }
            if (!started) {
              List.copyOf(rig.running.keySet()).forEach(rig::end);
              long wakeup = rig.tree.nextWakeupNanos();
              rig.now = wakeup == Long.MAX_VALUE ? rig.now : Math.max(rig.now, wakeup);
              idle++;
            } else {
              idle = 0;
            }
            assertThat(idle)
                .as("wakeups in vain, %s jobs wait", rig.waitingCount())
                .isLessThan(200);
          }
          rig.checkContent();
        });
  }

  @Test
  void shouldKeepJobsAndTheirOrderWhenTheTreeIsChanged() {
    forEachSeed(
        seed -> {
          Random random = new Random(seed);
          RandomTrees trees = new RandomTrees(random, false);
          TreeRig rig = new TreeRig(trees.tree());
          History history = new History(random, rig);
          int applied = 0;
          for (int i = 0; i < STEPS; i++) {
            history.step();
            if (random.nextInt(8) == 0) {
              applied += change(rig, trees.tree());
            }
          }
          rig.checkContent();
        });
  }

  @Test
  void shouldHaveTheSameFutureWhenRebuiltWhileJobsMoveToAnotherKind() {
    int[] moving = {0};
    forEachSeed(
        seed -> {
          Random random = new Random(seed);
          Disciplines disciplines = new Disciplines(1 + random.nextInt(3));
          DisciplineSpec spec = leafIn(random);
          TreeRig plain = new TreeRig(spec, disciplines);
          TreeRig disturbed = new TreeRig(spec, disciplines);
          History history = new History(random, plain, disturbed);
          for (int i = 0; i < STEPS; i++) {
            history.step();
            if (random.nextInt(25) == 0) {
              DisciplineSpec other = leafIn(random);
              plain.apply(other);
              disturbed.apply(other);
            }
            if (random.nextInt(3) == 0) {
              plain.move();
              disturbed.move();
            }
            if (random.nextInt(6) == 0) {
              moving[0] += plain.tree.moving() ? 1 : 0;
              disturbed.rebuild();
            }
            disturbed.look(LABELS[random.nextInt(LABELS.length)]);
            assertThat(disturbed.tree.moving()).isEqualTo(plain.tree.moving());
          }
          plain.tree.moveAll(plain.now);
          assertThat(plain.tree.moving()).isFalse();
          plain.checkContent();
        });
    assertThat(moving[0]).isPositive();
  }

  /** Two classes with leaves of any kinds, alike but for these. */
  private static DisciplineSpec leafIn(Random random) {
    RandomTrees trees = new RandomTrees(random, false);
    return new DisciplineSpec.Drr(
        List.of(
            new DisciplineSpec.ClassSpec("a", 1, 0, trees.leaf()),
            new DisciplineSpec.ClassSpec("b", 2, 0, trees.leaf())));
  }

  @Test
  void shouldGoOnTheSameWhenAChangeIsTakenBackAtOnce() {
    forEachSeed(
        seed -> {
          Random random = new Random(seed);
          DisciplineSpec spec = new RandomTrees(random, false).tree();
          DisciplineSpec other = new RandomTrees(random, false).likeIt(spec);
          TreeRig plain = new TreeRig(spec);
          TreeRig changed = new TreeRig(spec);
          History history = new History(random, plain, changed);
          for (int i = 0; i < STEPS; i++) {
            history.step();
            if (random.nextInt(20) == 0) {
              changed.tree.apply(other, changed.now);
              changed.checkContent();
              changed.tree.apply(spec, changed.now);
            }
          }
        });
  }

  /** A tree that has no place for a job is refused and changes nothing. */
  private static int change(TreeRig rig, DisciplineSpec other) {
    List<String> leaves = new TreeRig(other).leaves();
    boolean roomForAll =
        rig.waiting.entrySet().stream()
                .filter(one -> !one.getValue().isEmpty())
                .map(one -> one.getKey())
                .allMatch(leaves::contains)
            && rig.running.values().stream().map(TreeRig.Running::leaf).allMatch(leaves::contains);
    rig.look("gpu");
    TreeUsage before = rig.tree.usage();
    try {
      // What runs may be more than new limits allow: they are not checked from here on.
      new TreeMap<>(rig.running)
          .keySet()
          .forEach(
              order -> {
                if (roomForAll) {
                  rig.end(order);
                }
              });
      rig.apply(other);
      assertThat(roomForAll).isTrue();
      return 1;
    } catch (IllegalArgumentException refusal) {
      assertThat(roomForAll).isFalse();
      assertThat(refusal).hasMessageContaining("is not in the new tree");
      assertThat(rig.tree.usage().equals(before)).isTrue();
      rig.checkContent();
      return 0;
    }
  }
}
