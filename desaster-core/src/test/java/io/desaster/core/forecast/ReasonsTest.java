/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.tree.TreeInfo;
import io.desaster.core.command.ApplyTree;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.query.CommittedCopy;
import io.desaster.core.query.FinishedArchive;
import io.desaster.core.scheduler.SchedulerRig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What {@code EXPLAIN} names of classes that may not start a job now. */
class ReasonsTest {
  private final SchedulerRig rig = SchedulerRig.withSlots(8);

  private static CommittedCopy copy(SchedulerRig rig) {
    return new CommittedCopy(
        rig.committed(),
        new FinishedArchive(null, error -> {}),
        null,
        Runnable::run,
        Runnable::run);
  }

  private void tree(String text) {
    rig.<TreeInfo>ask(
        reply ->
            new ApplyTree(
                "shell", text.replace('\'', '"'), false, OptionalLong.empty(), "ada", reply));
  }

  private JobId submit(String queue, String flow) {
    return rig.submit(
        JobSpec.shell("true").queue(queue).flow(flow).estimate(Duration.ofMinutes(1)));
  }

  private List<String> reasons(JobId id) {
    return reasons(rig, id);
  }

  private static List<String> reasons(SchedulerRig rig, JobId id) {
    Forecaster forecaster =
        new Forecaster(
            copy(rig),
            Map.of(),
            new Disciplines(),
            Runnable::run,
            () -> rig.now().toEpochMilli(),
            () -> rig.now().toEpochMilli());
    return forecaster
        .reasons(new Forecaster.Asked("shell", rig.state().job(id.high(), id.low())))
        .join();
  }

  private static String at(long seconds) {
    return SchedulerRig.START.plusSeconds(seconds).toString();
  }

  @Test
  void shouldNameTheRateOfABucketAndWhenItGives() {
    tree(
        "{'kind':'drr','classes':[{'id':'api',"
            + "'qdisc':{'kind':'tbf','rate':0.5,'burst':1,'qdisc':{'kind':'fifo'}}},"
            + "{'id':'default'}]}");
    // A bucket gives as long as it is not negative.
    submit("api", "");
    submit("api", "");

    assertThat(reasons(submit("api", "")))
        .containsExactly("class api has used up its rate of 0.5 until " + at(2));
  }

  @Test
  void shouldNameTheCeilOfAClassAndOfThoseAboveIt() {
    tree(
        "{'kind':'htb','classes':[{'id':'all','rate':1,'ceil':1,'burst':1,'cburst':1,"
            + "'classes':[{'id':'a','rate':0.25,'ceil':0.25,'burst':1,'cburst':1},"
            + "{'id':'default','rate':0.5,'ceil':1,'burst':1,'cburst':1}]}]}");
    submit("a", "");
    submit("a", "");
    JobId over = submit("a", "");
    JobId other = submit("default", "");

    assertThat(reasons(over))
        .containsExactly(
            "class a has used up its ceil of 0.25 until " + at(4),
            "class all has used up its ceil of 1 until " + at(1),
            "class a has used up its rate of 0.25 until "
                + at(4)
                + ", and no class above it can lend");
    assertThat(reasons(other))
        .containsExactly("class all has used up its ceil of 1 until " + at(1));
  }

  @Test
  void shouldNameTheRateWhenNobodyCanLend() {
    tree(
        "{'kind':'htb','classes':[{'id':'all','rate':1,'ceil':10,'burst':1,'cburst':10,"
            + "'classes':[{'id':'a','rate':0.5,'ceil':10,'burst':1,'cburst':10},"
            + "{'id':'default','rate':0.5,'ceil':10,'burst':1,'cburst':10}]}]}");
    submit("a", "");
    submit("a", "");
    JobId third = submit("a", "");

    assertThat(reasons(third))
        .isNotEmpty()
        .allMatch(line -> line.contains("no class above it can lend"))
        .anyMatch(line -> line.startsWith("class a has used up its rate of 0.5 until "));
  }

  @Test
  void shouldNameTheFlowThatRunsAsManyAsItMay() {
    tree(
        "{'kind':'drr','classes':[{'id':'m','qdisc':{'kind':'sfq','flow_max_running':1}},"
            + "{'id':'default'}]}");
    submit("m", "user17");

    assertThat(reasons(submit("m", "user17")))
        .containsExactly("flow user17 of queue m runs as many jobs at once as it may");
  }

  @Test
  void shouldNameThreeWhoHaveTheSlotsAndCountMore() {
    SchedulerRig three = SchedulerRig.withSlots(3);
    List<JobId> ids = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      ids.add(three.submit(JobSpec.shell("true").queue("a").estimate(Duration.ofMinutes(1))));
    }
    for (int i = 0; i < 9; i++) {
      submit("a", "");
    }
    JobId last = submit("b", "");

    assertThat(reasons(three, ids.get(3)))
        .containsExactly(
            "3 slots it may have, all taken by jobs "
                + ids.get(0)
                + " of queue a, "
                + ids.get(1)
                + " of queue a, "
                + ids.get(2)
                + " of queue a");
    assertThat(reasons(last)).containsExactly("8 slots it may have, all taken 8 by queue a");
  }

  @Test
  void shouldNotNameALimitThatIsNotUsedUp() {
    rig.submit(JobSpec.shell("true").queue("a").limit("api:2"));
    rig.create("b", "shell");
    rig.pause("b");
    JobId waiting = rig.submit(JobSpec.shell("true").queue("b").limit("api:2"));
    assertThat(reasons(waiting)).noneMatch(line -> line.contains("api:2"));

    JobId other = rig.submit(JobSpec.shell("true").queue("a").limit("api:2"));

    assertThat(reasons(waiting))
        .anyMatch(
            line ->
                line.startsWith("limit api:2 is used up by jobs ")
                    && line.contains(other.toString()));
  }
}
