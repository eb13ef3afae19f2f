/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.fairness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.queue.QueueInfo;
import io.desaster.api.tree.TreeInfo;
import io.desaster.api.tree.TreeStats;
import io.desaster.api.tree.TreeStats.ClassStats;
import io.desaster.api.tree.TreeStats.FlowStats;
import io.desaster.core.command.ApplyTree;
import io.desaster.core.command.RenameQueue;
import io.desaster.core.command.RevertTree;
import io.desaster.core.scheduler.SchedulerRig;
import io.desaster.core.state.JobRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Shares, counts and waits in virtual time, where they are exact. */
class TreeStatisticsTest {
  private static final Offset<Double> EXACT = within(1e-9);
  private static final Offset<Double> TWO_PERCENT = within(0.02);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static final String SLOTS =
      "{'kind':'htb','charge':'run','classes':[{'id':'work','rate':4,'burst':8,'classes':["
          + "{'id':'big','rate':3,'ceil':4,'burst':4},"
          + "{'id':'default','rate':1,'ceil':4,'burst':4}]}]}";
  private static final String STARTS =
      "{'kind':'htb','classes':[{'id':'work','rate':4,'burst':4,'ceil':4,'cburst':4,'classes':["
          + "{'id':'a','rate':2,'burst':2,'ceil':4,'cburst':4},"
          + "{'id':'default','rate':1,'burst':1,'ceil':4,'cburst':4}]}]}";

  private final SchedulerRig rig = SchedulerRig.withSlots(4);

  private void apply(String tree) {
    rig.<TreeInfo>ask(
        reply ->
            new ApplyTree(
                "shell", tree.replace('\'', '"'), false, OptionalLong.empty(), "ada", reply));
  }

  private void revert(long version) {
    rig.<TreeInfo>ask(reply -> new RevertTree("shell", version, "ada", reply));
  }

  private JobId submit(String queue) {
    return submit(queue, "");
  }

  private JobId submit(String queue, String flow) {
    return rig.submit(JobSpec.shell("true").queue(queue).flow(flow));
  }

  private void submit(String queue, String flow, int count) {
    for (int i = 0; i < count; i++) {
      submit(queue, flow);
    }
  }

  private List<JobId> running() {
    return rig.started().stream().filter(id -> rig.stateOf(id) == JobState.RUNNING).toList();
  }

  /** Each running job is over after a second, for so many seconds. */
  private void runJobsOfASecond(int seconds) {
    for (int i = 0; i < seconds; i++) {
      List<JobId> now = new ArrayList<>(running());
      rig.pass(Duration.ofSeconds(1));
      now.forEach(rig::succeed);
    }
  }

  private long oldest(int queueId) {
    long[] oldest = {0};
    rig.state()
        .forEachJob(
            job -> {
              if (job.queueId() == queueId && job.state() == JobState.QUEUED) {
                oldest[0] = oldest[0] == 0 ? job.at() : Math.min(oldest[0], job.at());
              }
            });
    return oldest[0];
  }

  private TreeStatistics.Source source() {
    return new TreeStatistics.Source(
        rig.state(),
        rig.committed().trees(),
        rig.committed().meters(),
        this::oldest,
        id -> rig.committed().experience().medianErrorRatio(id));
  }

  private TreeStats stats(Duration window, int flows) {
    return TreeStatistics.read(source(), "shell", window, flows, rig.now().toEpochMilli()).reckon();
  }

  private ClassStats of(String name) {
    return of(name, MINUTE);
  }

