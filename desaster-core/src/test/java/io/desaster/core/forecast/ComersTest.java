/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.JobSpec;
import io.desaster.api.queue.QueueInfo;
import io.desaster.core.command.PauseQueue;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.query.CommittedCopy;
import io.desaster.core.query.FinishedArchive;
import io.desaster.core.scheduler.SchedulerRig;
import io.desaster.core.state.QueueRecord;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Jobs that are expected to come into a queue out of which none can go. */
class ComersTest {
  private static final int BURST = 300;
  private static final int BURSTS = 10;

  private final SchedulerRig rig = SchedulerRig.withSlots(2);
  private int started;

  /** A queue into which jobs came at {@value #BURST} / 10 s now and then. */
  private Picture picture(Optional<Duration> pausedFor) {
    rig.create("q", "shell");
    rig.<QueueInfo>ask(
        reply -> new PauseQueue("q", "ann", "", pausedFor.map(rig.now()::plus), reply));
    for (int burst = 0; burst < BURSTS; burst++) {
      for (int i = 0; i < BURST; i++) {
        rig.submit(JobSpec.shell("true").queue("q").estimate(Duration.ofMillis(10)));
      }
      rig.pass(Duration.ofSeconds(11));
    }
    CommittedCopy copy =
        new CommittedCopy(
            rig.committed(),
            new FinishedArchive(null, error -> {}),
            null,
            Runnable::run,
            Runnable::run);
    Draft draft =
        copy.read(
                state ->
                    new Draft(
                        state,
                        copy.live(),
                        copy.experience(),
                        copy.usage("shell"),
                        "shell",
                        Map.of(),
                        rig.now().toEpochMilli()))
            .join();
    draft.look();
    draft.findHistories(copy.experience());
    return draft.picture();
  }

  private Replay replay(Picture picture, int comersMax, Duration length) {
    Replay.Watcher counter =
        new Replay.Watcher() {
          @Override
          public void started(int index, QueueRecord queue, long wait, int start, int end) {
            started++;
          }

          @Override
          public void ends(int runningIndex, int end) {}
        };
    started = 0;
    Replay replay =
        new Replay(picture, new Disciplines(), null, comersMax, new SplittableRandom(1), counter);
    replay.run(Integer.MAX_VALUE, picture.nowMillis() + length.toMillis(), false);
    return replay;
  }

  @Test
  void shouldOnlyBeCountedWhenThereAreMany() {
    Picture picture = picture(Optional.empty());
    int queue = picture.queues().get(0).id();

    Replay replay = replay(picture, 1000, Duration.ofDays(20));

    assertThat(started).isZero();
    assertThat(replay.waitingInTree(queue)).isEqualTo(BURST * BURSTS + 1000);
    double perDay = BURST * BURSTS / 300.0 * 86_400;
    assertThat(replay.waiting(queue) / (20 * perDay)).isBetween(0.5, 1.5);
  }

  @Test
  void shouldStartWhenTheirTurnComes() {
    Picture picture = picture(Optional.of(Duration.ofHours(1)));
    int queue = picture.queues().get(0).id();
    replay(picture, Integer.MAX_VALUE, Duration.ofHours(12));
    double all = started;

    Replay replay = replay(picture, 1000, Duration.ofHours(12));

    assertThat(started / all).isBetween(0.9, 1.1);
    assertThat(replay.waiting(queue)).isLessThan(2 * BURST);
  }
}
