/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.Events;
import io.desaster.api.event.DesasterEvent;
import io.desaster.api.job.CancelMode;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.forecast.Forecaster;
import io.desaster.core.scheduler.SchedulerRig;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EtaFeedTest {
  private final SchedulerRig rig = SchedulerRig.withSlots(1);
  private final CommittedCopy copy =
      new CommittedCopy(
          rig.committed(),
          new FinishedArchive(null, error -> {}),
          null,
          Runnable::run,
          Runnable::run);
  private final AtomicInteger predictions = new AtomicInteger();
  private final Forecaster forecaster =
      new Forecaster(
          copy,
          Map.of(),
          new Disciplines(),
          task -> {
            predictions.incrementAndGet();
            task.run();
          },
          () -> rig.now().toEpochMilli(),
          () -> rig.now().toEpochMilli());
  private final Deque<Runnable> later = new ArrayDeque<>();
  private final EtaFeed feed = new EtaFeed(copy, () -> forecaster, later::add);
  private final List<DesasterEvent> events = new ArrayList<>();

  private JobId submit(String queue, int minutes) {
    return rig.submit(JobSpec.shell("true").queue(queue).estimate(Duration.ofMinutes(minutes)));
  }

  /** What is told in the next round, 10 s later. */
  private List<DesasterEvent> nextRound() {
    events.clear();
    rig.pass(Duration.ofSeconds(10));
    later.remove().run();
    return List.copyOf(events);
  }

  @Test
  void shouldTellOfJobsThatWaitAndAgainWhenThatHasMoved() {
    JobId first = submit("a", 10);
    JobId second = submit("a", 5);

    feed.subscribe("eta.a.*", events::add);

    assertThat(events).hasSize(1);
    DesasterEvent event = events.get(0);
    assertThat(event.topic()).isEqualTo("eta.a." + second);
    assertThat(event.subject()).isEqualTo(second.toString());
    assertThat(event.fields()).containsEntry("queue", "a").containsEntry("state", "queued");
    assertThat(event.eta().startP50()).contains(SchedulerRig.START.plusSeconds(600));
    assertThat(event.eta().finishP90()).contains(SchedulerRig.START.plusSeconds(900));
    assertThat(nextRound()).isEmpty();

    rig.succeed(first);
    JobId third = submit("a", 1);

    assertThat(nextRound()).extracting(DesasterEvent::subject).containsExactly(third.toString());

    JobId urgent =
        rig.submit(JobSpec.shell("true").queue("a").priority(0).estimate(Duration.ofMinutes(2)));

    assertThat(nextRound())
        .extracting(DesasterEvent::subject)
        .containsExactlyInAnyOrder(third.toString(), urgent.toString());
  }

  @Test
  void shouldTellWhyNothingIsKnown() {
    submit("a", 10);
    submit("a", 5);
    feed.subscribe("eta.*", events::add);

    rig.pause("a");

    assertThat(nextRound())
        .extracting(event -> event.eta().unknown())
        .containsExactly("queue a is paused until somebody resumes it");
    rig.resume("a");
    assertThat(nextRound()).extracting(event -> event.eta().unknown()).containsExactly("");
  }

  @Test
  void shouldTellOfThoseFirstThatStartFirst() {
    submit("b", 1);
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < EtaFeed.JOBS_MAX + 40; i++) {
      ids.add(submit("a", 1).toString());
    }

    feed.subscribe("eta.a.*", events::add);

    assertThat(events)
        .extracting(DesasterEvent::subject)
        .containsExactlyInAnyOrderElementsOf(ids.subList(0, EtaFeed.JOBS_MAX));
  }

  @Test
  void shouldTellOfTheOneJobThatIsAskedAboutWhereverItStands() {
    JobId last = null;
    for (int i = 0; i < EtaFeed.JOBS_MAX + 40; i++) {
      last = submit("a", 1);
    }
    submit("ab", 1);

    feed.subscribe("eta.a." + last, events::add);
    feed.subscribe("eta.b.*", events::add);
    nextRound();
    Events.Subscription again = feed.subscribe("eta.*." + last, events::add);

    // The first subscriber may hear of it again: what came into the other queues may come again.
    assertThat(nextRound()).extracting(DesasterEvent::subject).containsOnly(last.toString());
    again.close();
  }

  @Test
  void shouldPredictNothingWhenNobodyListensOrNothingWaits() {
    submit("a", 1);
    Events.Subscription subscription = feed.subscribe("eta.*", events::add);
    nextRound();
    assertThat(predictions).hasValue(0);

    submit("a", 1);
    assertThat(nextRound()).hasSize(1);
    int made = predictions.get();
    subscription.close();
    nextRound();

    assertThat(predictions).hasValue(made);
    assertThat(later).isEmpty();
    feed.subscribe("eta.*", events::add);
    assertThat(events).hasSize(1);
  }

  @Test
  void shouldNotTellOfPredictionsWhoDidNotAskForThem() {
    copy.predictBy(forecaster);
    submit("a", 1);
    submit("a", 1);

    copy.subscribe("*", events::add);
    copy.subscribe("eta.a.*", event -> {});
    submit("a", 1);

    assertThat(events).extracting(DesasterEvent::topic).containsOnly("job.a.queued");
  }

  @Test
  void shouldNotTellOfATenthOfTheWaitMoreOrLess() {
    submit("a", 10);
    JobId shorter = submit("a", 1);
    JobId longer = submit("a", 2);
    JobId last = submit("a", 1);
    feed.subscribe("eta.a." + last, events::add);

    // Of 13 minutes one, and of 12 two.
    rig.cancel(shorter, CancelMode.NEVER);
    assertThat(nextRound()).isEmpty();
    rig.cancel(longer, CancelMode.NEVER);
    assertThat(nextRound()).extracting(DesasterEvent::subject).containsExactly(last.toString());
  }
}