  private ClassStats of(String name, Duration window) {
    TreeStats stats = stats(window, 3);
    return stats.classes().stream()
        .filter(one -> one.info().name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not in " + stats));
  }

  // What is used.

  @Test
  void shouldMeasureSlotsToTheNanosecondAlsoOfWhatRunsNow() {
    apply(SLOTS);
    JobId first = submit("big");
    submit("big");
    rig.pass(Duration.ofSeconds(4));
    rig.succeed(first);
    rig.pass(Duration.ofMillis(4_500));

    assertThat(stats(MINUTE, 0).window()).isEqualTo(Duration.ofMillis(8_500));
    assertThat(of("big").share().used()).isCloseTo((8 + 4.5) / 8.5, EXACT);
    assertThat(of("big").share().unit()).isEqualTo("slots");
    assertThat(of("work").share().used()).isCloseTo((8 + 4.5) / 8.5, EXACT);
    assertThat(of("big").share().usedPart()).isCloseTo((8 + 4.5) / 8.5 / 4, EXACT);
    // The first second of the window had two.
    assertThat(of("big", Duration.ofSeconds(5)).share().used()).isCloseTo(6.5 / 5.5, EXACT);

    rig.pass(Duration.ofSeconds(40));

    assertThat(of("big", Duration.ofSeconds(10)).share().used()).isCloseTo(1, EXACT);
    assertThat(of("big").share().used()).isCloseTo(52.5 / 48.5, EXACT);
  }

  @Test
  void shouldForgetWhatWasBeforeTheWindow() {
    apply(SLOTS);
    submit("big");
    rig.pass(Duration.ofSeconds(30));
    rig.succeed(running().get(0));
    rig.pass(Duration.ofSeconds(90));

    assertThat(of("big").share().used()).isZero();
    assertThat(of("big", Duration.ofMinutes(10)).share().used()).isCloseTo(30 / 120.0, EXACT);

    rig.pass(Duration.ofMinutes(9));

    // Longer windows begin with a span of ten seconds: 600 s ago twenty of the thirty were over.
    assertThat(stats(Duration.ofMinutes(10), 0).window()).isEqualTo(Duration.ofMinutes(10));
    assertThat(of("big", Duration.ofMinutes(10)).share().used()).isZero();
  }

  @Test
  void shouldMeasureCostOfStartsWhereTheTreeCountsCost() {
    rig.submit(JobSpec.shell("true").queue("a").cost(3));
    rig.submit(JobSpec.shell("true").queue("b").cost(1));
    rig.pass(Duration.ofSeconds(2));

    assertThat(of("a").share().unit()).isEqualTo("cost/s");
    assertThat(of("a").share().used()).isCloseTo(1.5, EXACT);
    assertThat(of("a").share().usedPart()).isCloseTo(0.75, EXACT);
    assertThat(of("b").share().usedPart()).isCloseTo(0.25, EXACT);
    assertThat(of("default").share().usedPart()).isCloseTo(1, EXACT);
  }

  @Test
  void shouldChargeNothingForAnAttemptThatNeverBegan() {
    JobId job = submit("a");
    rig.pass(Duration.ofSeconds(1));
    rig.pause("a");
    rig.restart(true);

    assertThat(rig.stateOf(job)).isEqualTo(JobState.QUEUED);
    assertThat(of("a").share().used()).isZero();
  }

  // What they are entitled to.

  @Test
  void shouldFindASaturatedTreeFair() {
    apply(SLOTS);
    submit("big", "", 400);
    submit("other", "", 400);
    runJobsOfASecond(90);

    assertThat(of("big").share().guaranteed()).isCloseTo(3, EXACT);
    assertThat(of("big").share().entitled()).isCloseTo(3, EXACT);
    assertThat(of("big").share().used()).isCloseTo(3, within(0.06));
    assertThat(of("big").share().ratio()).isCloseTo(1, TWO_PERCENT);
    assertThat(of("default").share().ratio()).isCloseTo(1, TWO_PERCENT);
    assertThat(of("work").share().entitledPart()).isCloseTo(1, EXACT);
    assertThat(of("work").share().usedPart()).isCloseTo(1, TWO_PERCENT);
    assertThat(of("default").share().entitledPart()).isCloseTo(0.25, EXACT);
  }

  @Test
  void shouldEntitleAClassToWhatItsIdleSiblingLeaves() {
    apply(SLOTS);
    submit("other", "", 400);
    runJobsOfASecond(60);

    ClassStats other = of("default");
    assertThat(other.share().guaranteed()).isCloseTo(1, EXACT);
    assertThat(other.share().entitled()).isCloseTo(4, EXACT);
    assertThat(other.share().used()).isCloseTo(4, within(0.08));
    // It is idle; if it were not, its own three would be its.
    assertThat(of("big").share().entitled()).isCloseTo(3, EXACT);
    assertThat(of("big").share().ratio()).isZero();
  }

  @Test
  void shouldShareByQuantaAmongThoseThatHaveJobs() {
    rig.create("a", "shell", "quantum", "3");
    rig.create("b", "shell", "quantum", "1");
    rig.create("c", "shell", "quantum", "4");
    submit("a", "", 300);
    submit("b", "", 300);
    runJobsOfASecond(61);

    assertThat(of("a").share().guaranteedPart()).isCloseTo(3 / 8.0, EXACT);
    assertThat(of("a").share().entitledPart()).isCloseTo(3 / 4.0, EXACT);
    assertThat(of("a").share().usedPart()).isCloseTo(3 / 4.0, TWO_PERCENT);
    assertThat(of("a").share().ratio()).isCloseTo(1, TWO_PERCENT);
    assertThat(of("c").share().entitledPart()).isCloseTo(1 / 2.0, EXACT);
    assertThat(of("c").share().usedPart()).isZero();
  }

  @Test
  void shouldNotEntitleOthersToWhatAPausedQueueDoesNotTake() {
    rig.create("a", "shell", "quantum", "1");
    rig.create("b", "shell", "quantum", "1");
    submit("a", "", 100);
    submit("b", "", 500);
    rig.pause("a");
    runJobsOfASecond(90);

    assertThat(of("a").info().queued()).isGreaterThan(90);
    assertThat(of("b").share().entitledPart()).isCloseTo(1, EXACT);
    assertThat(of("a").share().entitledPart()).isCloseTo(0.5, EXACT);
  }

  // Tokens.

  @Test
  void shouldCountWhoLentWhoBorrowedAndWhoWasStopped() {
    apply(STARTS);
    submit("a", "", 8);

    // Own tokens 2, 1, 0; then it owes, and the two that are left above lend twice: 1 and 0.
    TreeStats.Tokens a = of("a").tokens().orElseThrow();
    assertThat(rig.started()).hasSize(4);
    assertThat(a.lends()).isEqualTo(3);
    assertThat(a.borrows()).isEqualTo(1);
    assertThat(a.tokens()).isCloseTo(-1, EXACT);
    assertThat(a.burst()).isEqualTo(2);
    assertThat(a.ceilTokens()).isCloseTo(0, EXACT);
    TreeStats.Tokens work = of("work").tokens().orElseThrow();
    assertThat(work.lends()).isEqualTo(1);
    assertThat(work.borrows()).isZero();
    assertThat(work.tokens()).isCloseTo(0, EXACT);
    assertThat(work.overlimits()).isZero();

    running().forEach(rig::succeed);

    // One more from the ceil's zero, then it is used up.
    assertThat(rig.started()).hasSize(5);
    assertThat(of("a").tokens().orElseThrow().overlimits()).isEqualTo(1);
    assertThat(of("work").tokens().orElseThrow().overlimits()).isEqualTo(1);

    rig.pass(Duration.ofMillis(500));

    // Two came in at work and its ceil, one at a.
    assertThat(of("a").tokens().orElseThrow().borrows()).isGreaterThanOrEqualTo(2);
    assertThat(of("default").tokens().orElseThrow().lends()).isZero();
  }

  @Test
  void shouldTellTokensAsTheyWillBeWhenTheNextEventComes() {
    apply(SLOTS);
    submit("big", "", 3);
    rig.pass(Duration.ofMillis(7_300));

    // Nothing was committed for seven seconds; the steps of what runs are reckoned with.
    TreeStats.Tokens told = of("big").tokens().orElseThrow();
    TreeStats.Tokens above = of("work").tokens().orElseThrow();
    submit("big");
    TreeStats.Tokens after = of("big").tokens().orElseThrow();

    assertThat(told.tokens()).isCloseTo(after.tokens() + 1, EXACT);
    assertThat(told.tokens()).isLessThan(4);
    assertThat(above.tokens()).isCloseTo(of("work").tokens().orElseThrow().tokens() + 1, EXACT);
  }

  @Test
  void shouldCountHowOftenTheBucketOfATbfWasEmpty() {
    apply(
        "{'kind':'drr','classes':[{'id':'default'},"
            + "{'id':'api','qdisc':{'kind':'tbf','rate':1,'burst':1}}]}");
    submit("api", "", 4);

    assertThat(rig.started()).hasSize(2);
    TreeStats.Tokens api = of("api").tokens().orElseThrow();
    assertThat(api.overlimits()).isEqualTo(1);
    assertThat(api.tokens()).isCloseTo(-1, EXACT);
    assertThat(api.ceilTokens()).isNaN();

    rig.pass(Duration.ofSeconds(1));

    assertThat(of("api").tokens().orElseThrow().overlimits()).isEqualTo(2);
  }

  // Changes.

  @Test
  void shouldKeepUseAndCountsWhenTheTreeChangesAndIsReverted() {
    apply(STARTS);
    submit("a", "", 4);
    rig.pass(Duration.ofSeconds(2));
    apply(STARTS.replace("{'id':'a'", "{'id':'new','rate':1},{'id':'a'"));

    assertThat(of("a").tokens().orElseThrow().lends()).isEqualTo(3);
    assertThat(of("a").tokens().orElseThrow().borrows()).isEqualTo(1);
    assertThat(of("work").tokens().orElseThrow().lends()).isEqualTo(1);
    assertThat(of("a").share().used()).isCloseTo(2, EXACT);
    assertThat(of("work").share().used()).isCloseTo(2, EXACT);

    revert(0);

    assertThat(of("a").tokens()).isEmpty();
    assertThat(of("a").share().used()).isCloseTo(2, EXACT);
    assertThat(of("a").share().usedPart()).isCloseTo(1, EXACT);

    revert(1);

    assertThat(of("work").share().used()).isCloseTo(2, EXACT);
    assertThat(of("work").tokens().orElseThrow().lends()).isZero();
  }

  @Test
  void shouldFollowAQueueThatIsRenamedIntoAnotherClass() {
    apply(SLOTS);
    submit("mail");
    rig.pass(Duration.ofSeconds(10));
    assertThat(of("default").share().used()).isCloseTo(1, EXACT);

    rig.<QueueInfo>ask(reply -> new RenameQueue("mail", "big", reply));

    assertThat(of("big").share().used()).isCloseTo(1, EXACT);
    assertThat(of("default").share().used()).isZero();
    assertThat(of("work").share().used()).isCloseTo(1, EXACT);
  }

  @Test
  void shouldMeasureAJobThatIsMovedWhileItRunsWhereItIs() {
    apply(SLOTS);
    QueueInfo big = rig.create("big", "shell");
    JobId job = submit("mail", "ada");
    rig.pass(Duration.ofSeconds(6));
    JobRecord before = rig.state().job(job.high(), job.low());
    JobRecord after = before.inQueue(rig.state().queue(big.name()).record().id(), before.order());
    rig.pause("mail");
    rig.committed().meters().jobChanged(before, after);
    rig.pass(Duration.ofSeconds(4));

    assertThat(of("default").share().used()).isCloseTo(0.6, EXACT);
    assertThat(of("big").share().used()).isCloseTo(0.4, EXACT);
    assertThat(of("big").flows().get(0).share().used()).isCloseTo(0.4, EXACT);
    assertThat(of("big").waits().started()).isZero();
  }

  @Test
  void shouldCountTheWaitOfAJobThatIsMovedFromItsSubmissionOn() {
    apply(SLOTS);
    submit("other", "", 4);
    JobId job = submit("mail");
    rig.pass(Duration.ofSeconds(5));
    rig.create("big", "shell");
    rig.act(job, new JobAction.Move("big"));
    rig.pass(Duration.ofSeconds(3));
    assertThat(of("big").waits().oldestMillis()).isEqualTo(8_000);
    rig.succeed(running().get(0));

    assertThat((double) of("big").waits().p50Millis()).isCloseTo(8_000, within(8_000 / 16.0));
    assertThat(of("mail").waits().started()).isZero();
  }

  @Test
  void shouldMeasureOnAfterARestart() {
    apply(SLOTS);
    submit("big", "ada");
    submit("other", "", 9);
    rig.pass(Duration.ofSeconds(20));
    TreeStats.Tokens tokens = of("big").tokens().orElseThrow();

    rig.restartFromSnapshot();

    assertThat(of("big").tokens().orElseThrow().tokens()).isCloseTo(tokens.tokens(), EXACT);
    assertThat(of("big").share().entitled()).isCloseTo(3, EXACT);
    assertThat(of("big").tokens().orElseThrow().lends()).isZero();
    rig.pass(Duration.ofSeconds(20));
    assertThat(of("big", Duration.ofSeconds(10)).share().used()).isCloseTo(1, EXACT);
    assertThat(of("big", Duration.ofSeconds(10)).flows().get(0).share().used()).isCloseTo(1, EXACT);
  }

  // Waits.

  @Test
  void shouldTellWaitsOfQueuesAndOfTheClassesAboveThem() {
    apply(SLOTS);
    for (int i = 0; i < 4; i++) {
      submit("big");
    }
    submit("other", "", 2);
    rig.pass(Duration.ofSeconds(100));

    assertThat(of("big").waits().p99Millis()).isZero();
    assertThat(of("big").waits().started()).isEqualTo(4);
    assertThat(of("other").waits().p50Millis()).isEqualTo(-1);
    assertThat(of("other").waits().oldestMillis()).isEqualTo(100_000);
    assertThat(of("work").waits().oldestMillis()).isEqualTo(100_000);

    running().forEach(rig::succeed);

    long p50 = of("other").waits().p50Millis();
    assertThat((double) p50).isCloseTo(100_000, within(100_000 / 16.0));
    assertThat(of("work").waits().started()).isEqualTo(6);
    assertThat(of("work").waits().p50Millis()).isZero();
    assertThat(of("work").waits().p90Millis()).isEqualTo(p50);
    assertThat(of("work").waits().oldestMillis()).isZero();
    assertThat(of("work").totals().started()).isEqualTo(6);
    assertThat(of("work").totals().waitMillis()).isEqualTo(200_000);
    assertThat(of("big").totals().ended()).isEqualTo(4);
    assertThat(of("work").totals().runMillis()).isEqualTo(400_000);
    assertThat(of("work").totals().etaErrorRatio()).isNaN();

    rig.pass(Duration.ofMinutes(11));

    assertThat(of("work").waits().started()).isZero();
  }

  // Flows.

  @Test
  void shouldTellTheFlowsThatUseMostAndThoseThatWait() {
    rig.create("mail", "shell", "discipline", "wfq weight.acme=2");
    submit("mail", "acme", 200);
    submit("mail", "bond", 200);
    submit("mail", "cole", 1);
    submit("mail", "dora", 1);
    runJobsOfASecond(60);

    List<FlowStats> flows = of("mail").flows();
    assertThat(flows.stream().map(FlowStats::name)).startsWith("acme", "bond").hasSize(3);
    FlowStats acme = flows.get(0);
    assertThat(acme.share().unit()).isEqualTo("cost/s");
    assertThat(acme.queued()).isGreaterThan(20);
    assertThat(acme.share().entitledPart()).isCloseTo(2 / 3.0, TWO_PERCENT);
    assertThat(acme.share().usedPart()).isCloseTo(2 / 3.0, TWO_PERCENT);
    assertThat(acme.share().ratio()).isCloseTo(1, TWO_PERCENT);
    assertThat(flows.get(1).share().ratio()).isCloseTo(1, within(0.03));
  }

  @Test
  void shouldForgetFlowsThatEnded() {
    rig.create("mail", "shell", "discipline", "sfq flow-max-running=1");
    submit("mail", "acme", 2);
    submit("mail", "bond", 1);

    FlowStats acme = of("mail").flows().get(0);
    assertThat(acme.name()).isEqualTo("acme");
    assertThat(acme.queued()).isEqualTo(1);
    assertThat(acme.running()).isEqualTo(1);
    assertThat(acme.maxRunning()).isEqualTo(1);

    runJobsOfASecond(2);
    assertThat(of("mail").flows()).hasSize(2);
    rig.pass(Duration.ofSeconds(70));

    assertThat(of("mail").flows()).isEmpty();
    assertThat(of("mail", Duration.ofMinutes(10)).flows()).hasSize(2);
  }

  @Test
  void shouldTellFlowsByUseWhereTheDisciplineDoesNotKnowThem() {
    submit("mail", "acme", 6);
    rig.pass(Duration.ofSeconds(1));

    FlowStats acme = of("mail").flows().get(0);
    assertThat(acme.queued()).isEqualTo(-1);
    assertThat(acme.running()).isEqualTo(4);
    assertThat(acme.share().used()).isCloseTo(4, EXACT);
  }

  @Test
  void shouldRefuseAWindowThatIsNotKept() {
    assertThatThrownBy(() -> stats(Duration.ofMinutes(11), 0))
        .hasMessage("the window must be 1s to 600s in whole seconds, not 660000ms");
    assertThatThrownBy(() -> stats(MINUTE, 1001))
        .hasMessage("flows must be a number from 0 to 1000, not 1001");
  }

  @Test
  void shouldTellOfAKindOfWhichNothingIsKnown() {
    TreeStats stats =
        TreeStatistics.read(source(), "nosuch", MINUTE, 3, rig.now().toEpochMilli()).reckon();

    assertThat(stats.classes()).hasSize(1);
    assertThat(stats.classes().get(0).share().used()).isZero();
  }

  @Test
  void shouldTellOfAClassTheJobThatWaitsLongestAndTheNinthDecile() {
    apply(SLOTS);
    submit("big", "", 4);
    submit("other");
    rig.pass(Duration.ofSeconds(100));
    submit("big", "", 16);
    rig.pass(Duration.ofSeconds(10));

    assertThat(of("big").waits().oldestMillis()).isEqualTo(10_000);
    assertThat(of("work").waits().oldestMillis()).isEqualTo(110_000);

    runJobsOfASecond(45);

    // One of twenty-one waited for 110 s.
    assertThat(of("work").waits().started()).isEqualTo(21);
    assertThat(of("work").waits().p90Millis()).isBetween(9_000L, 60_000L);
    assertThat(of("work").waits().p99Millis()).isGreaterThan(100_000);
  }

  @Test
  void shouldTellHowFarPredictionsWereOffAlsoOfALeafOfAnHtb() {
    apply(SLOTS);
    submit("big");
    TreeStatistics.Source source =
        new TreeStatistics.Source(
            rig.state(),
            rig.committed().trees(),
            rig.committed().meters(),
            this::oldest,
            id -> 0.25);

    TreeStats stats =
        TreeStatistics.read(source, "shell", MINUTE, 3, rig.now().toEpochMilli()).reckon();

    assertThat(stats.classes())
        .filteredOn(one -> one.info().name().equals("big"))
        .extracting(one -> one.totals().etaErrorRatio())
        .containsExactly(0.25);
  }

  @Test
  void shouldTellNoFlowsWhereNoJobHasOne() {
    rig.create("mail", "shell", "discipline", "sfq");
    submit("mail", "", 6);
    rig.pass(Duration.ofSeconds(1));

    assertThat(of("mail").flows()).isEmpty();
  }

  @Test
  void shouldTellTheFlowsWithTheMostJobsWaiting() {
    rig.create("mail", "shell", "discipline", "sfq");
    for (int i = 1; i <= 9; i++) {
      submit("mail", "f" + i, i == 7 ? 50 : 5);
    }

    assertThat(of("mail").flows()).extracting(FlowStats::name).contains("f7");
  }

  @Test
  void shouldEntitleOthersToWhatAFlowAtItsLimitDoesNotTake() {
    rig.create("mail", "shell", "discipline", "sfq flow-max-running=1");
    JobId long1 = submit("mail", "acme");
    submit("mail", "acme", 5);
    submit("mail", "bond", 40);
    for (int i = 0; i < 30; i++) {
      List<JobId> now = new ArrayList<>(running());
      now.remove(long1);
      rig.pass(Duration.ofSeconds(1));
      now.forEach(rig::succeed);
    }

    FlowStats bond = of("mail").flows().get(0);
    assertThat(bond.name()).isEqualTo("bond");
    assertThat(bond.share().entitledPart()).isCloseTo(31 / 32.0, EXACT);
  }
}
