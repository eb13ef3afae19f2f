/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import static io.desaster.core.command.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.RetryPolicy;
import io.desaster.api.operation.Operation;
import io.desaster.api.spi.Worker;
import io.desaster.core.command.StartOperation;
import io.desaster.core.command.UndoOperation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchivingTest {
  private final SchedulerRig rig = SchedulerRig.withSlots(1);

  private JobId failed(String id) {
    JobId job = rig.submit(JobSpec.shell("false").id(id).retry(RetryPolicy.NONE));
    rig.fail(job);
    return job;
  }

  private boolean archived(JobId id) {
    return rig.state().archived(id.high(), id.low()) != null;
  }

  @Test
  void shouldKeepTheNewestOnTheHeap() {
    rig.keepingOnHeap(4);
    List<JobId> ids = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      ids.add(failed("job" + i));
      rig.pass(Duration.ofMillis(1));
    }

    assertThat(ids).filteredOn(this::archived).isEqualTo(ids.subList(0, 6));
    assertThat(rig.state().jobCount()).isEqualTo(10);
    assertThat(rig.state().queue("shell").count(JobState.FAILED)).isEqualTo(10);
  }

  @Test
  void shouldArchiveAgainWhatWasRecalledAndRanAgain() {
    rig.archiving();
    JobId id = failed("again");
    assertThat(archived(id)).isTrue();

    rig.act(id, new JobAction.Retry());
    assertThat(archived(id)).isFalse();
    assertThat(rig.stateOf(id)).isEqualTo(JobState.RUNNING);
    rig.succeed(id);

    assertThat(archived(id)).isTrue();
    assertThat(rig.job(id).attempts()).hasSize(2);
    rig.restartFromSnapshot();
    assertThat(rig.job(id).attempts()).hasSize(2);
  }

  @Test
  void shouldRefuseToActOnARecordThatCannotBeRead() {
    rig.archiving();
    JobId id = failed("lost");
    rig.loseRecord(id);

    assertRefused(ErrorCode.STATE, () -> rig.act(id, new JobAction.Retry()), "cannot be read");
    assertThat(archived(id)).isTrue();
  }

  @Test
  void shouldGoOnWithoutTheRecordsThatCannotBeRead() {
    rig.archiving();
    List<JobId> ids = List.of(failed("one"), failed("two"), failed("three"));
    rig.loseRecord(ids.get(1));
    rig.pause("shell");

    start(new JobAction.Retry(), ids);

    assertThat(rig.stateOf(ids.get(0))).isEqualTo(JobState.QUEUED);
    assertThat(archived(ids.get(1))).isTrue();
    assertThat(rig.stateOf(ids.get(2))).isEqualTo(JobState.QUEUED);
    assertThat(rig.state().operation(1).skipped()).isEqualTo(1);
  }

  private void start(JobAction action, List<JobId> ids) {
    long[] halves = new long[ids.size() * 2];
    for (int i = 0; i < ids.size(); i++) {
      halves[i * 2] = ids.get(i).high();
      halves[i * 2 + 1] = ids.get(i).low();
    }
    rig.<Operation>ask(
        reply -> new StartOperation(action, "", "alice", halves, reply, Reply.none()));
  }

  @Test
  void shouldTakeBackADeletionWithoutALookAtTheRecords() {
    rig.archiving();
    List<JobId> ids = List.of(failed("one"), failed("two"));
    start(new JobAction.Delete(), ids);
    assertThat(rig.state().jobCount()).isZero();
    rig.restartFromSnapshot();

    rig.<Operation>ask(reply -> new UndoOperation(1, "alice", reply));

    assertThat(ids).allMatch(this::archived);
    assertThat(rig.state().queue("shell").count(JobState.FAILED)).isEqualTo(2);
    rig.restartFromSnapshot();
    assertThat(rig.stateOf(ids.get(1))).isEqualTo(JobState.FAILED);
  }

  @Test
  void shouldKeepTheOutputOfArchivedJobs() {
    rig.archiving();
    JobId id = failed("output");

    rig.restart(true, new Worker.Found(id, 1, SchedulerRig.ended(id, 1, Outcome.FAILED, 1)));

    assertThat(rig.released()).isEmpty();
    assertThat(rig.ends()).isEmpty();
  }

  @Test
  void shouldCallAReportAboutAnArchivedJobStale() {
    rig.archiving();
    JobId id = rig.submit(JobSpec.of("remote", "x").queue("r"));
    rig.take("a", 1);
    rig.endRemote(id, 1, Outcome.SUCCEEDED, 0);
    assertThat(archived(id)).isTrue();

    assertRefused(
        ErrorCode.STALE, () -> rig.endRemote(id, 1, Outcome.SUCCEEDED, 0), "is SUCCEEDED");
  }
}
