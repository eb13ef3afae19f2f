/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.spi.Demand;
import io.desaster.api.spi.QueuedJob;
import io.desaster.core.discipline.DisciplineSpec.ClassSpec;
import io.desaster.core.discipline.DisciplineSpec.HtbClassSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/**
 * Who is always busy gets his share, in random trees and at any moment: within a quantum and a job
 * of each side among classes and flows, the rate in full in an htb. A failure prints its seed;
 * {@code -Ddesaster.seed=N} runs that one alone.
 */
class TreeSharesTest {
  private static final int SEEDS = 100;
  private static final int STARTS = 300;
  private static final double ROUNDING = 1e-6;
  private static final double SECOND = 1e9;

  /**
   * Holds what comes while a leaf waits for those of a better prio; a bucket of 2 would lose it.
   */
  private static final double BURST = 5;

  /** When the buckets, which are full at first, are used up: those of a better prio go first. */
  private static final double FROM_SECONDS = 300;

  private static final double SECONDS = 100;
  private static final int HTB_SEEDS = 25;

  private static void forEachSeed(int seeds, LongConsumer test) {
    Long only = Long.getLong("desaster.seed");
    for (long seed = only == null ? 1 : only; seed <= (only == null ? seeds : only); seed++) {
      try {
        test.accept(seed);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("failed with -Ddesaster.seed=" + seed + ": " + e.getMessage(), e);
      }
    }
  }

  /** One that shares with its siblings; the sum of what started below it, the dearest that came. */
  private static final class Account {
    final String name;
    final double weight;

    /** What may be served at once beyond the dearest job. */
    final double quantum;

    double served;
    double dearest;

    Account(String name, double weight, double quantum) {
      this.name = name;
      this.weight = weight;
      this.quantum = quantum;
    }

    void checkBeside(Account other) {
      double apart = Math.abs(served / weight - other.served / other.weight);
      double mayBe = (quantum + dearest) / weight + (other.quantum + other.dearest) / other.weight;
      assertThat(apart)
          .as(
              "%s and %s are apart, served %s of %s and %s of %s",
              name, other.name, served, weight, other.served, other.weight)
          .isLessThanOrEqualTo(mayBe + ROUNDING);
    }
  }

  /** A tree whose leaves always have jobs of all flows. */
  private static final class Busy {
    private static final String[] FLOWS = {"a", "b", "c"};

    final Random random;
    final List<List<Account>> siblings = new ArrayList<>();
    final Map<String, List<Account>> above = new HashMap<>();
    final TreeRig rig;
    private long orders;
    private int names;

    Busy(Random random) {
      this.random = random;
      rig = new TreeRig(drr(1, List.of()));
      for (String leaf : rig.leaves()) {
        for (String flow : FLOWS) {
          // Two, so that one waits while the other starts.
          arrive(leaf, flow);
          arrive(leaf, flow);
        }
      }
    }

    private DisciplineSpec drr(int depth, List<Account> path) {
      List<ClassSpec> classes = new ArrayList<>();
      List<Account> accounts = new ArrayList<>();
      siblings.add(accounts);
      for (int i = 2 + random.nextInt(3); i > 0; i--) {
        double quantum = (1 + random.nextInt(8)) / 2.0;
        Account account = new Account("class c" + names++, quantum, quantum);
        accounts.add(account);
        List<Account> here = new ArrayList<>(path);
        here.add(account);
        String name = account.name.substring("class ".length());
        classes.add(new ClassSpec(name, quantum, 0, below(name, depth, here)));
      }
      return new DisciplineSpec.Drr(classes);
    }

    private DisciplineSpec below(String name, int depth, List<Account> path) {
      if (depth < 3 && random.nextInt(3) == 0) {
        return drr(depth + 1, path);
      }
      above.put(name, path);
      int quantum = 1 + random.nextInt(5);
      return switch (random.nextInt(3)) {
        case 0 -> new DisciplineSpec.Fifo();
        case 1 -> {
          flows(name, Map.of(), quantum);
          // So many buckets that no two of the flows share one.
          yield new DisciplineSpec.Sfq(1 << 20, quantum, 0, 0, 1);
        }
        default -> {
          Map<String, Double> weights = Map.of("a", 0.5 + random.nextInt(4), "b", 2.5);
          flows(name, weights, 0);
          yield new DisciplineSpec.Wfq(weights, false, 0, 0);
        }
      };
    }

