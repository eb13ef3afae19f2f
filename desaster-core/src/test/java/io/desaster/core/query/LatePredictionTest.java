/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.desaster.api.job.CancelMode;
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
import java.util.Map;
import java.util.concurrent.TimeUnit;
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

  /** A copy whose predictions are never carried out. */
  private CommittedCopy late() {
    FinishedArchive archive = new FinishedArchive(null, error -> {});
    CommittedCopy copy =
        new CommittedCopy(rig.committed(), archive, null, Runnable::run, Runnable::run);
    copy.predictBy(new Forecaster(copy, Map.of(), new Disciplines(), task -> {}, () -> 0, () -> 0));
    return copy;
  }
}
