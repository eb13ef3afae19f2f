/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import static io.desaster.core.command.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.queue.QueueInfo;
import io.desaster.api.tree.TreeInfo;
import io.desaster.api.tree.TreeVersion;
import io.desaster.core.discipline.TreeViews;
import io.desaster.core.scheduler.SchedulerRig;
import io.desaster.core.state.JobRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TreeCommandsTest {
  private static final String OPS_FIRST =
      "{'kind':'prio','bands':[{'id':'ops'},{'id':'default'},{'id':'batch'}]}";
  private static final String TENANTS =
      "{'kind':'htb','charge':'run','classes':["
          + "{'id':'ops','rate':'25 %','ceil':'100 %'},"
          + "{'id':'work','rate':3,'ceil':4,'classes':["
          + "{'id':'batch','rate':2,'ceil':4,'qdisc':{'kind':'sfq'}},"
          + "{'id':'default','rate':1,'ceil':2}]}]}";
  private static final String TURNS =
      "{'kind':'drr','classes':[{'id':'batch','quantum':3,'qdisc':{'kind':'wfq'}},"
          + "{'id':'api','qdisc':{'kind':'tbf','rate':2,'qdisc':{'kind':'edf'}}},"
          + "{'id':'default','qdisc':{'kind':'sfq'}}]}";

  private final SchedulerRig rig = SchedulerRig.withSlots(4);

  private TreeInfo apply(String text) {
    return apply(text, false, OptionalLong.empty());
  }

  private TreeInfo apply(String text, boolean dryRun, OptionalLong expected) {
    String json = text.replace('\'', '"');
    return rig.ask(reply -> new ApplyTree("shell", json, dryRun, expected, "ada", reply));
  }

  private TreeInfo revert(long version) {
    return rig.ask(reply -> new RevertTree("shell", version, "bob", reply));
  }

  private TreeInfo shown() {
    return TreeViews.of(rig.state(), "shell");
  }

  private TreeInfo.ClassInfo shown(String name) {
    return shown().classes().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not in " + shown()));
  }

  private JobId submit(String queue) {
    return rig.submit(JobSpec.shell("true").queue(queue).flow(queue));
  }

  private List<JobId> submit(String queue, int count) {
    List<JobId> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(submit(queue));
    }
    return ids;
  }

  private JobId lastStarted() {
    return rig.started().get(rig.started().size() - 1);
  }

  private List<JobId> running() {
    return rig.started().stream().filter(id -> rig.stateOf(id) == JobState.RUNNING).toList();
  }

  private void finishAll() {
    for (List<JobId> now = running(); !now.isEmpty(); now = running()) {
      now.forEach(rig::succeed);
      rig.pass(Duration.ofSeconds(1));
    }
  }

  // Apply.

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldNeitherLoseNorDoubleNorReorderJobsWhenTheTreeChangesWhileFull(long seed) {
    Random random = new Random(seed);
    List<String> queues = List.of("ops", "batch", "api", "mail", "default", "work");
    List<String> trees = List.of(OPS_FIRST, TENANTS, TURNS, TreeVersion.UNCONFIGURED);
    Map<String, List<JobId>> submitted = new LinkedHashMap<>();
    for (int step = 0; step < 150; step++) {
      String queue = queues.get(random.nextInt(queues.size()));
      submitted.computeIfAbsent(queue, q -> new ArrayList<>()).add(submit(queue));
      switch (random.nextInt(8)) {
        case 0, 1 -> apply(trees.get(random.nextInt(trees.size())));
        case 2 -> rig.announce(SchedulerRig.NODE, 4 + random.nextInt(3));
        case 3 -> {
          // The rig's ids depend on the time only.
          rig.pass(Duration.ofMillis(random.nextInt(500) + 1));
          rig.restart();
        }
        default -> running().stream().findFirst().ifPresent(rig::succeed);
      }
    }
    finishAll();

    assertThat(rig.started()).doesNotHaveDuplicates();
    submitted.forEach(
        (queue, ids) -> {
          List<JobId> started = new ArrayList<>(rig.started());
          started.retainAll(new HashSet<>(ids));
          assertThat(started).as(queue).isEqualTo(ids);
        });
  }

  @Test
  void shouldServeWaitingJobsByTheNewTree() {
    submit("batch", 4);
    JobId batch = submit("batch");
    submit("mail");
    JobId ops = submit("ops");

    TreeInfo applied = apply(OPS_FIRST);
    rig.succeed(rig.started().get(0));

    assertThat(lastStarted()).isEqualTo(ops);
    assertThat(rig.stateOf(batch)).isEqualTo(JobState.QUEUED);
    assertThat(applied.version().version()).isEqualTo(1);
    assertThat(applied.version().by()).isEqualTo("ada");
    assertThat(applied.version().at()).isEqualTo(rig.now());
    assertThat(applied.classes().stream().map(TreeInfo.ClassInfo::name))
        .containsExactly("ops", "default", "mail", "batch");
    assertThat(shown("batch").running()).isEqualTo(3);
    assertThat(shown("batch").queued()).isEqualTo(1);
    assertThat(shown("default").queued()).isEqualTo(1);
  }

  @Test
  void shouldMakeNoVersionOfATreeThatIsTheSame() {
    apply(OPS_FIRST);

    assertThat(apply(" " + OPS_FIRST.replace(",", " ,\n")).version().version()).isEqualTo(1);
  }

  @Test
  void shouldOnlyCheckInADryRun() {
    TreeInfo would = apply(TENANTS, true, OptionalLong.of(0));

    assertThat(would.version().version()).isEqualTo(1);
    assertThat(would.classes()).hasSize(4);
    assertThat(shown().version()).isEqualTo(TreeVersion.NONE);
    assertRefused(
        ErrorCode.INVALID, () -> apply("{'kind':'fifo'}", true, OptionalLong.empty()), "default");
  }

  @Test
  void shouldRefuseATreeMadeFromAnotherVersion() {
    apply(OPS_FIRST, false, OptionalLong.of(0));

    assertRefused(
        ErrorCode.STATE, () -> apply(TURNS, false, OptionalLong.of(0)), "at version 1, not 0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'kind':'drr','classes':[{'id':'a'}]} | add a class {"id": "default"}
          {'kind':'fifo'} | add a class
          {'kind':'drr','classes':[{'id':'a'},{'id':'a'},{'id':'default'}]} | two classes named 'a'
          {'kind':'drr','classes':[{'id':'default','quantm':1}]} | no field 'quantm'
          {'kind':'drr','classes':[{'id':'../x'},{'id':'default'}]} | '../x' is not a queue name
          {'kind':'drr','classes':[{'id':'far'},{'id':'default'}]} | kind remote, not shell
          {'kind':'drr','classes':[{'id':'default','qdisc':'lfo'}]} | no discipline 'lfo'
          {'kind':'htb','classes':[{'id':'default','rate':'10 %'}]} | not '10 %'
          {'kind':'drr' | in line 1 column
          {'kind':'htb','charge':'run','classes':[{'id':'a','rate':3},{'id':'default','rate':2}]} \
          | a 3 + default 2 = 5 slots, but kind shell has 4
          {'kind':'htb','classes':[{'id':'w','rate':3,'classes':[{'id':'a','rate':2},\
          {'id':'default','rate':2}]}]} | class w: its rate 3.0 is oversubscribed: a 2.0 + default
          """)
  void shouldRefuseAWrongTreeAsAWholeAndSayWhatIsWrong(String text, String why) {
    rig.create("far", "remote");
    apply(OPS_FIRST);
    submit("batch", 5);
    JobId ops = submit("ops");

    assertRefused(ErrorCode.INVALID, () -> apply(text), why);

    assertThat(shown().version().version()).isEqualTo(1);
    rig.succeed(rig.started().get(0));
    assertThat(lastStarted()).isEqualTo(ops);
  }

  // Versions.

  @Test
  void shouldRevertToAnEarlierVersionAsANewOne() {
    apply(OPS_FIRST);
    apply(TURNS);

    TreeInfo reverted = revert(1);

    assertThat(reverted.version().version()).isEqualTo(3);
    assertThat(reverted.version().by()).isEqualTo("bob");
    submit("batch", 5);
    JobId ops = submit("ops");
    rig.succeed(rig.started().get(0));
    assertThat(lastStarted()).isEqualTo(ops);
    assertThat(revert(0).version().text()).isEqualTo(TreeVersion.UNCONFIGURED);
    assertRefused(ErrorCode.NOTFOUND, () -> revert(9), "no version 9");
  }

  @Test
  void shouldKeepSixteenVersionsBeforeThePresentOne() {
    for (int i = 0; i < 10; i++) {
      apply(OPS_FIRST);
      apply(TURNS);
    }

    List<TreeVersion> versions = rig.state().tree("shell").versions();
    assertThat(versions).hasSize(17);
    assertThat(versions.get(0).version()).isEqualTo(4);
    assertRefused(ErrorCode.NOTFOUND, () -> revert(3), "any more");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldHaveTheSameTreeAfterARestart(boolean fromSnapshot) {
    apply(TURNS);
    apply(OPS_FIRST);
    submit("batch", 5);
    JobId ops = submit("ops");
    TreeInfo before = shown();

    if (fromSnapshot) {
      rig.restartFromSnapshot();
    } else {
      rig.restart();
    }

    assertThat(shown()).isEqualTo(before);
    assertThat(rig.state().tree("shell").versions()).hasSize(2);
    rig.succeed(rig.started().get(0));
    assertThat(lastStarted()).isEqualTo(ops);
  }

  // Queues.

  @Test
  void shouldPutWhatTheTreeDoesNotNameBelowItsDefaultClass() {
    submit("old");
    apply("{'kind':'drr','classes':[{'id':'ops'},{'id':'default','max_running':2}]}");
    JobId fresh = submit("new");
    submit("old", 3);
    submit("default");

    assertThat(shown("default").running()).isEqualTo(2);
    assertThat(rig.stateOf(fresh)).isEqualTo(JobState.RUNNING);
    assertThat(shown("default").queued()).isEqualTo(4);
    assertThat(rig.stateOf(submit("ops"))).isEqualTo(JobState.RUNNING);
    finishAll();
    assertThat(rig.started()).hasSize(7);
  }

  @Test
  void shouldMakeTheQueueOfAClassWithItsFirstJob() {
    rig.strict();
    apply(OPS_FIRST);

    assertThat(rig.state().queue("ops")).isNull();
    assertThat(shown("ops").queue()).isTrue();
    submit("ops");
    assertThat(shown("ops").running()).isEqualTo(1);
    assertRefused(ErrorCode.NOTFOUND, () -> submit("other"), "create it first");
    assertRefused(
        ErrorCode.INVALID,
        () -> rig.submit(JobSpec.of("remote", new byte[0]).queue("batch")),
        "a class in the tree of kind shell");
  }

  @Test
  void shouldKeepTheSmallerLimitOfClassAndQueue() {
    rig.create("ops", "shell", "max-running", "1");
    apply("{'kind':'prio','bands':[{'id':'ops','max_running':3},{'id':'default'}]}");
    submit("ops", 5);

    assertThat(running()).hasSize(1);
    rig.set("ops", "max-running", "0");
    assertThat(running()).hasSize(3);
  }

  @Test
  void shouldLetThePauseOfAQueueHoldInTheTree() {
    apply(OPS_FIRST);
    rig.create("ops", "shell");
    rig.pause("ops");
    JobId waits = submit("ops");

    assertThat(rig.stateOf(waits)).isEqualTo(JobState.QUEUED);
    apply(TENANTS);
    assertThat(rig.stateOf(waits)).isEqualTo(JobState.QUEUED);
    rig.resume("ops");
    assertThat(rig.stateOf(waits)).isEqualTo(JobState.RUNNING);
  }

  @ParameterizedTest
  @CsvSource({"ops,mail", "mail,ops", "ops,batch", "mail,post"})
  void shouldMoveARenamedQueueToThePlaceOfItsName(String from, String to) {
    apply(OPS_FIRST);
    submit("load", 4);
    List<JobId> jobs = submit(from, 3);
    JobId other = submit("other");

    rig.<QueueInfo>ask(reply -> new RenameQueue(from, to, reply));

    assertThat(shown(to).queued()).isEqualTo(3);
    int queue = rig.state().queue(to).record().id();
    assertThat(rig.insides().waiting(queue).stream().map(JobRecord::id)).isEqualTo(jobs);
    JobId again = submit(from);
    rig.succeed(rig.started().get(0));
    JobId first =
        from.equals("ops")
            ? again
            : to.equals("batch") ? other : to.equals("ops") ? jobs.get(0) : null;
    if (first != null) {
      assertThat(lastStarted()).isEqualTo(first);
    }
    finishAll();
    assertThat(rig.started()).hasSize(9).doesNotHaveDuplicates();
  }

  @Test
  void shouldKeepThePlaceOfADestroyedQueue() {
    apply("{'kind':'prio','bands':[{'id':'ops','max_running':2},{'id':'default'}]}");
    rig.create("ops", "shell", "max-running", "1");
    rig.pause("ops");
    assertThat(rig.<Boolean>ask(reply -> new RemoveQueue("ops", reply))).isTrue();

    submit("ops", 4);
    assertThat(running()).hasSize(2);
  }

  // Slots.

  @Test
  void shouldReferRatesToTheUsableSlots() {
    rig.announce("web2", 4);
    apply(TENANTS);

    assertThat(shown().slots()).isEqualTo(8);
    assertThat(shown("ops").rate()).isEqualTo("2 slots");
    assertThat(shown("ops").ceil()).isEqualTo("8 slots");
    assertThat(shown("work").rate()).isEqualTo("3 slots");
    assertThat(shown().note()).isEmpty();
  }

  @Test
  void shouldScaleSlotRatesDownTogetherWhileThereAreTooFewSlots() {
    rig.announce("web2", 4);
    apply(
        "{'kind':'htb','charge':'run','classes':["
            + "{'id':'ops','rate':2,'ceil':8},{'id':'default','rate':6,'ceil':8}]}");

    rig.<Void>ask(reply -> new DrainNode("web2", true, reply));

    assertThat(shown("ops").rate()).isEqualTo("1 slot");
    assertThat(shown("default").rate()).isEqualTo("3 slots");
    assertThat(shown().note()).contains("scaled down to 50 %", "4 usable slots");
    rig.<Void>ask(reply -> new DrainNode("web2", false, reply));
    assertThat(shown("ops").rate()).isEqualTo("2 slots");
  }
}
