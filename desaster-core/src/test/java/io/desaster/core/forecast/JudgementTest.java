/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.CancelMode;
import io.desaster.api.job.Eta;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.Outcome;
import io.desaster.core.query.CommittedCopy;
import io.desaster.core.query.FinishedArchive;
import io.desaster.core.scheduler.SchedulerRig;
import io.desaster.core.state.JobRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of predictions when their jobs start, and of jobs when they end. */
class JudgementTest {
  private static final Experience.Range TOLD = new Experience.Range(10_000, 20_000);
  private static final Experience.Range FUTURES = new Experience.Range(5_000, 30_000);

  private final SchedulerRig rig = SchedulerRig.withSlots(1);
  private final CommittedCopy copy =
      new CommittedCopy(
          rig.committed(),
          new FinishedArchive(null, error -> {}),
          null,
          Runnable::run,
          Runnable::run);
  private final Experience experience = copy.experience();

  private JobId submit() {
    return rig.submit(JobSpec.shell("true").queue("q").estimate(Duration.ofMinutes(1)));
  }

  private JobRecord record(JobId id) {
    return rig.state().job(id.high(), id.low());
  }

  private Experience.OfQueue queue() {
    return experience.queue(rig.state().queue("q").record().id());
  }

  private void predict(JobId id, Experience.Range told, Experience.Range futures) {
    Experience.Prediction prediction =
        new Experience.Prediction(record(id).order(), rig.now().toEpochMilli(), told, futures);
    experience.predicted(List.of(prediction), copy.live(), List.of(record(id).queueId()));
  }

  private Picture picture() {
    Draft draft =
        new Draft(
            rig.committed().state(),
            copy.live(),
            experience,
            copy.usage("shell"),
            "shell",
            Map.of(),
            rig.now().toEpochMilli());
    draft.look();
    draft.findHistories(experience);
    return draft.picture();
  }

  @Test
  void shouldJudgeWhatWasToldAndLearnFromWhatTheFuturesHad() {
    JobId running = submit();
    predict(submit(), TOLD, FUTURES);
    rig.pass(Duration.ofSeconds(10));
    rig.succeed(running);

    assertThat(queue().accuracy.size()).isEqualTo(1);
    assertThat(queue().accuracy.medianError()).isZero();
    assertThat(queue().accuracy.coverage()).isEqualTo(1);
    Recalibration learned = new Recalibration();
    learned.add(10_000, FUTURES.p50Millis(), FUTURES.p90Millis());
    assertThat(queue().recalibration.stretch()).isEqualTo(learned.stretch());
  }

  @Test
  void shouldJudgeTheFirstPredictionOfAJob() {
    JobId running = submit();
    JobId waiting = submit();
    predict(waiting, TOLD, FUTURES);
    predict(waiting, new Experience.Range(1000, 2000), FUTURES);
    rig.pass(Duration.ofSeconds(10));
    rig.succeed(running);

    assertThat(queue().accuracy.medianError()).isZero();
  }

  @Test
  void shouldNotJudgeThePredictionOfAJobThatNeverStarts() {
    submit();
    JobId waiting = submit();
    predict(waiting, TOLD, FUTURES);
    rig.cancel(waiting, CancelMode.NEVER);

    assertThat(queue().accuracy.size()).isZero();
  }

  @Test
  void shouldTellHowGoodPredictionsAreFromTwentyOn() {
    submit();
    int id = queue().id;
    assertThat(experience.accuracy(id)).isEmpty();
    for (int i = 0; i < 19; i++) {
      queue().accuracy.add(1000, 900, 1200);
    }

    assertThat(experience.accuracy(id))
        .isEqualTo("not known yet how good they are, 19 of at least 20 were judged");
    assertThat(experience.medianErrorRatio(id)).isNaN();

    queue().accuracy.add(1000, 900, 1200);

    assertThat(experience.accuracy(id))
        .isEqualTo(
            "off by 10 % of the wait at the median, 100 % of the jobs started before their P90"
                + " (of the last 20 predictions)");
    assertThat(experience.medianErrorRatio(id)).isEqualTo(0.1);
  }

