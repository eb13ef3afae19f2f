/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.spi.QueuedJob;
import io.desaster.api.spi.Usage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WfqTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void shouldShareByWeightWithinOneJob() {
    for (long seed = 1; seed <= 20; seed++) {
      Random random = new Random(seed);
      Map<String, Double> weights = new HashMap<>();
      for (int i = 0; i < 5; i++) {
        weights.put("f" + i, 0.5 + random.nextInt(6));
      }
      TreeRig rig = new TreeRig(new DisciplineSpec.Wfq(weights, false, 0, 0));
      for (int i = 1; i <= 5_000; i++) {
        rig.enqueue("", TestJob.of(i, "f" + i % 5).costing(1 + random.nextInt(5)));
      }
      Map<String, Double> served = new HashMap<>();
      for (int i = 0; i < 500; i++) {
        QueuedJob job = rig.start("");
        served.merge(job.flow(), job.cost() / weights.get(job.flow()), Double::sum);
        for (String one : weights.keySet()) {
          for (String other : weights.keySet()) {
            double ahead = served.getOrDefault(one, 0.0) - served.getOrDefault(other, 0.0);
            assertThat(ahead)
                .isLessThanOrEqualTo(5 / weights.get(one) + 5 / weights.get(other) + 1e-9);
          }
        }
      }
    }
  }

  @Test
  void shouldSaveNoCreditForAFlowThatComesBack() {
    TreeRig rig = new TreeRig(new DisciplineSpec.Wfq(Map.of(), false, 0, 0));
    rig.enqueue("", TestJob.of(1, "guest"));
    for (int i = 2; i <= 400; i++) {
      rig.enqueue("", TestJob.of(i, "host"));
    }
    for (int i = 0; i < 200; i++) {
      rig.start("");
    }
    for (int i = 1_000; i < 1_100; i++) {
      rig.enqueue("", TestJob.of(i, "guest"));
    }
    int ofGuest = 0;
    for (int i = 0; i < 20; i++) {
      ofGuest += rig.start("").flow().equals("guest") ? 1 : 0;
    }
    assertThat(ofGuest).isBetween(10, 11);
  }

  @Test
  void shouldLeaveTheAccountsOfOthersAloneWhenAJobEndsThatWasNotStartedHere() {
    DisciplineSpec.Wfq spec = new DisciplineSpec.Wfq(Map.of(), true, SECOND, 0);
    Wfq wfq = (Wfq) new Disciplines().leaf(spec);
    wfq.enqueue(TestJob.of(1, "a"), 0);
    wfq.started(TestJob.of(1, "a"), 0);
    Usage before = wfq.usage();
    wfq.ended(TestJob.of(2, "a"), SECOND / 2, SECOND / 2);
    assertThat(wfq.usage()).isEqualTo(before);
  }

  @Test
  void shouldCountWhatARunningJobUsesBeyondItsEstimate() {
    TreeRig rig = new TreeRig(new DisciplineSpec.Wfq(Map.of(), true, SECOND / 100, 0));
    for (int i = 1; i <= 100; i++) {
      rig.enqueue("", TestJob.of(i, i % 2 == 0 ? "slow" : "quick"));
    }
    assertThat(rig.start("").flow()).isEqualTo("quick");
    rig.end(1);
    assertThat(rig.start("").flow()).isEqualTo("slow");
    // The slow one runs on; whatever comes free is the other's until it has used as much.
    for (int i = 0; i < 40; i++) {
      rig.now += SECOND / 100;
      QueuedJob job = rig.start("");
      assertThat(job.flow()).isEqualTo("quick");
      rig.now += SECOND / 100;
      rig.end(job.order());
    }
  }

  @Test
  void shouldChargeInTheEndWhatAJobReallyTook() {
    DisciplineSpec wfq = new DisciplineSpec.Wfq(Map.of(), true, SECOND, 0);
    DisciplineSpec.HtbClassSpec quick = slots("quick", 1, new DisciplineSpec.Fifo());
    DisciplineSpec.HtbClassSpec slow = slots("slow", 1, new DisciplineSpec.Fifo());
    DisciplineSpec htb = new DisciplineSpec.Htb(List.of(quick, slow), 10, true, SECOND);
    for (DisciplineSpec spec : List.of(wfq, htb)) {
      TreeRig rig = new TreeRig(spec);
      Map<String, Long> used = new HashMap<>();
      for (int i = 1; i <= 200; i++) {
        String name = i % 2 == 0 ? "slow" : "quick";
        rig.enqueue(spec == wfq ? "" : name, TestJob.of(i, name));
      }
      // One slot: 1 ms jobs against 300 ms jobs, both guessed to take a second.
      while (rig.now < 40 * SECOND) {
        QueuedJob job = rig.start("");
        if (job == null) {
          rig.now = rig.tree.nextWakeupNanos();
          continue;
        }
        long ran = job.flow().equals("slow") ? 300 * SECOND / 1000 : SECOND / 1000;
        rig.now += ran;
        used.merge(job.flow(), ran, Long::sum);
        rig.end(job.order());
        rig.enqueue(spec == wfq ? "" : job.flow(), TestJob.of(job.order() + 100_000, job.flow()));
      }
      double share = used.get("slow") / (double) (used.get("slow") + used.get("quick"));
      assertThat(share).as(spec.toString()).isBetween(0.48, 0.52);
    }
  }

  private static DisciplineSpec.HtbClassSpec slots(String name, double rate, DisciplineSpec qdisc) {
    return new DisciplineSpec.HtbClassSpec(
        name, rate / 2, rate / 2, 1, 1, 0, 0, 0, List.of(), qdisc);
  }

  @Test
  void shouldForgetFlowsThatOweNothingOrLittle() {
    TreeRig rig = new TreeRig(new DisciplineSpec.Wfq(Map.of(), false, 0, 0));
    for (int i = 1; i <= 12_000; i++) {
      rig.enqueue("", TestJob.of(i, "f" + i));
      if (i > 1) {
        rig.end(rig.start("").order());
      }
    }
    assertThat(rig.tree.usage().classes().get("").usage().accounts()).hasSizeLessThan(10_005);
  }

  @Test
  void shouldBoundTheRunningJobsOfAFlow() {
    for (DisciplineSpec spec :
        List.of(
            new DisciplineSpec.Wfq(Map.of(), false, 0, 2),
            new DisciplineSpec.Sfq(16, 1, 0, 2, 0))) {
      TreeRig rig = new TreeRig(spec);
      for (int i = 1; i <= 10; i++) {
        rig.enqueue("", TestJob.of(i, i == 10 ? "other" : "greedy"));
      }
      Map<String, Integer> running = new HashMap<>();
      for (int i = 0; i < 3; i++) {
        running.merge(rig.start("").flow(), 1, Integer::sum);
      }
      assertThat(running).isEqualTo(Map.of("greedy", 2, "other", 1));
      assertThat(rig.start("")).isNull();
      rig.rebuild();
      assertThat(rig.start("")).isNull();
      rig.end(
          rig.running.values().stream()
              .filter(r -> r.job().flow().equals("greedy"))
              .findAny()
              .orElseThrow()
              .job()
              .order());
      assertThat(rig.start("").flow()).isEqualTo("greedy");
      assertThat(rig.start("")).isNull();
    }
  }
}
