/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.desaster.api.RemoteWork;
import io.desaster.api.error.DesasterException;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Outcome;
import io.desaster.api.tree.TreeInfo;
import io.desaster.core.command.ApplyTree;
import io.desaster.core.command.BeatRemote;
import io.desaster.core.command.SetSlots;
import io.desaster.core.command.TakeRemote;
import io.desaster.core.command.WithdrawRemote;
import io.desaster.core.discipline.TreeViews;
import io.desaster.core.state.WorkerRecord;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerSlotsTest {
  private static final Duration WINDOW = Duration.ofMillis(WorkerSlots.WINDOW_MILLIS);
  private static final String QUARTERS =
      "{\"kind\":\"htb\",\"charge\":\"run\",\"classes\":["
          + "{\"id\":\"a\",\"rate\":\"25%\"},{\"id\":\"default\",\"rate\":\"75%\"}]}";

  private final SchedulerRig rig = SchedulerRig.withSlots(1);

  private Answer<List<RemoteWork.Taken>> ask(String worker, int count, int slots) {
    RemoteWork.Take take =
        new RemoteWork.Take(worker, List.of(), List.of(), count, slots, Duration.ofHours(1));
    return rig.send(reply -> new TakeRemote(take, reply));
  }

  private void withdraw(Answer<List<RemoteWork.Taken>> asked) {
    rig.tell(new WithdrawRemote(asked));
  }

  private int slots() {
    return rig.state().usableSlots("remote");
  }

  private void apply(String tree) {
    rig.<TreeInfo>ask(
        reply -> new ApplyTree("remote", tree, false, OptionalLong.empty(), "ada", reply));
  }

  private List<String> rates() {
    assertThat(rig.committed().state().slotsFor("remote"))
        .isEqualTo(rig.state().slotsFor("remote"));
    return TreeViews.of(rig.state(), "remote").classes().stream()
        .map(TreeInfo.ClassInfo::rate)
        .toList();
  }

  private JobId submit() {
    return rig.submit(JobSpec.of("remote", "x"));
  }

  @Test
  void shouldReckonPercentsFromTheSlotsOfAllWorkers() {
    apply(QUARTERS);
    assertThat(rates()).containsExactly("0.25 slots", "0.75 slots");

    ask("w1", 4, 0);
    ask("w2", 12, 0);

    assertThat(slots()).isEqualTo(16);
    assertThat(rates()).containsExactly("4 slots", "12 slots");
  }

  /** What the trees do with it, not only what is shown of them. */
  @Test
  void shouldBoundAClassByItsPercentOfTheSlotsThereAre() {
    apply(
        "{\"kind\":\"htb\",\"charge\":\"run\",\"classes\":["
            + "{\"id\":\"a\",\"rate\":\"25%\",\"ceil\":\"25%\"},"
            + "{\"id\":\"default\",\"rate\":\"75%\"}]}");
    for (int i = 0; i < 20; i++) {
      rig.submit(JobSpec.of("remote", "x").queue("a"));
    }

    assertThat(ask("w1", 8, 8).value()).hasSize(2);
    ask("w2", 8, 8);
    ask("w1", 6, 8);
    rig.pass(Duration.ofSeconds(10));
    ask("w2", 4, 8);
    rig.pass(Duration.ofSeconds(10));

    assertThat(slots()).isEqualTo(16);
    // A quarter of them, and what its cburst lets it have for a while.
    assertThat(rig.state().queue("a").count(JobState.RUNNING)).isBetween(4L, 5L);
  }

  @Test
  void shouldCountWhatAWorkerRunsAndWhatItAsksFor() {
    submit();
    JobId second = submit();
    assertThat(ask("w", 2, 0).value()).hasSize(2);
    ask("w", 3, 0);

    assertThat(slots()).isEqualTo(5);

    rig.endRemote(second, 1, Outcome.SUCCEEDED, 0);
    ask("w", 1, 0);
    assertThat(slots()).isEqualTo(5);
  }

  @Test
  void shouldBelieveAWorkerThatSaysHowManyItRuns() {
    ask("w", 3, 10);
    ask("w", 4, 10);

    assertThat(slots()).isEqualTo(10);
  }

  /** It lost what it ran before; that is no reason to count it twice. */
  @Test
  void shouldNotCountAWorkerTwiceThatWasStartedAnew() {
    for (int i = 0; i < 3; i++) {
      submit();
    }
    assertThat(ask("w", 3, 3).value()).hasSize(3);

    ask("w", 3, 3);

    assertThat(slots()).isEqualTo(3);
  }

  @Test
  void shouldLetAWorkerBeAwayForAMoment() {
    withdraw(ask("w1", 4, 0));
    ask("w2", 2, 0);
    rig.pass(WINDOW.minusMillis(2));
    withdraw(ask("w1", 4, 0));
    rig.pass(WINDOW);

    assertThat(slots()).isEqualTo(6);
  }

  @Test
  void shouldForgetAWorkerThatStaysAway() {
    apply(QUARTERS);
    withdraw(ask("w1", 4, 0));
    ask("w2", 12, 0);
    rig.pass(WINDOW.multipliedBy(2).plusSeconds(1));

    assertThat(slots()).isEqualTo(12);
    assertThat(rig.state().remoteWorkers().all())
        .extracting(WorkerRecord::name)
        .containsExactly("w2");
    assertThat(rates()).containsExactly("3 slots", "9 slots");
  }

  @Test
  void shouldLessenAWorkerThatRunsFewer() {
    withdraw(ask("w", 8, 8));
    ask("w", 5, 5);
    assertThat(slots()).isEqualTo(8);

    rig.pass(WINDOW.multipliedBy(2).plusSeconds(1));

    assertThat(slots()).isEqualTo(5);
  }

  @Test
  void shouldKeepTheSlotsOfAWorkerThatIsBusyAllTheTime() {
    JobId first = submit();
    JobId second = submit();
    ask("w", 2, 2);
    for (int i = 0; i < 12; i++) {
      rig.pass(Duration.ofSeconds(10));
      List<RemoteWork.Running> running =
          List.of(new RemoteWork.Running(first, 1), new RemoteWork.Running(second, 1));
      rig.<List<RemoteWork.Running>>ask(reply -> new BeatRemote("w", running, reply));
    }

    assertThat(slots()).isEqualTo(2);
  }

  @Test
  void shouldKeepWhatRatesReferToWhileNoWorkerIsThere() {
    apply(QUARTERS);
    withdraw(ask("w", 8, 0));
    rig.pass(WINDOW.multipliedBy(2).plusSeconds(1));

    assertThat(slots()).isZero();
    assertThat(rates()).containsExactly("2 slots", "6 slots");
    rig.restartFromSnapshot();
    assertThat(rates()).containsExactly("2 slots", "6 slots");
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void shouldRememberWorkersAcrossARestartUntilTheyAreBackOrLost(boolean snapshot, boolean back) {
    apply(QUARTERS);
    ask("w1", 4, 0);
    ask("w2", 12, 0);
    if (snapshot) {
      rig.restartFromSnapshot();
    } else {
      rig.restart();
    }
    assertThat(slots()).isEqualTo(16);
    ask("w1", 4, 0);
    rig.pass(WINDOW.minusSeconds(1));
    assertThat(rates()).containsExactly("4 slots", "12 slots");

    if (back) {
      ask("w2", 12, 0);
    }
    rig.pass(Duration.ofSeconds(2));

    assertThat(slots()).isEqualTo(back ? 16 : 4);
  }

  @Test
  void shouldRememberWhatAWorkerServes() {
    RemoteWork.Take take =
        new RemoteWork.Take("w", List.of("mail"), List.of("gpu"), 3, 0, Duration.ofHours(1));
    rig.send((Reply<List<RemoteWork.Taken>> reply) -> new TakeRemote(take, reply));

    rig.restartFromSnapshot();

    assertThat(rig.state().remoteWorkers().all())
        .containsExactly(new WorkerRecord("w", 3, List.of("gpu"), List.of("mail")));
    assertThat(rig.create("mail", "remote").pools()).containsExactly("remote@w");
    assertThat(rig.create("post", "remote").pools()).isEmpty();
  }

  @Test
  void shouldRefuseATreeThatPromisesMoreThanTheWorkersHave() {
    ask("w", 8, 0);

    assertThatThrownBy(() -> apply(QUARTERS.replace("75%", "80%")))
        .hasMessageContaining("2 + default 6.4 = 8.4 slots, but kind remote has 8; lower these or")
        .hasMessageContaining("start workers with more slots");
  }

  @Test
  void shouldSayThatAWorkerSetsItsSlotsItself() {
    ask("w", 8, 0);

    assertThatThrownBy(() -> rig.<Void>ask(reply -> new SetSlots("remote@w", 1, 2, reply)))
        .isInstanceOf(DesasterException.class)
        .hasMessageContaining("pool 'remote@w' is that of a remote worker");
  }

  @ParameterizedTest
  @CsvSource({"5, 4", "1, -1", "1, 10001"})
  void shouldRefuseSlotsThatMakeNoSense(int count, int slots) {
    assertThatThrownBy(() -> ask("w", count, slots).value())
        .isInstanceOf(DesasterException.class)
        .hasMessageContaining(String.valueOf(slots));
  }
}
