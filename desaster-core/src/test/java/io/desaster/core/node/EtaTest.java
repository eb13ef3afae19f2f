/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.desaster.api.Events;
import io.desaster.api.event.DesasterEvent;
import io.desaster.api.job.Eta;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobFilter;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobQuery;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Outcome;
import io.desaster.api.tree.TreePreview;
import io.desaster.core.log.LogOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node tells about the future of its jobs; none of them ends by itself. */
class EtaTest {
  @TempDir Path dir;
  private DesasterNode node;

  @BeforeEach
  void start() {
    node =
        DesasterNode.builder()
            .dataDir(dir)
            .worker(new InstantWorker(order -> null))
            .slots("test", 2, 2)
            .logOptions(LogOptions.defaults().withSegmentBytes(1 << 20))
            .start();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private JobId submit(JobSpec.Builder spec) throws Exception {
    return get(node.submit(spec.build())).id();
  }

  private Job job(JobId id) throws Exception {
    return get(node.jobs().find(id)).orElseThrow();
  }

  @Test
  void shouldKnowExactlyWhenEstimatesAreExact() throws Exception {
    List<JobId> ids = new ArrayList<>();
    for (int minutes : new int[] {10, 30, 5, 20, 1}) {
      ids.add(submit(JobSpec.of("test", "x").estimate(Duration.ofMinutes(minutes))));
    }

    Instant first = job(ids.get(0)).attempts().get(0).startedAt();
    Instant second = job(ids.get(1)).attempts().get(0).startedAt();

    assertThat(job(ids.get(0)).eta()).isEqualTo(running(first.plusSeconds(600)));
    assertThat(job(ids.get(1)).eta()).isEqualTo(running(second.plusSeconds(1800)));
    assertThat(job(ids.get(2)).eta())
        .isEqualTo(exactly(first.plusSeconds(600), first.plusSeconds(900)));
    assertThat(job(ids.get(3)).eta())
        .isEqualTo(exactly(first.plusSeconds(900), first.plusSeconds(2100)));
    assertThat(job(ids.get(4)).eta())
        .isEqualTo(exactly(second.plusSeconds(1800), second.plusSeconds(1860)));
    assertThat(get(node.jobs().list(JobQuery.newest(JobFilter.ALL, 10))).jobs())
        .extracting(job -> job.eta().finishP50().orElseThrow())
        .containsExactlyInAnyOrder(
            second.plusSeconds(1860),
            first.plusSeconds(2100),
            first.plusSeconds(900),
            second.plusSeconds(1800),
            first.plusSeconds(600));
  }

  private static Eta running(Instant finish) {
    Eta both = exactly(finish, finish);
    return new Eta(
        Eta.NONE.startP50(), Eta.NONE.startP90(), both.finishP50(), both.finishP90(), "");
  }

  private static Eta exactly(Instant start, Instant finish) {
    return new Eta(
        Optional.of(start), Optional.of(start), Optional.of(finish), Optional.of(finish), "");
  }

  private static JobSpec.Builder minutes(String queue, int minutes) {
    return JobSpec.of("test", "x").queue(queue).estimate(Duration.ofMinutes(minutes));
  }

  @Test
  void shouldNameThoseWhoHaveTheSlots() throws Exception {
    JobId first = submit(minutes("a", 5));
    JobId second = submit(minutes("b", 7));
    JobId waiting = submit(minutes("b", 1));

    assertThat(get(node.jobs().explain(waiting)))
        .contains(
            "2 slots it may have, all taken by jobs "
                + first
                + " of queue a, "
                + second
                + " of queue b")
        .contains("expected to start at " + job(waiting).eta().startP50().orElseThrow());
  }

  @Test
  void shouldNameThoseWhoUseUpALimit() throws Exception {
    JobId first = submit(minutes("a", 5).limit("api:1"));
    JobId waiting = submit(minutes("b", 1).limit("api:1"));

    assertThat(get(node.jobs().explain(waiting)))
        .contains("limit api:1 is used up by job " + first + " of queue a");
    assertThat(job(waiting).eta().startP50())
        .contains(job(first).attempts().get(0).startedAt().plusSeconds(300));
  }

  @Test
  void shouldNameTheClassThatIsHeldBack() throws Exception {
    get(
        node.trees()
            .apply(
                "test",
                "{\"kind\":\"prio\",\"bands\":[{\"id\":\"one\",\"max_running\":1},{\"id\":\"default\"}]}",
                false,
                OptionalLong.empty(),
                ""));
    submit(minutes("one", 9));
    JobId limited = submit(minutes("one", 1));

    assertThat(get(node.jobs().explain(limited)))
        .contains("class one runs its max_running of 1 jobs");
  }

  @Test
  void shouldNotGiveANumberThatWouldBeALie() throws Exception {
    submit(JobSpec.of("test", "x"));
    submit(JobSpec.of("test", "x"));
    JobId waiting = submit(JobSpec.of("test", "x"));
    JobId demanding = submit(minutes("a", 1).label("gpu"));

    assertThat(job(waiting).eta())
        .isEqualTo(
            Eta.unknown(
                "no job of kind test has ended yet, so nobody knows how long they run; an estimate"
                    + " given with them would tell"));
    assertThat(job(demanding).eta())
        .isEqualTo(Eta.unknown("no pool that serves queue a has role gpu"));
    assertThat(get(node.jobs().explain(demanding)))
        .contains("no pool has role gpu")
        .contains(
            "when it will start is unknown, because no pool that serves queue a has role gpu");
  }

  @Test
  void shouldGiveANumberOrNameWhatIsInTheWay() throws Exception {
    String tree =
        "{\"kind\":\"prio\",\"bands\":[{\"id\":\"one\",\"max_running\":1},"
            + "{\"id\":\"slow\",\"qdisc\":{\"kind\":\"tbf\",\"id\":\"api\",\"rate\":0.01,\"burst\":1}},"
            + "{\"id\":\"default\"}]}";
    get(node.trees().apply("test", tree, false, OptionalLong.empty(), ""));
    get(node.queues().create("held", "test", Map.of()));
    get(node.queues().pause("held", "me", "", Optional.empty()));
    get(node.queues().create("later", "test", Map.of()));
    Instant resumed = Instant.now().plusSeconds(7200).truncatedTo(ChronoUnit.MILLIS);
    get(node.queues().pause("later", "me", "", Optional.of(resumed)));
    get(node.queues().create("nowhere", "test", Map.of("attach", "-*")));
    JobId first = submit(minutes("one", 30));
    // At a full bucket one starts, at an empty one another; the third waits for it to be paid off.
    submit(minutes("slow", 1).cost(2));
    JobId rated = submit(minutes("slow", 1));
    JobId limited = submit(minutes("one", 1));
    JobId delayed = submit(minutes("a", 1).delay(Duration.ofHours(1)));
    JobId paused = submit(minutes("later", 1));

    Map<JobId, String> unknown = new LinkedHashMap<>();
    unknown.put(submit(minutes("held", 1)), "queue held is paused until somebody resumes it");
    unknown.put(submit(minutes("nowhere", 1)), "no pool with slots serves queue nowhere");
    unknown.put(submit(minutes("b", 1).label("gpu")), "no pool that serves queue b has role gpu");
    unknown.put(
        submit(minutes("c", 1).node("web9")), "no pool that serves queue c is on node web9");

    Instant firstEnds = job(first).attempts().get(0).startedAt().plusSeconds(1800);
    assertThat(job(limited).eta().startP50()).contains(firstEnds);
    assertThat(job(rated).eta().startP50().orElseThrow())
        .isBetween(
            job(rated).submittedAt().plusSeconds(90), job(rated).submittedAt().plusSeconds(101));
    assertThat(job(delayed).eta().startP50())
        .contains(job(delayed).submittedAt().plusSeconds(3600));
    assertThat(job(paused).eta().startP50()).contains(resumed);
    for (Map.Entry<JobId, String> one : unknown.entrySet()) {
      assertThat(get(node.jobs().explain(one.getKey())))
          .contains("when it will start is unknown, because " + one.getValue());
    }
  }

  @Test
  void shouldShowWhatAnotherTreeWouldChangeAndChangeNothing() throws Exception {
    for (int i = 0; i < 20; i++) {
      submit(minutes("batch", 10));
    }
    for (int i = 0; i < 4; i++) {
      submit(minutes("quick", 1));
    }
    String tree =
        "{\"kind\":\"prio\",\"bands\":[{\"id\":\"batch\"},{\"id\":\"quick\"},{\"id\":\"default\"}]}";

    TreePreview preview = get(node.trees().preview("test", tree, Duration.ofMinutes(31)));

    Map<String, TreePreview.OfQueue> queues = new HashMap<>();
    preview.classes().forEach(one -> queues.put(one.queue(), one));
    // Two slots, two batch jobs in them; they end after 10 minutes, then queues take turns.
    assertThat(queues.get("quick").before().started()).isEqualTo(4);
    assertThat(queues.get("quick").after().started()).isZero();
    assertThat(queues.get("quick").after().waiting()).isEqualTo(4);
    assertThat(queues.get("quick").after().waitP50Millis()).isEqualTo(-1);
    assertThat(queues.get("batch").after().started()).isEqualTo(6);
    assertThat(queues.get("batch").after().share()).isEqualTo(1);
    assertThat(queues.get("batch").before().share()).isLessThan(0.96);
    assertThat(get(node.trees().show("test")).version().version()).isZero();
  }

  @Test
  void shouldRefuseToPreviewAWrongTreeOrTime() {
    assertThatThrownBy(
            () -> get(node.trees().preview("test", "{\"kind\":\"fifo\"}", Duration.ofMinutes(1))))
        .hasMessageContaining("default");
    assertThatThrownBy(() -> get(node.trees().preview("test", "{}", Duration.ofHours(25))))
        .hasMessageContaining("at most 24 hours, not for 1d1h");
  }

  @Test
  void shouldRememberRunTimesOverSnapshotsAndRestarts() throws Exception {
    node.close();
    node =
        DesasterNode.builder()
            .dataDir(dir)
            .worker(new InstantWorker(order -> Outcome.SUCCEEDED))
            .slots("test", 2, 2)
            .start();
    get(node.jobs().await(submit(JobSpec.of("test", "x").queue("b")), Duration.ofSeconds(10)));
    get(node.snapshot());
    node.close();
    start();
    JobId waiting = null;
    for (int i = 0; i < 3; i++) {
      waiting = submit(JobSpec.of("test", "x").queue("b"));
    }

    assertThat(job(waiting).eta().unknown()).isEmpty();
    assertThat(job(waiting).eta().finishP90()).isPresent();
  }

  @Test
  void shouldKnowWhenAJobIsNotBlockedAnyMore() throws Exception {
    JobId one = submit(minutes("a", 10));
    JobId two = submit(minutes("a", 30));
    JobId child = submit(minutes("b", 5).after(List.of(one, one)));
    JobId ofBoth = submit(minutes("b", 2).after(List.of(child, two)));
    JobId later = submit(minutes("b", 1).after(List.of(one)).delay(Duration.ofMinutes(20)));
    Instant first = job(one).attempts().get(0).startedAt();
    Instant second = job(two).attempts().get(0).startedAt();
    Instant due = job(later).submittedAt().plusSeconds(1200);

    assertThat(job(child).state()).isEqualTo(JobState.BLOCKED);
    assertThat(job(child).eta()).isEqualTo(exactly(first.plusSeconds(600), first.plusSeconds(900)));
    assertThat(job(ofBoth).eta())
        .isEqualTo(exactly(second.plusSeconds(1800), second.plusSeconds(1920)));
    assertThat(job(later).eta()).isEqualTo(exactly(due, due.plusSeconds(60)));
  }

  @Test
  void shouldLetAJobWaitForItsSlotWhenItIsNotBlockedAnyMore() throws Exception {
    JobId one = submit(minutes("a", 10));
    submit(minutes("a", 60));
    submit(minutes("a", 20));
    JobId child = submit(minutes("a", 5).after(List.of(one)));
    Instant first = job(one).attempts().get(0).startedAt();

    // The third job has the slot of the first one until then.
    assertThat(job(child).eta())
        .isEqualTo(exactly(first.plusSeconds(1800), first.plusSeconds(2100)));
  }

  @Test
  void shouldTellWhatABlockedJobWaitsForInVain() throws Exception {
    JobId other = submit(JobSpec.of("remote", "x").queue("r"));
    JobId child = submit(minutes("a", 1).after(List.of(other)));
    JobId grandchild = submit(minutes("a", 1).after(List.of(child)));
    get(node.queues().create("held", "test", Map.of()));
    get(node.queues().pause("held", "me", "", Optional.empty()));
    JobId held = submit(minutes("held", 1));
    JobId ofHeld = submit(minutes("a", 1).after(List.of(held)));

    String kind = "job " + other + ", which it waits for, is of another kind, remote";
    assertThat(job(child).eta()).isEqualTo(Eta.unknown(kind));
    assertThat(job(grandchild).eta())
        .isEqualTo(
            Eta.unknown("nobody knows when job " + child + ", which it waits for, ends: " + kind));
    assertThat(job(ofHeld).eta())
        .isEqualTo(
            Eta.unknown(
                "nobody knows when job "
                    + held
                    + ", which it waits for, ends: queue held is paused until somebody resumes"
                    + " it"));
    assertThat(get(node.jobs().explain(child)))
        .contains("when it will start is unknown, because " + kind);
  }

  @Test
  void shouldTellSubscribersWhatIsExpected() throws Exception {
    JobId one = submit(minutes("a", 10));
    submit(minutes("a", 60));
    JobId waiting = submit(minutes("a", 5));
    CompletableFuture<DesasterEvent> told = new CompletableFuture<>();

    try (Events.Subscription all = node.events().subscribe("eta.a.*", told::complete)) {
      DesasterEvent event = get(told);

      assertThat(event.topic()).isEqualTo("eta.a." + waiting);
      Instant end = job(one).attempts().get(0).startedAt().plusSeconds(600);
      assertThat(event.eta()).isEqualTo(exactly(end, end.plusSeconds(300)));
    }
  }
}
