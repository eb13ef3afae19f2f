/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.desaster.api.job.CancelMode;
import io.desaster.api.job.Eta;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobFilter;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobPage;
import io.desaster.api.job.JobQuery;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Outcome;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.forecast.Forecaster;
import io.desaster.core.scheduler.SchedulerRig;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class LatePredictionTest {
  private final SchedulerRig rig = SchedulerRig.withSlots(1);

  @Test
  void shouldSayNothingOfTheFutureOfFinishedJobs() throws Exception {
    JobId finished = rig.submit(JobSpec.shell("true"));
    rig.cancel(finished, CancelMode.NEVER);
    rig.end(finished, Outcome.CANCELLED, -1);
    rig.submit(JobSpec.shell("true"));
    rig.submit(JobSpec.shell("true"));

    JobPage page =
        late()
            .list(JobQuery.newest(JobFilter.ALL, 10))
            .toCompletableFuture()
            .get(1, TimeUnit.MINUTES);

    assertThat(page.jobs())
        .extracting(Job::state, job -> job.eta().unknown().isEmpty())
        .containsExactlyInAnyOrder(
            tuple(JobState.CANCELLED, true),
            tuple(JobState.RUNNING, false),
            tuple(JobState.QUEUED, false));
  }

  @Test
  void shouldShowAJobThoughItsPredictionDoesNotCome() throws Exception {
    rig.submit(JobSpec.shell("true"));
    JobId waiting = rig.submit(JobSpec.shell("true"));

    Job job =
        late().findPredicted(waiting).toCompletableFuture().get(1, TimeUnit.MINUTES).orElseThrow();

    assertThat(job.id()).isEqualTo(waiting);
    assertThat(job.eta().startP50()).isEmpty();
    assertThat(job.eta().toString()).contains("the prediction takes longer than 2 s; ask again");
  }

  @Test
  void shouldShowTheLastPredictionIfTheNextOneDoesNotCome() throws Exception {
    rig.submit(JobSpec.shell("true").estimate(Duration.ofMinutes(1)));
    JobId waiting = rig.submit(JobSpec.shell("true").estimate(Duration.ofMinutes(1)));
    Deque<Runnable> tasks = new ArrayDeque<>();
    AtomicLong millis = new AtomicLong(rig.now().toEpochMilli());
    CommittedCopy copy = copy(tasks::add, millis::get);
    CompletableFuture<Optional<Job>> first = copy.findPredicted(waiting).toCompletableFuture();
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
    Eta told = first.get(1, TimeUnit.MINUTES).orElseThrow().eta();
    millis.addAndGet(30_000);

    Eta late =
        copy.findPredicted(waiting)
            .toCompletableFuture()
            .get(1, TimeUnit.MINUTES)
            .orElseThrow()
            .eta();

    assertThat(tasks).isNotEmpty();
    assertThat(late.startP50()).contains(rig.now().plusSeconds(60));
    assertThat(late).isEqualTo(told);
  }

  /** A copy whose predictions are never carried out. */
  private CommittedCopy late() {
    return copy(task -> {}, () -> 0);
  }

  private CommittedCopy copy(Executor predictions, LongSupplier millis) {
    FinishedArchive archive = new FinishedArchive(null, error -> {});
    CommittedCopy copy =
        new CommittedCopy(rig.committed(), archive, null, Runnable::run, Runnable::run);
    copy.predictBy(new Forecaster(copy, Map.of(), new Disciplines(), predictions, millis, millis));
    return copy;
  }
}