    private void flows(String leaf, Map<String, Double> weights, double quantum) {
      List<Account> accounts = new ArrayList<>();
      for (String flow : FLOWS) {
        Account account =
            new Account("flow " + flow + " of " + leaf, weights.getOrDefault(flow, 1.0), quantum);
        accounts.add(account);
        above.put(leaf + "~" + flow, List.of(account));
      }
      siblings.add(accounts);
    }

    void arrive(String leaf, String flow) {
      double cost = random.nextInt(5) == 0 ? random.nextInt(30) : 1;
      accounts(leaf, flow).forEach(account -> account.dearest = Math.max(account.dearest, cost));
      rig.enqueue(leaf, new TestJob(++orders, flow, 4, cost, 0, Long.MAX_VALUE, Demand.NONE));
    }

    void start() {
      QueuedJob job = rig.start("");
      assertThat(job).isNotNull();
      String leaf = rig.running.get(job.order()).leaf();
      accounts(leaf, job.flow()).forEach(account -> account.served += job.cost());
      arrive(leaf, job.flow());
      if (random.nextBoolean()) {
        rig.end(rig.running.keySet().iterator().next());
      }
      rig.now += random.nextInt(1_000_000);
    }

    private List<Account> accounts(String leaf, String flow) {
      List<Account> accounts = new ArrayList<>(above.get(leaf));
      accounts.addAll(above.getOrDefault(leaf + "~" + flow, List.of()));
      return accounts;
    }

    void check() {
      for (List<Account> accounts : siblings) {
        for (Account one : accounts) {
          accounts.forEach(one::checkBeside);
        }
      }
    }
  }

  @Test
  void shouldShareWithinAQuantumAndAJobAmongClassesAndFlows() {
    forEachSeed(
        SEEDS,
        seed -> {
          Busy busy = new Busy(new Random(seed));
          for (int i = 0; i < STARTS; i++) {
            busy.start();
            busy.check();
          }
        });
  }

  /** Leaves of an htb by name, and the rate of each. */
  private static HtbClassSpec htb(
      Random random, int depth, String name, double rate, Map<String, Double> rates) {
    List<HtbClassSpec> below = new ArrayList<>();
    if (depth < 4 && (depth == 1 || random.nextInt(3) > 0)) {
      double left = rate;
      for (int i = 1 + random.nextInt(3); i >= 0; i--) {
        double part = i == 0 ? left : left * (1 + random.nextInt(7)) / 10;
        left -= part;
        below.add(htb(random, depth + 1, name + i, part, rates));
      }
    } else {
      rates.put(name, rate);
    }
    double ceil = rate * (1 + random.nextInt(3));
    DisciplineSpec qdisc = below.isEmpty() ? new DisciplineSpec.Fifo() : null;
    return new HtbClassSpec(
        name, rate, ceil, BURST, BURST, random.nextInt(8), random.nextInt(4), 0, below, qdisc);
  }

  @Test
  void shouldGiveEachBusyLeafOfAnHtbItsRateWhateverItsPriority() {
    forEachSeed(
        HTB_SEEDS,
        seed -> {
          Random random = new Random(seed);
          Map<String, Double> rates = new HashMap<>();
          HtbClassSpec root = htb(random, 1, "h", 100, rates);
          TreeRig rig = new TreeRig(new DisciplineSpec.Htb(List.of(root), 10, false, 0));
          Map<String, Integer> served = new HashMap<>();
          long order = 0;
          for (String leaf : rates.keySet()) {
            rig.enqueue(leaf, TestJob.of(++order, "f"));
            rig.enqueue(leaf, TestJob.of(++order, "f"));
          }
          while (rig.now < (FROM_SECONDS + SECONDS) * SECOND) {
            QueuedJob job = rig.start("");
            if (job == null) {
              rig.now = rig.tree.nextWakeupNanos();
              continue;
            }
            String leaf = rig.running.get(job.order()).leaf();
            rig.end(job.order());
            if (rig.now >= FROM_SECONDS * SECOND) {
              served.merge(leaf, 1, Integer::sum);
            }
            rig.enqueue(leaf, TestJob.of(++order, "f"));
          }
          rates.forEach(
              (leaf, rate) ->
                  assertThat(served.getOrDefault(leaf, 0))
                      .as("served of %s at a rate of %s", leaf, rate)
                      .isGreaterThanOrEqualTo((int) (rate * SECONDS - BURST) - 1));
        });
  }
}
