/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import static io.desaster.core.command.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.RemoteWork;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.core.command.DrainNode;
import io.desaster.core.command.SetSlots;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which job gets which slot. */
class PlacementTest {
  private final SchedulerRig rig = SchedulerRig.withSlots(1);

  private static JobSpec.Builder job() {
    return JobSpec.shell("true");
  }

  private String nodeOf(JobId id) {
    return rig.job(id).lastAttempt().orElseThrow().node();
  }

  @ParameterizedTest
  @ValueSource(strings = {"label", "pin", "limit"})
  void shouldNeverBlockOthersByJobsWhoseDemandIsNotMet(String demand) {
    JobId blocker = rig.submit(job().limit("api:1"));
    for (int i = 0; i < 1_000; i++) {
      JobSpec.Builder stuck = job().priority(0);
      rig.submit(
          switch (demand) {
            case "label" -> stuck.label("gpu");
            case "pin" -> stuck.node("web9");
            default -> stuck.limit("api:1");
          });
    }
    rig.announce("web2", 1);

    JobId free = rig.submit(job());

    assertThat(nodeOf(free)).isEqualTo("web2");
    rig.succeed(free);
    JobId next = rig.submit(job().queue("other"));
    assertThat(nodeOf(next)).isEqualTo("web2");
    assertThat(rig.started()).containsExactly(blocker, free, next);
  }

  @Test
  void shouldStartALabelledJobBeforeLaterOnesWhereItsLabelIs() {
    JobId running = rig.submit(job());
    JobId labelled = rig.submit(job().label("gpu"));
    JobId later = rig.submit(job());

    rig.announce("web2", 1, "gpu");

    assertThat(nodeOf(labelled)).isEqualTo("web2");
    rig.succeed(running);
    assertThat(nodeOf(later)).isEqualTo("web1");
  }

  @Test
  void shouldMatchLabelsOfRemoteWorkers() {
    JobId gpu = rig.submit(JobSpec.of("remote", "x").label("gpu"));
    JobId any = rig.submit(JobSpec.of("remote", "y"));

    assertThat(rig.take("plain", 5)).extracting(RemoteWork.Taken::job).containsExactly(any);
    assertThat(rig.take("fast", 5, "eu", "gpu"))
        .extracting(RemoteWork.Taken::job)
        .containsExactly(gpu);
  }

  @Test
  void shouldHoldANamedLimitAcrossQueuesAndKinds() {
    JobId local = rig.submit(job().limit("api:2"));
    JobId first = rig.submit(JobSpec.of("remote", "x").limit("api:2"));
    JobId second = rig.submit(JobSpec.of("remote", "y").queue("other").limit("api:2"));
    assertThat(rig.take("a", 5)).extracting(RemoteWork.Taken::job).containsExactly(first);
    rig.restart();
    assertThat(rig.take("b", 5)).isEmpty();

    rig.succeed(local);

    assertThat(rig.take("b", 5)).extracting(RemoteWork.Taken::job).containsExactly(second);
  }

  @Test
  void shouldUseTheLeastUsedPoolFirst() {
    rig.announce("web1", 2);
    rig.announce("web2", 4);
    List<String> nodes = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      nodes.add(nodeOf(rig.submit(job())));
    }

    assertThat(nodes.subList(0, 3)).containsExactlyInAnyOrder("web1", "web2", "web2");
    assertThat(nodes).filteredOn("web1"::equals).hasSize(2);
  }

  @Test
  void shouldTakeQueuesInTurn() {
    rig.submit(job());
    List<JobId> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(rig.submit(job().queue("a")));
    }
    for (int i = 0; i < 3; i++) {
      all.add(rig.submit(job().queue("b")));
    }
    for (int i = 0; i < 6; i++) {
      rig.succeed(rig.started().get(i));
    }

    assertThat(rig.started().subList(1, 7))
        .containsExactly(all.get(0), all.get(3), all.get(1), all.get(4), all.get(2), all.get(5));
  }

  @Test
  void shouldGiveADrainingNodeNothingNew() {
    rig.announce("web2", 1);
    JobId running = rig.submit(job().node("web2"));
    JobId waiting = rig.submit(job().node("web2"));
    drain("web2", true);
    rig.succeed(running);
    assertThat(rig.stateOf(waiting)).isEqualTo(JobState.QUEUED);

    drain("web2", false);

    assertThat(rig.stateOf(waiting)).isEqualTo(JobState.RUNNING);
    assertRefused(ErrorCode.NOTFOUND, () -> drain("web9", true), "'web9'");
  }

  private void drain(String node, boolean draining) {
    rig.<Void>ask(reply -> new DrainNode(node, draining, reply));
  }

  private void setSlots(String pool, int min, int max) {
    rig.<Void>ask(reply -> new SetSlots(pool, min, max, reply));
  }

  @Test
  void shouldUseMoreSlotsAtOnceAndFewerAsAttemptsEnd() {
    JobId first = rig.submit(job());
    JobId second = rig.submit(job());
    JobId third = rig.submit(job());
    setSlots("shell@web1", 2, 2);
    assertThat(rig.stateOf(second)).isEqualTo(JobState.RUNNING);
    setSlots("shell@web1", 1, 1);
    rig.succeed(first);
    assertThat(rig.stateOf(third)).isEqualTo(JobState.QUEUED);
    setSlots("shell@web1", 0, 0);
    rig.succeed(second);
    assertThat(rig.stateOf(third)).isEqualTo(JobState.QUEUED);
    setSlots("shell@web1", 1, 1);
    assertThat(rig.stateOf(third)).isEqualTo(JobState.RUNNING);
  }

  @ParameterizedTest
  @CsvSource({
    "shell@web9, 1, 1, NOTFOUND",
    "java@web1, 1, 1, NOTFOUND",
    "shell, 1, 1, NOTFOUND",
    "shell@web1, -1, 1, INVALID",
    "shell@web1, 2, 1, INVALID",
    "shell@web1, 1, 100001, INVALID"
  })
  void shouldRefuseSlotsThatCannotBe(String pool, int min, int max, ErrorCode code) {
    assertRefused(code, () -> setSlots(pool, min, max), "'" + pool + "'");
  }
}
