/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.Eta;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.query.CommittedCopy;
import io.desaster.core.query.FinishedArchive;
import io.desaster.core.scheduler.SchedulerRig;
import io.desaster.core.state.QueueRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ForecasterTest {
  private static final long WORK_MILLIS = 700;
  private static final Replay.Watcher NOBODY =
      new Replay.Watcher() {
        @Override
        public void started(int index, QueueRecord queue, long wait, int start, int end) {}

        @Override
        public void ends(int runningIndex, int end) {}
      };

  private final SchedulerRig rig = SchedulerRig.withSlots(1);
  private final CommittedCopy copy =
      new CommittedCopy(
          rig.committed(),
          new FinishedArchive(null, error -> {}),
          null,
          Runnable::run,
          Runnable::run);
  private final Disciplines disciplines = new Disciplines();
  private long monoMillis;
  private boolean working;
  private int looks;
  private long workedMillis;
  private final Forecaster forecaster =
      new Forecaster(
          copy,
          Map.of(),
          disciplines,
          task -> {
            working = true;
            looks = 0;
            task.run();
            working = false;
          },
          () -> rig.now().toEpochMilli(),
          this::mono);

  /** It is looked when a task begins and when it ends; in between time passes. */
  private long mono() {
    if (working && ++looks == 2) {
      monoMillis += WORK_MILLIS / 2;
      workedMillis += WORK_MILLIS / 2;
    }
    return monoMillis;
  }

  private JobId submit(String queue) {
    return rig.submit(JobSpec.shell("true").queue(queue).estimate(Duration.ofMinutes(1)));
  }

  private Eta ask(JobId id) {
    return forecaster.etas(List.of(asked(id))).join().get(0);
  }

  private Forecaster.Asked asked(JobId id) {
    return new Forecaster.Asked(rig.job(id).spec().kind(), rig.state().job(id.high(), id.low()));
  }

  @Test
  void shouldPredictATenthOfTheTimeAtMostHoweverOftenItIsAsked() {
    submit("a");
    JobId waiting = submit("a");
    rig.create("r", "remote");
    JobId remote = rig.submit(JobSpec.of("remote", "x").queue("r"));

    for (int i = 0; i < 3000; i++) {
      ask(waiting);
      ask(remote);
      monoMillis += 100;
    }

    assertThat(workedMillis).isPositive();
    assertThat(workedMillis * 10 / (double) monoMillis).isLessThan(1.2).isGreaterThan(0.5);
  }

  @Test
  void shouldServeAllWhoAskInTheSameSecond() {
    submit("a");
    JobId waiting = submit("a");

    ask(waiting);
    long worked = workedMillis;
    monoMillis += 30_000;
    ask(waiting);
    ask(waiting);

    assertThat(worked).isPositive();
    assertThat(workedMillis).isEqualTo(2 * worked);
  }

  @Test
  void shouldSayThatItKnowsNothingYetOfAJobThatCameMeanwhile() {
    submit("a");
    ask(submit("a"));
    JobId later = submit("a");

    assertThat(ask(later))
        .isEqualTo(
            Eta.unknown("it came or started after the last prediction was begun; ask again"));
    monoMillis += 60_000;
    assertThat(ask(later).startP50()).isPresent();
  }

  @Test
  void shouldTellTheLastPredictionToThoseWhoCannotWait() {
    submit("a");
    JobId waiting = submit("a");
    Eta told = ask(waiting);
    JobId later = submit("a");
    Eta late = Eta.unknown("late");

    assertThat(forecaster.lastEtas(List.of(asked(waiting), asked(later)), late))
        .containsExactly(told, late);
  }

  @Test
  void shouldComeToAnEndThoughOthersComeForEverAndNothingStarts() {
    rig.submit(JobSpec.shell("true").queue("a"));
    for (int i = 0; i < 300; i++) {
      rig.submit(JobSpec.shell("true").queue("a"));
      rig.pass(Duration.ofSeconds(1));
    }
    Picture picture = picture();
    long now = picture.nowMillis();
    Replay replay =
        new Replay(picture, disciplines, null, 100_000, new SplittableRandom(1), NOBODY);

    replay.run(2000, now + Duration.ofDays(20).toMillis(), true);

    assertThat(picture.queues().get(0).expected().none()).isFalse();
    assertThat(replay.happened()).isLessThan(10_000);
    assertThat(replay.reachedMillis()).isBetween(1L, Duration.ofDays(19).toMillis());
  }

  private Picture picture() {
    return Pictures.of(rig, copy);
  }
}
