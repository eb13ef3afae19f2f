/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobFilter;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobQuery;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.RetryPolicy;
import io.desaster.api.job.Submission;
import io.desaster.api.job.SubmitResult;
import io.desaster.api.node.Series;
import io.desaster.api.node.Stats;
import io.desaster.core.log.LogOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DesasterNodeTest {
  @TempDir Path dir;

  private DesasterNode node(InstantWorker worker) {
    return DesasterNode.builder()
        .dataDir(dir)
        .worker(worker)
        .slots("test", 4, 4)
        .logOptions(LogOptions.defaults().withSegmentBytes(1 << 20))
        .start();
  }

  private static InstantWorker always(Outcome outcome) {
    return new InstantWorker(order -> outcome);
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void shouldRunJobToItsEndAndKnowItAfterRestart() throws Exception {
    JobId id;
    try (DesasterNode node = node(always(Outcome.SUCCEEDED))) {
      id = get(node.submit(JobSpec.of("test", "x").build())).id();
      Job job = get(node.jobs().await(id, Duration.ofSeconds(10)));
      assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
    }
    try (DesasterNode node = node(always(Outcome.SUCCEEDED))) {
      Job job = get(node.jobs().find(id)).orElseThrow();
      assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
      assertThat(job.attempts()).hasSize(1);
    }
  }

  @Test
  void shouldNotTryForEverToEmptyAQueueIntoOneThatTakesNoJobs() throws Exception {
    try (DesasterNode node = node(always(Outcome.SUCCEEDED))) {
      get(node.queues().create("a", "test", Map.of()));
      get(node.queues().create("draining", "test", Map.of()));
      get(node.queues().create("other", "remote", Map.of()));
      get(node.queues().pause("a", "me", "", Optional.empty()));
      get(node.queues().drain("draining", true, "me"));
      get(node.submit(JobSpec.of("test", "x").queue("a").build()));

      assertThatThrownBy(() -> get(node.queues().destroy("a", Optional.of("other"))))
          .rootCause()
          .hasMessageStartingWith("queue 'a' holds jobs of kind test, and 'other' those of kind");
      assertThatThrownBy(() -> get(node.queues().destroy("a", Optional.of("draining"))))
          .rootCause()
          .hasMessageStartingWith("queue 'draining' is draining and takes no jobs of 'a'; ");
      assertThatThrownBy(() -> get(node.queues().destroy("a", Optional.of("none"))))
          .rootCause()
          .hasMessageStartingWith("there is no queue 'none' INTO which the jobs of 'a' could go");
      assertThat(get(node.queues().find("a")).orElseThrow().draining()).isFalse();
      assertThat(get(node.queues().find("a")).orElseThrow().counts().queued()).isEqualTo(1);
    }
  }

  @Test
  void shouldNotTryForEverToDestroyAQueueWithParentsOfLivingJobs() throws Exception {
    try (DesasterNode node = node(always(Outcome.SUCCEEDED))) {
      get(node.queues().create("a", "test", Map.of()));
      get(node.queues().create("b", "test", Map.of()));
      get(node.queues().pause("a", "me", "", Optional.empty()));
      get(node.queues().pause("b", "me", "", Optional.empty()));
      JobId parent = get(node.submit(JobSpec.of("test", "x").queue("a").build())).id();
      JobId other = get(node.submit(JobSpec.of("test", "x").queue("b").build())).id();
      get(node.submit(JobSpec.of("test", "x").queue("b").after(List.of(parent, other)).build()));
      get(node.queues().resume("a", "me"));
      get(node.jobs().await(parent, Duration.ofSeconds(10)));

      assertThatThrownBy(() -> get(node.queues().destroy("a", Optional.empty())))
          .rootCause()
          .hasMessageStartingWith("queue 'a' cannot be emptied of 1 jobs: ");
    }
  }

  @Test
  void shouldRefuseWhatItsWorkerCanNeverRun() throws Exception {
    try (DesasterNode node = node(always(Outcome.SUCCEEDED))) {
      JobSpec bad = JobSpec.of("test", "").build();

      assertThatThrownBy(() -> get(node.submit(bad)))
          .hasRootCauseMessage("a test job needs a payload, and it is empty");
      List<SubmitResult> results =
          get(node.submitAll(List.of(JobSpec.of("test", "x").build(), bad)));

      assertThat(results.get(0).submission()).isNotNull();
      assertThat(results.get(1).refusal().code()).isEqualTo(ErrorCode.INVALID);
      assertThat(get(node.jobs().list(page(""))).matched()).isEqualTo(1);
    }
  }

  @Test
  void shouldKnowAfterARestartHowItWent() throws Exception {
    Instant begin = Instant.now().minusSeconds(1);
    try (DesasterNode node = node(always(Outcome.SUCCEEDED))) {
      Awaitility.await().until(() -> !known(node, "local", Series.RSS, begin).isEmpty());
      get(
          node.jobs()
              .await(
                  get(node.submit(JobSpec.of("test", "x").build())).id(), Duration.ofSeconds(10)));
      Awaitility.await()
          .until(
              () -> known(node, "test@local", Series.ENDED, begin).stream().anyMatch(v -> v > 0));
    }
    try (DesasterNode node = node(always(Outcome.SUCCEEDED))) {
      assertThat(known(node, "local", Series.ENDED, begin)).anyMatch(value -> value > 0);
      assertThat(known(node, "local", Series.RSS, begin)).allMatch(value -> value > 1 << 20);
      assertThat(known(node, "local", Series.CPU, begin)).isNotEmpty();
      assertThat(known(node, "test@local", Series.SLOTS, begin)).contains(4.0);
      assertThat(get(node.info())).containsEntry("history.set_aside", "");
    }
  }

  private static List<Double> known(DesasterNode node, String name, Series series, Instant from)
      throws Exception {
    Stats stats = get(node.nodes().stats(name, series, from, Instant.MAX, Duration.ZERO));
    return Arrays.stream(stats.values()).filter(value -> !Double.isNaN(value)).boxed().toList();
  }

  @Test
  void shouldKnowEverythingFromSnapshotAndJournalTogether() throws Exception {
    try (DesasterNode node = node(always(Outcome.SUCCEEDED))) {
      List<CompletionStage<Submission>> all = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        all.add(node.submit(JobSpec.of("test", "payload " + i).tags(List.of("t" + i)).build()));
      }
      for (CompletionStage<Submission> one : all) {
        get(node.jobs().await(get(one).id(), Duration.ofSeconds(10)));
      }
      get(node.snapshot());
      get(
          node.jobs()
              .await(
                  get(node.submit(JobSpec.of("test", "last").build())).id(),
                  Duration.ofSeconds(10)));
    }
    try (DesasterNode node = node(always(Outcome.SUCCEEDED))) {
      JobQuery query =
          new JobQuery(
              JobFilter.parse("state=succeeded"), JobQuery.Sort.SUBMITTED, false, 10_000, "");
      assertThat(get(node.jobs().list(query)).matched()).isEqualTo(1001);
      assertThat(get(node.queues().find("test")).orElseThrow().counts().succeeded())
          .isEqualTo(1001);
      assertThat(Long.parseLong(get(node.info()).get("journal.snapshot_index"))).isPositive();
    }
  }

  @Test
  void shouldNotCallOutputCompleteBeforeTheAttemptIsOver() throws Exception {
    InstantWorker held = new InstantWorker(order -> null);
    try (DesasterNode node = node(held)) {
      JobId id = get(node.submit(JobSpec.of("test", "x").retry(RetryPolicy.NONE).build())).id();
      while (get(node.jobs().find(id)).orElseThrow().state() != JobState.RUNNING) {
        get(node.jobs().await(id, Duration.ofMillis(5)));
      }

      assertThat(get(node.jobs().output(id, 1, false, 0, 10)).complete()).isFalse();
      get(node.jobs().cancel(id));
      get(node.jobs().await(id, Duration.ofSeconds(10)));
      assertThat(get(node.jobs().output(id, 1, false, 0, 10)).complete()).isTrue();
    }
  }

  @Test
  void shouldTreatTheSameIdAsOneJob() throws Exception {
    try (DesasterNode node = node(always(Outcome.SUCCEEDED))) {
      JobSpec spec = JobSpec.of("test", "x").id("order 66").build();
      Submission first = get(node.submit(spec));
      Submission second = get(node.submit(spec));
      assertThat(second.id()).isEqualTo(first.id());
      assertThat(second.known()).isTrue();
      JobSpec other = JobSpec.of("test", "y").id("order 66").build();
      assertThatThrownBy(() -> get(node.submit(other))).hasMessageContaining("EXISTS");
    }
  }

  @Test
  void shouldRetryAndFinallyFail() throws Exception {
    RetryPolicy twice =
        new RetryPolicy(2, Duration.ofMillis(10), 1, Duration.ofMillis(10), 0, List.of());
    try (DesasterNode node = node(always(Outcome.FAILED))) {
      JobId id = get(node.submit(JobSpec.of("test", "x").retry(twice).build())).id();
      Job job = get(node.jobs().await(id, Duration.ofSeconds(10)));
      assertThat(job.state()).isEqualTo(JobState.FAILED);
      assertThat(job.attempts()).hasSize(2);
    }
  }

  @Test
  void shouldPurgeAndDestroyQueueIntoAnother() throws Exception {
    try (DesasterNode node = node(new InstantWorker(order -> Outcome.SUCCEEDED))) {
      get(node.queues().create("a", "test", Map.of()));
      get(node.queues().create("b", "test", Map.of()));
      get(node.queues().pause("a", "me", "why not", Optional.empty()));
      get(node.queues().pause("b", "me", "", Optional.empty()));
      for (int i = 0; i < 100; i++) {
        get(node.submit(JobSpec.of("test", "p" + i).queue("a").build()));
      }
      get(node.queues().destroy("a", Optional.of("b")));
      assertThat(get(node.queues().find("a"))).isEmpty();
      assertThat(get(node.queues().find("b")).orElseThrow().counts().queued()).isEqualTo(100);
      assertThat(get(node.queues().purge("b", "me"))).isEqualTo(100);
      assertThat(get(node.queues().find("b")).orElseThrow().counts().queued()).isZero();
    }
  }

  @Test
  void shouldTakeBackBulkMove() throws Exception {
    try (DesasterNode node = node(always(Outcome.SUCCEEDED))) {
      get(node.queues().create("a", "test", Map.of()));
      get(node.queues().create("b", "test", Map.of()));
      get(node.queues().pause("a", "me", "", Optional.empty()));
      get(node.queues().pause("b", "me", "", Optional.empty()));
      JobId id = get(node.submit(JobSpec.of("test", "p").queue("a").build())).id();
      long operation =
          get(node.jobs().applyAll(JobFilter.parse("queue=a"), new JobAction.Move("b"), "me")).id();
      get(node.operations().undo(operation, "me"));
      assertThat(get(node.jobs().find(id)).orElseThrow().spec().queue()).isEqualTo("a");
    }
  }

  @Test
  void shouldKeepLargePayloadsInTheLogThroughSnapshotAndRestart() throws Exception {
    byte[] payload = new byte[100_000];
    for (int i = 0; i < payload.length; i++) {
      payload[i] = (byte) (i * 31);
    }
    JobId id;
    AtomicReference<byte[]> worked = new AtomicReference<>();
    try (DesasterNode node = node(always(null))) {
      get(node.queues().create("test", "test", Map.of()));
      get(node.queues().pause("test", "me", "", Optional.empty()));
      id = get(node.submit(JobSpec.of("test", payload).build())).id();
      assertThat(get(node.jobs().find(id)).orElseThrow().spec().payload()).isEqualTo(payload);
      get(node.snapshot());
      assertThat(get(node.jobs().find(id)).orElseThrow().spec().payload()).isEqualTo(payload);
    }
    InstantWorker worker =
        new InstantWorker(
            order -> {
              worked.set(order.payload());
              return Outcome.SUCCEEDED;
            });
    try (DesasterNode node = node(worker)) {
      get(node.queues().resume("test", "me"));
      get(node.jobs().await(id, Duration.ofSeconds(10)));
      assertThat(worked.get()).isEqualTo(payload);
      JobSpec again = JobSpec.of("test", payload).id("twice").build();
      get(node.submit(again));
      assertThat(get(node.submit(again)).known()).isTrue();
    }
  }

  @Test
  void shouldFindTextsInPayloadsOnTheDisk() throws Exception {
    String filler = "x".repeat(50_000);
    JobId late;
    try (DesasterNode node = node(always(null))) {
      get(node.queues().create("test", "test", Map.of()));
      get(node.queues().pause("test", "me", "", Optional.empty()));
      get(node.submit(JobSpec.of("test", filler + "needle").tags(List.of("a")).build()));
      get(node.submit(JobSpec.of("test", filler + "nothing").tags(List.of("b")).build()));
      assertThat(tags(node, "text~needle")).containsExactly("a");
      get(node.snapshot());
      get(node.submit(JobSpec.of("test", "needle").tags(List.of("c")).build()));
      late = get(node.submit(JobSpec.of("test", filler + "needle é").build())).id();
      get(node.jobs().apply(late, new JobAction.Tag(List.of("d"), List.of())));
    }
    try (DesasterNode node = node(always(null))) {
      assertThat(tags(node, "text~needle")).containsExactly("a", "c", "d");
      assertThat(tags(node, "text~é,nothing")).containsExactly("b", "d");
      assertThat(tags(node, "text~needle text~xx")).containsExactly("a", "d");
      assertThat(tags(node, "text~needle tag=b")).isEmpty();
      get(node.jobs().applyAll(JobFilter.parse("text~é"), new JobAction.Reprioritize(1), "me"));
      get(node.jobs().list(page("priority=1")));
      assertThat(get(node.jobs().find(late)).orElseThrow().spec().options().priority())
          .isEqualTo(1);
    }
  }

  private static JobQuery page(String filter) {
    return new JobQuery(JobFilter.parse(filter), JobQuery.Sort.SUBMITTED, false, 100, "");
  }

  private static List<String> tags(DesasterNode node, String filter) throws Exception {
    return get(node.jobs().list(page(filter))).jobs().stream()
        .flatMap(job -> job.spec().options().tags().stream())
        .sorted()
        .toList();
  }

  @Test
  void shouldHoldNothingOpenIfItCannotBegin() throws Exception {
    try (DesasterNode node = archiving(always(Outcome.SUCCEEDED))) {
      for (int i = 0; i < 50; i++) {
        JobId id = get(node.submit(JobSpec.of("test", "x").build())).id();
        get(node.jobs().await(id, Duration.ofSeconds(10)));
      }
    }
    InstantWorker broken =
        new InstantWorker(order -> Outcome.SUCCEEDED) {
          @Override
          public CompletionStage<List<Found>> open(Host host) {
            return CompletableFuture.failedFuture(new IllegalStateException("no launcher"));
          }
        };

    assertThatThrownBy(() -> archiving(broken)).hasMessageContaining("no launcher");

    assertThat(openFiles()).isEmpty();
    try (DesasterNode node = archiving(always(Outcome.SUCCEEDED))) {
      assertThat(openFiles()).isNotEmpty();
    }
  }

  @Test
  void shouldHoldNothingOpenIfRecoveryFails() throws Exception {
    try (DesasterNode node = archiving(always(Outcome.SUCCEEDED))) {
      for (String payload : List.of("needle", "x", "y")) {
        get(node.submit(JobSpec.of("test", payload).build()));
      }
    }
    damage("needle");

    assertThatThrownBy(() -> archiving(always(Outcome.SUCCEEDED))).hasMessageContaining("damaged");

    assertThat(openFiles()).isEmpty();
  }

  private DesasterNode archiving(InstantWorker worker) {
    return DesasterNode.builder()
        .dataDir(dir)
        .worker(worker)
        .slots("test", 4, 4)
        .finishedOnHeapMax(1)
        .logOptions(LogOptions.defaults().withSegmentBytes(1 << 20))
        .start();
  }

  /** Changes a byte of the journal where the text stands. */
  private void damage(String text) throws IOException {
    try (Stream<Path> files = Files.list(dir.resolve("journal"))) {
      for (Path file : files.toList()) {
        byte[] bytes = Files.readAllBytes(file);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
        if (at >= 0) {
          bytes[at]++;
          Files.write(file, bytes);
        }
      }
    }
  }

  /** Files below the directory that this process has open. */
  private List<Path> openFiles() throws IOException {
    List<Path> open = new ArrayList<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors.toList()) {
        try {
          Path file = Files.readSymbolicLink(descriptor);
          if (file.startsWith(dir)) {
            open.add(file);
          }
        } catch (NoSuchFileException e) {
          // That of the listing itself.
        }
      }
    }
    return open;
  }
}