  @Test
  void shouldLearnNothingFromAJobThatWasCancelled() {
    JobId job = submit();
    rig.pass(Duration.ofSeconds(5));
    rig.cancel(job, CancelMode.NEVER);
    rig.end(job, Outcome.CANCELLED, -1);

    assertThat(queue().runs.size()).isZero();
  }

  @Test
  void shouldTakeADelayedJobForOneThatComesWhenItIsDue() {
    rig.submit(JobSpec.shell("true").queue("q").delay(Duration.ofSeconds(60)));
    rig.pass(Duration.ofSeconds(61));

    long soon = rig.now().plusSeconds(10).toEpochMilli();
    assertThat(queue().arrivals.expected(soon).busy()).containsExactly(1);
  }

  @Test
  void shouldCorrectEstimatesOnceFiveWereJudged() {
    for (int i = 1; i <= 5; i++) {
      JobId job = submit();
      JobId next = submit();
      assertThat(picture().sources()).containsExactly(Sources.AS_ESTIMATED);
      rig.cancel(next, CancelMode.NEVER);
      rig.pass(Duration.ofMinutes(2));
      rig.succeed(job);
    }
    submit();
    submit();

    Picture picture = picture();
    int source = picture.sources()[0];
    assertThat(source).isNotNegative();
    assertThat(picture.histories().get(source).size()).isEqualTo(5);
  }

  private Outlook outlook(Picture picture) {
    Outlook.Spans spans = new Outlook.Spans(1);
    spans.setStart(0, 1000, 3000);
    spans.setFinish(0, 2000, 5000);
    return new Outlook(picture, spans, new int[1], new int[1]);
  }

  private Instant at(long millis) {
    return rig.now().plusMillis(millis);
  }

  @Test
  void shouldTellEachQuantileAndNoTimeThatIsOver() {
    submit();
    JobId waiting = submit();
    Outlook outlook = outlook(picture());
    long now = rig.now().toEpochMilli();

    Eta eta = outlook.eta(record(waiting), now);
    Eta later = outlook.eta(record(waiting), now + 2500);

    assertThat(eta.startP50()).contains(at(1000));
    assertThat(eta.startP90()).contains(at(3000));
    assertThat(eta.finishP50()).contains(at(2000));
    assertThat(eta.finishP90()).contains(at(5000));
    assertThat(later.startP50()).contains(at(2500));
    assertThat(later.startP90()).contains(at(3000));
    assertThat(later.finishP50()).contains(at(2500));
  }

  @Test
  void shouldStretchWhatIsToldAsMuchAsTheLastOnesWereOff() {
    submit();
    JobId waiting = submit();
    for (int i = 0; i < Recalibration.KEPT; i++) {
      // Two steps of three.
      queue().recalibration.add(9000, 1000, 3000);
    }

    Eta eta = outlook(picture()).eta(record(waiting), rig.now().toEpochMilli());

    assertThat(eta.startP50()).contains(at(9000));
    assertThat(eta.startP90()).contains(at(9000));
    assertThat(eta.finishP50()).contains(at(2000 + 8000));
    assertThat(eta.finishP90()).contains(at(5000 + 6000));
  }

  @Test
  void shouldJudgeTheLastJobOfAQueueAndThoseHalfAQuarterAndAnEighthOfTheWay() {
    submit();
    for (int i = 0; i < 16; i++) {
      submit();
    }
    JobId planned = rig.submit(JobSpec.shell("true").queue("q").delay(Duration.ofSeconds(60)));
    Picture picture = picture();
    Outlook.Spans spans = new Outlook.Spans(17);
    for (int i = 0; i < 17; i++) {
      // The first one waits too short a time.
      spans.setStart(i, 500 + i * 1000, 1000 + i * 2000);
    }

    List<Integer> queues = new ArrayList<>();
    List<Experience.Prediction> samples =
        new Outlook(picture, spans, new int[1], new int[1]).samples(queues);

    assertThat(picture.jobs()[16].order()).isEqualTo(record(planned).order());
    assertThat(samples)
        .extracting(one -> picture.indexOf(one.order()))
        .containsExactlyInAnyOrder(1, 3, 7, 15);
    assertThat(queues).hasSize(4).containsOnly(queue().id);
  }
}
