/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.client;

import static io.desaster.daemon.client.ServedNode.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.desaster.api.Desaster;
import io.desaster.api.RemoteWork;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.CancelMode;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobFilter;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobPage;
import io.desaster.api.job.JobQuery;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.RetryPolicy;
import io.desaster.api.job.Submission;
import io.desaster.api.job.SubmitResult;
import io.desaster.api.node.Series;
import io.desaster.api.operation.Operation;
import io.desaster.api.queue.QueueInfo;
import io.desaster.client.DesasterClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the client says of a node is what the node says of itself. */
@Timeout(60)
class ClientOverTheWireTest {
  @TempDir static Path directory;
  private static ServedNode served;
  private static DesasterClient client;

  @BeforeAll
  static void start() {
    served = new ServedNode(directory);
    client = DesasterClient.connect(served.uri());
  }

  @AfterAll
  static void stop() {
    client.close();
    served.close();
  }

  private static <T> void assertSameAsInside(
      Function<io.desaster.api.Desaster, CompletionStage<T>> question) {
    // Predictions are made meanwhile, so the second answer may know more than the first.
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              T inside = get(question.apply(served.node()));
              T outside = get(question.apply(client));
              assertThat(outside).usingRecursiveComparison().isEqualTo(inside);
            });
  }

  @Test
  void shouldTellHowANodeWentAsTheNodeDoes() {
    String node = served.node().name();
    Instant from = Instant.now().minusSeconds(60);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Arrays.stream(rss(client, node, from, settled())).anyMatch(v -> v > 0));
    Instant to = settled();

    assertThat(rss(client, node, from, to)).containsExactly(rss(served.node(), node, from, to));
    assertSameAsInside(
        desaster ->
            desaster
                .nodes()
                .stats(node, Series.CPU, from, to, Duration.ofSeconds(2))
                .thenApply(stats -> List.of(stats.name(), stats.from(), stats.step())));
    assertThatThrownBy(
            () -> get(client.nodes().stats(node, Series.CPU, from, to, Duration.ofSeconds(-1))))
        .hasMessageContaining("must not be negative");
  }

  /** Of a time before it nothing more is added. */
  private static Instant settled() {
    return Instant.now().minusSeconds(3);
  }

  private static double[] rss(Desaster desaster, String node, Instant from, Instant to) {
    return get(desaster.nodes().stats(node, Series.RSS, from, to, Duration.ZERO)).values();
  }

  @Test
  void shouldShowJobsAsTheNodeDoes() {
    JobSpec spec =
        JobSpec.of("remote", new byte[] {0, (byte) 0xff, 13, 10})
            .queue("shown")
            .id("shown-1")
            .key("k")
            .priority(1)
            .delay(Duration.ofHours(2))
            .retry(RetryPolicy.NONE)
            .tags(List.of("a", "ü"))
            .build();

    Submission submission = get(client.submit(spec));

    assertThat(submission).isEqualTo(new Submission(JobId.parse("shown-1"), false, 1));
    assertSameAsInside(d -> d.jobs().find(spec.id()));
    assertSameAsInside(d -> d.jobs().explain(spec.id()));
    assertSameAsInside(d -> d.jobs().list(JobQuery.newest(JobFilter.parse("queue=shown"), 10)));
    assertThat(get(client.jobs().find(spec.id())).orElseThrow().spec().payload())
        .isEqualTo(spec.payload());
    assertThat(get(client.jobs().find(JobId.parse("nobody")))).isEmpty();
  }

  @Test
  void shouldTellKnownJobsAndRefuseOthersOfTheSameId() {
    JobSpec spec = JobSpec.of("remote", "x").queue("ids").id("twice").build();
    get(client.submit(spec));

    assertThat(get(client.submit(spec)).known()).isTrue();
    assertThatThrownBy(
            () -> get(client.submit(JobSpec.of("remote", "y").queue("ids").id("twice").build())))
        .isInstanceOfSatisfying(
            DesasterException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.EXISTS));
  }

  @Test
  void shouldAnswerABatchInItsOrderEachByItself() {
    List<JobSpec> specs = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      specs.add(JobSpec.of("remote", "" + i).queue("batch").id("batch-" + i).build());
    }
    specs.set(777, JobSpec.of("shell", "x").queue("batch").build());

    List<SubmitResult> results = get(client.submitAll(specs));

    assertThat(results).hasSize(20_000);
    for (int i = 0; i < results.size(); i++) {
      SubmitResult result = results.get(i);
      if (i == 777) {
        assertThat(result.refusal().code()).isEqualTo(ErrorCode.INVALID);
      } else {
        assertThat(result.submission().id()).isEqualTo(JobId.parse("batch-" + i));
      }
    }
    assertThat(get(client.submitAll(List.of()))).isEmpty();
  }

  @Test
  void shouldGoThroughAllPagesOfAList() {
    for (int i = 0; i < 25; i++) {
      get(client.submit(JobSpec.of("remote", "x").queue("pages").build()));
    }
    Set<JobId> seen = new HashSet<>();
    JobQuery query =
        new JobQuery(JobFilter.parse("queue=pages"), JobQuery.Sort.SUBMITTED, false, 10, "");
    JobPage page = get(client.jobs().list(query));
    while (true) {
      page.jobs().forEach(job -> assertThat(seen.add(job.id())).isTrue());
      assertThat(page.matched()).isEqualTo(25);
      if (page.next().isEmpty()) {
        break;
      }
      page =
          get(
              client
                  .jobs()
                  .list(
                      new JobQuery(
                          query.filter(), query.sort(), false, query.limit(), page.next())));
    }
    assertThat(seen).hasSize(25);
  }

  @Test
  void shouldDoToAJobWhatActionsSay() {
    JobId id = get(client.submit(JobSpec.of("remote", "x").queue("acts").build())).id();
    get(client.queues().create("acts2", "remote", Map.of()));

    assertThat(get(client.jobs().apply(id, new JobAction.Move("acts2"))).spec().queue())
        .isEqualTo("acts2");
    Job labelled = get(client.jobs().apply(id, new JobAction.Relabel("gpu", "web9")));
    assertThat(labelled.spec().options().label()).isEqualTo("gpu");
    assertThat(labelled.spec().options().node()).isEqualTo("web9");
    assertThat(get(client.jobs().apply(id, new JobAction.Relabel("", ""))).spec().options().label())
        .isEmpty();
    assertThat(
            get(client.jobs().apply(id, new JobAction.Reprioritize(0))).spec().options().priority())
        .isZero();
    assertThat(
            get(client.jobs().apply(id, new JobAction.Tag(List.of("a", "b"), List.of())))
                .spec()
                .options()
                .tags())
        .containsExactly("a", "b");
    assertThat(
            get(client.jobs().apply(id, new JobAction.Tag(List.of(), List.of("a"))))
                .spec()
                .options()
                .tags())
        .containsExactly("b");
    JobAction cancel =
        new JobAction.Cancel(CancelMode.NEVER, Optional.of(Duration.ofSeconds(2)), "ada");
    Job cancelled = get(client.jobs().apply(id, cancel));
    assertThat(cancelled.state()).isEqualTo(JobState.CANCELLED);
    assertThat(cancelled.reason()).contains("ada");
    assertThat(get(client.jobs().retry(id)).state()).isEqualTo(JobState.QUEUED);
    get(client.jobs().cancel(id));
    get(client.jobs().apply(id, new JobAction.Delete()));
    assertThat(get(client.jobs().find(id))).isEmpty();
    assertThatThrownBy(() -> get(client.jobs().retry(id)))
        .isInstanceOfSatisfying(
            DesasterException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOTFOUND));
  }

  @Test
  void shouldBeginFollowAndUndoOperations() {
    for (int i = 0; i < 10; i++) {
      get(
          client.submit(
              JobSpec.of("remote", "x").queue("bulk").tags(List.of("two words")).build()));
    }
    get(client.queues().create("bulk2", "remote", Map.of()));
    JobFilter filter = JobFilter.parse("queue=bulk tag=\"two words\"");

    Operation begun = get(client.jobs().applyAll(filter, new JobAction.Move("bulk2"), "ada"));

    assertThat(begun.by()).isEqualTo("ada");
    assertThat(begun.selected()).isEqualTo(10);
    assertThat(awaitEnd(begun.id()).done()).isEqualTo(10);
    Operation undo = get(client.operations().undo(begun.id(), "bob"));
    assertThat(undo.undoOf()).isEqualTo(begun.id());
    assertThat(awaitEnd(undo.id()).done()).isEqualTo(10);
    assertSameAsInside(d -> d.operations().list());
    assertThat(get(client.operations().find(4_711))).isEmpty();
    assertThatThrownBy(() -> get(client.operations().stop(undo.id())))
        .isInstanceOfSatisfying(
            DesasterException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STATE));
  }

  private static Operation awaitEnd(long id) {
    Operation operation;
    do {
      operation = get(client.operations().find(id)).orElseThrow();
    } while (operation.state() == Operation.State.RUNNING);
    return operation;
  }

  @Test
  void shouldManageQueues() {
    QueueInfo made =
        get(client.queues().create("managed", "remote", Map.of("max-length", "7", "ttl", "1h")));
    assertThat(made.settings().maxLength()).isEqualTo(7);
    assertThat(
            get(client.queues().set("managed", Map.of("max-length", "8"))).settings().maxLength())
        .isEqualTo(8);
    Instant until = Instant.now().plusSeconds(60).truncatedTo(ChronoUnit.MILLIS);
    assertThat(
            get(client.queues().pause("managed", "ada", "too hot", Optional.of(until)))
                .pause()
                .orElseThrow())
        .satisfies(
            pause -> {
              assertThat(pause.by()).isEqualTo("ada");
              assertThat(pause.why()).isEqualTo("too hot");
              assertThat(pause.until()).contains(until);
            });
    assertThat(get(client.queues().resume("managed", "ada")).pause()).isEmpty();
    assertThat(get(client.queues().drain("managed", true, "ada")).draining()).isTrue();
    assertThat(get(client.queues().drain("managed", false, "ada")).draining()).isFalse();
    assertThat(get(client.queues().detach("managed", "remote@w9")).settings().attach())
        .contains("-remote@w9");
    get(client.queues().attach("managed", "remote@w9"));
    assertThat(get(client.queues().rename("managed", "kept")).name()).isEqualTo("kept");
    assertSameAsInside(d -> d.queues().find("kept"));
    assertThat(get(client.queues().find("managed"))).isEmpty();
    get(client.submit(JobSpec.of("remote", "x").queue("kept").build()));
    assertThat(get(client.queues().purge("kept", "ada"))).isEqualTo(1);
    get(client.queues().destroy("kept", Optional.empty()));
    assertThat(get(client.queues().list())).noneMatch(queue -> queue.name().equals("kept"));
    assertThatThrownBy(() -> get(client.queues().set("kept", Map.of("ttl", "1h"))))
        .isInstanceOfSatisfying(
            DesasterException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOTFOUND));
  }

  @Test
  void shouldListAndClearCoolDowns() {
    get(client.queues().create("cool", "remote", Map.of("cool-down", "1h")));
    JobSpec spec = JobSpec.of("remote", "x").queue("cool").key("ada").build();
    JobId holder = get(client.submit(spec)).id();

    assertThatThrownBy(() -> get(client.submit(spec)))
        .isInstanceOfSatisfying(
            DesasterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.DUPLICATE);
              assertThat(e.getMessage()).contains(holder.toString());
            });
    assertSameAsInside(d -> d.queues().coolDowns("cool"));
    assertThat(get(client.queues().coolDowns(""))).isNotEmpty();
    assertThat(get(client.queues().clearCoolDowns("cool", "ada"))).isEqualTo(1);
    assertThat(get(client.queues().coolDowns("cool"))).isEmpty();
  }

  @Test
  void shouldShowNodesPoolsAndFacts() {
    assertSameAsInside(d -> d.nodes().list());
    assertSameAsInside(d -> d.nodes().pools());
    assertThat(get(client.nodes().drain("web1", true)).state())
        .isEqualTo(io.desaster.api.node.NodeInfo.State.DRAINING);
    assertThat(get(client.nodes().drain("web1", false)).state())
        .isEqualTo(io.desaster.api.node.NodeInfo.State.UP);
    assertThat(get(client.info()))
        .containsEntry("server.node", "local")
        .containsKeys("clients.connected_clients");
    assertThat(get(client.info()).keySet()).containsAll(get(served.node().info()).keySet());
  }

  @Test
  void shouldWaitForTheEndOfAJobAsLongAsAsked() {
    JobId id = get(client.submit(JobSpec.of("remote", "x").queue("waits").build())).id();
    assertThat(get(client.jobs().await(id, Duration.ofMillis(20))).state())
        .isEqualTo(JobState.QUEUED);
    CompletableFuture<Job> waiting =
        client.jobs().await(id, Duration.ofDays(100_000)).toCompletableFuture();
    assertThat(waiting).isNotDone();

    get(client.jobs().cancel(id));

    assertThat(get(waiting).state()).isEqualTo(JobState.CANCELLED);
    assertThatThrownBy(() -> get(client.jobs().await(JobId.parse("none"), Duration.ofMinutes(1))))
        .isInstanceOfSatisfying(
            DesasterException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOTFOUND));
  }

  @Test
  void shouldWaitForMoreJobsAtOnceThanThereAreConnections() {
    List<CompletableFuture<Job>> waits = new ArrayList<>();
    List<JobId> ids = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      ids.add(get(client.submit(JobSpec.of("remote", "x").queue("many").build())).id());
      waits.add(client.jobs().await(ids.get(i), Duration.ofMinutes(1)).toCompletableFuture());
    }

    ids.forEach(id -> get(client.jobs().cancel(id)));

    waits.forEach(wait -> assertThat(get(wait).state()).isEqualTo(JobState.CANCELLED));
  }

  @Test
  void shouldTakeBeatTellAndEnd() {
    RemoteWork work = client.remoteWork();
    JobId id =
        get(client.submit(
                JobSpec.of("remote", "hi").queue("taken").timeout(Duration.ofHours(1)).build()))
            .id();

    RemoteWork.Taken taken =
        get(work.take(
                new RemoteWork.Take(
                    "hand-1", List.of("taken"), List.of(), 5, Duration.ofSeconds(9))))
            .get(0);

    assertThat(taken.job()).isEqualTo(id);
    assertThat(taken.queue()).isEqualTo("taken");
    assertThat(taken.payload()).isEqualTo("hi".getBytes(StandardCharsets.UTF_8));
    assertThat(taken.timeoutMillis()).isEqualTo(3_600_000);
    assertThat(taken.leaseMillis()).isEqualTo(30_000);
    RemoteWork.Running mine = new RemoteWork.Running(id, taken.attempt());
    RemoteWork.Running notMine = new RemoteWork.Running(JobId.parse("other"), 1);
    assertThat(get(work.beat("hand-1", List.of(mine, notMine)))).containsExactly(notMine);
    get(work.progress(id, taken.attempt(), 40, "4 of 10"));
    assertThat(get(client.jobs().find(id)).orElseThrow().progress().text()).isEqualTo("4 of 10");
    get(work.done(id, taken.attempt(), new byte[] {7}));
    Job done = get(client.jobs().await(id, Duration.ofSeconds(9)));
    assertThat(done.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(done.result()).containsExactly(7);
    assertThatThrownBy(() -> get(work.fail(id, taken.attempt(), 3, "late")))
        .isInstanceOfSatisfying(
            DesasterException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STALE));
  }

  @Test
  void shouldGetNothingWhenPatienceIsOver() {
    RemoteWork.Take take =
        new RemoteWork.Take("hand-2", List.of("empty"), List.of(), 1, Duration.ofMillis(30));

    assertThat(get(client.remoteWork().take(take))).isEmpty();
  }

  @Test
  void shouldWithdrawACancelledRequestForWork() {
    RemoteWork.Take first =
        new RemoteWork.Take("hand-3", List.of("withdrawn"), List.of(), 1, Duration.ofMinutes(1));
    RemoteWork.Take second =
        new RemoteWork.Take("hand-4", List.of("withdrawn"), List.of(), 1, Duration.ofSeconds(20));
    client.remoteWork().take(first).toCompletableFuture().cancel(false);
    CompletionStage<List<RemoteWork.Taken>> other = client.remoteWork().take(second);

    JobId id = get(client.submit(JobSpec.of("remote", "x").queue("withdrawn").build())).id();

    assertThat(get(other)).extracting(RemoteWork.Taken::job).containsExactly(id);
  }

  @Test
  void shouldRefuseToConnectWhereNobodyListens() {
    assertThatThrownBy(() -> DesasterClient.connect("desaster://127.0.0.1:1"))
        .isInstanceOfSatisfying(
            DesasterException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOMASTER))
        .hasMessageContaining("cannot connect to desaster at 127.0.0.1:1: nothing listens there");
  }
}
