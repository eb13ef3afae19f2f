/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.queue.QueueInfo;
import io.desaster.api.tree.TreePreview;
import io.desaster.core.command.PauseQueue;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.query.CommittedCopy;
import io.desaster.core.query.FinishedArchive;
import io.desaster.core.scheduler.SchedulerRig;
import io.desaster.core.state.JobRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is in the way of a job, and what a preview shows where nothing is. */
class ObstacleTest {
  private final SchedulerRig rig = SchedulerRig.withSlots(1);

  private JobRecord submit(JobSpec.Builder spec) {
    JobId id = rig.submit(spec.queue("q").estimate(Duration.ofMinutes(1)));
    return rig.state().job(id.high(), id.low());
  }

  private void pause(Optional<Duration> length) {
    rig.<QueueInfo>ask(reply -> new PauseQueue("q", "ann", "", length.map(rig.now()::plus), reply));
  }

  private Picture picture() {
    CommittedCopy copy =
        new CommittedCopy(
            rig.committed(),
            new FinishedArchive(null, error -> {}),
            null,
            Runnable::run,
            Runnable::run);
    return Pictures.of(rig, copy);
  }

  private String obstacle(JobRecord job, Picture.Pool... pools) {
    Picture real = picture();
    return Obstacle.of(
        new Picture(
            real.kind(),
            real.nowMillis(),
            real.nextOrder(),
            real.spec(),
            real.next(),
            real.nextHome(),
            real.usage(),
            real.queues(),
            List.of(pools),
            real.jobs(),
            real.lineage(),
            real.sources(),
            real.running(),
            real.runningSources(),
            real.histories()),
        job);
  }

  private static Picture.Pool pool(int slots, String... labels) {
    return new Picture.Pool("shell@web1", "web1", Set.of(labels), List.of(), slots);
  }

  @Test
  void shouldNameAPauseThatSomebodyMustEndAndNoOther() {
    JobRecord job = submit(JobSpec.shell("true"));
    assertThat(obstacle(job, pool(1))).isEmpty();

    pause(Optional.of(Duration.ofMinutes(5)));
    assertThat(obstacle(job, pool(1))).isEmpty();

    pause(Optional.empty());
    assertThat(obstacle(job, pool(1))).isEqualTo("queue q is paused until somebody resumes it");
  }

  @Test
  void shouldNameWhatNoPoolHas() {
    JobRecord job = submit(JobSpec.shell("true"));
    JobRecord labelled = submit(JobSpec.shell("true").label("gpu"));

    assertThat(obstacle(job)).isEqualTo("no node runs jobs of kind shell");
    assertThat(obstacle(job, pool(0))).isEqualTo("no pool with slots serves queue q");
    assertThat(obstacle(labelled, pool(1))).isEqualTo("no pool that serves queue q has role gpu");
    assertThat(obstacle(labelled, pool(1, "gpu"))).isEmpty();
    assertThat(obstacle(labelled, pool(1), pool(0, "gpu")))
        .isEqualTo("no pool that serves queue q has role gpu");
  }

  @Test
  void shouldPreviewWaitsAndUseOfEachQueue() {
    List<JobRecord> jobs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      jobs.add(submit(JobSpec.shell("true")));
    }

    Picture picture = picture();
    long tenMinutes = Duration.ofMinutes(10).toMillis();
    Preview preview = Preview.of(picture, new Disciplines(), tenMinutes, 1);
    TreePreview.Course course = Preview.compare(preview, preview).classes().get(0).before();

    assertThat(picture.jobs()).hasSize(jobs.size() - 1);
    assertThat(course.started()).isEqualTo(3);
    assertThat(course.waiting()).isZero();
    assertThat(course.waitP50Millis()).isEqualTo(120_000);
    assertThat(course.waitP90Millis()).isEqualTo(180_000);
  }
}
