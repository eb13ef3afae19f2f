/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.CancelMode;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.Outcome;
import io.desaster.api.tree.TreeInfo;
import io.desaster.core.command.ApplyTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What trees remember outlives the process, and does not depend on what the host's clock says. */
class UsageSurvivesTest {
  private static final String TURNS =
      "{'kind':'drr','classes':[{'id':'a','quantum':3,'qdisc':{'kind':'wfq','charge':'run'}},"
          + "{'id':'b','qdisc':{'kind':'tbf','rate':2,'burst':3,'qdisc':{'kind':'sfq'}}},"
          + "{'id':'default','qdisc':{'kind':'edf'}}]}";
  private static final String SHARES =
      "{'kind':'htb','charge':'run','est_ms':700,'classes':["
          + "{'id':'a','rate':1,'ceil':3,'burst':2},"
          + "{'id':'rest','rate':2,'ceil':3,'classes':["
          + "{'id':'b','rate':1,'ceil':2,'qdisc':{'kind':'sfq','quantum':2}},"
          + "{'id':'default','rate':1,'ceil':3,'prio':1,'qdisc':{'kind':'wfq'}}]}]}";
  private static final String STARTS =
      "{'kind':'htb','classes':[{'id':'a','rate':4,'ceil':9,'burst':5},"
          + "{'id':'b','rate':2,'ceil':3},{'id':'default','rate':1,'ceil':9}]}";
  private static final String LIMIT =
      "{'kind':'drr','classes':[{'id':'default'},"
          + "{'id':'api','qdisc':{'kind':'tbf','rate':1,'burst':2,'qdisc':{'kind':'fifo'}}}]}";

  private static void apply(SchedulerRig rig, String tree) {
    rig.<TreeInfo>ask(
        reply ->
            new ApplyTree(
                "shell", tree.replace('\'', '"'), false, OptionalLong.empty(), "ada", reply));
  }

  private static void submit(SchedulerRig rig, JobId id, String queue, String flow, double cost) {
    rig.submit(JobSpec.shell("true").id(id).queue(queue).flow(flow).cost(cost));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void shouldStartTheSameJobsInTheSameOrderAsOneThatNeverDied(long seed) {
    Random random = new Random(seed);
    SchedulerRig steady = SchedulerRig.withSlots(3);
    SchedulerRig mortal = SchedulerRig.withSlots(3);
    List<SchedulerRig> both = List.of(steady, mortal);
    List<String> trees = List.of(TURNS, SHARES, STARTS);
    String first = trees.get(random.nextInt(3));
    both.forEach(rig -> apply(rig, first));
    for (int step = 0; step < 300; step++) {
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3 -> {
          JobId id = JobId.parse("job-" + step);
          String queue = List.of("a", "b", "c", "d").get(random.nextInt(4));
          String flow = "f" + random.nextInt(3);
          double cost = 1 + random.nextInt(4);
          both.forEach(rig -> submit(rig, id, queue, flow, cost));
        }
        case 4, 5, 6 -> {
          List<JobId> running = running(steady);
          if (!running.isEmpty()) {
            JobId id = running.get(random.nextInt(running.size()));
            both.forEach(rig -> rig.succeed(id));
          }
        }
        case 7 -> {
          List<JobId> running = running(steady);
          if (!running.isEmpty() && random.nextInt(3) == 0) {
            JobId id = running.get(random.nextInt(running.size()));
            both.forEach(rig -> rig.restartWithout(id));
          }
        }
        case 8 -> {
          Duration length = Duration.ofMillis(random.nextInt(900));
          both.forEach(rig -> rig.pass(length));
        }
        default -> {
          if (random.nextInt(4) == 0) {
            String other = trees.get(random.nextInt(3));
            both.forEach(rig -> apply(rig, other));
          } else if (random.nextBoolean()) {
            mortal.restart();
          } else {
            mortal.restartFromSnapshot();
          }
        }
      }
      assertThat(mortal.started()).as("step %s", step).isEqualTo(steady.started());
      SameUsage.require(mortal.insides().usages(), steady.insides().usages());
    }
    assertThat(steady.started()).hasSizeGreaterThan(30);
  }

  private static List<JobId> running(SchedulerRig rig) {
    List<JobId> running = new ArrayList<>(rig.started());
    running.removeIf(id -> rig.order(id) == null);
    return running;
  }

  private static SchedulerRig limited() {
    SchedulerRig rig = SchedulerRig.withSlots(50);
    apply(rig, LIMIT);
    for (int i = 0; i < 20; i++) {
      submit(rig, JobId.parse("call-" + i), "api", "", 1);
    }
    return rig;
  }

  @Test
  void shouldGiveTheTokensOfAJobBackWhoseOrderWasLost() {
    SchedulerRig rig = limited();
    assertThat(rig.started()).hasSize(3);
    JobId lost = rig.started().get(2);

    rig.restartWithout(lost);

    assertThat(rig.started().subList(3, rig.started().size())).containsExactly(lost);
    rig.pass(Duration.ofMillis(1_100));
    assertThat(rig.started()).hasSize(5);
  }

  @Test
  void shouldGiveTheTokensOfACancelledJobBackWhoseOrderWasLost() {
    SchedulerRig rig = limited();
    JobId lost = rig.started().get(2);
    rig.cancel(lost, CancelMode.NEVER);

    rig.restartWithout(lost);

    assertThat(rig.started()).hasSize(4);
  }

  @Test
  void shouldGiveTheTokensOfAJobBackThatCouldNotBeStarted() {
    SchedulerRig rig = limited();
    assertThat(rig.started()).hasSize(3);

    rig.end(rig.started().get(2), Outcome.NOT_STARTED, -1);

    assertThat(rig.started()).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(longs = {3600, -3600, 0})
  void shouldFillBucketsByTimeNotByTheClockOnTheWall(long setBySeconds) {
    SchedulerRig rig = limited();
    rig.pass(Duration.ofSeconds(3));
    final int before = rig.started().size();

    rig.setClock(Duration.ofSeconds(setBySeconds));
    rig.pass(Duration.ofMillis(1));
    final int at = rig.started().size();
    rig.pass(Duration.ofSeconds(5));

    assertThat(at).isEqualTo(before);
    assertThat(rig.started()).hasSize(before + 5);
  }

  @Test
  void shouldKeepADebtInFullThroughARestart() {
    SchedulerRig rig = SchedulerRig.withSlots(50);
    apply(rig, LIMIT);
    submit(rig, JobId.parse("dear"), "api", "", 12);
    submit(rig, JobId.parse("next"), "api", "", 1);
    rig.pass(Duration.ofSeconds(4));
    rig.restartFromSnapshot();

    rig.pass(Duration.ofMillis(5_900));
    assertThat(rig.started()).hasSize(1);
    rig.pass(Duration.ofMillis(200));
    assertThat(rig.started()).hasSize(2);
  }
}
