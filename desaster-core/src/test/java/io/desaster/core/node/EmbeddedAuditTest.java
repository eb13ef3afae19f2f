/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.desaster.api.Jobs;
import io.desaster.api.Nodes;
import io.desaster.api.Operations;
import io.desaster.api.Queues;
import io.desaster.api.Trees;
import io.desaster.api.audit.AuditEntry;
import io.desaster.api.audit.AuditQuery;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobFilter;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.Outcome;
import io.desaster.core.audit.AuditLevel;
import io.desaster.core.log.LogOptions;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedAuditTest {
  private static final Set<String> READS =
      Set.of(
          "find",
          "list",
          "coolDowns",
          "await",
          "output",
          "explain",
          "show",
          "history",
          "preview",
          "diff",
          "pools",
          "stats");

  @TempDir Path dir;

  private DesasterNode.Builder builder() {
    return DesasterNode.builder()
        .dataDir(dir)
        .name("web1")
        .worker(new InstantWorker(order -> Outcome.SUCCEEDED))
        .slots("test", 1, 1)
        .logOptions(LogOptions.defaults().withSegmentBytes(1 << 20));
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static List<String> lines(DesasterNode node) throws Exception {
    return get(node.audit(AuditQuery.NEWEST)).stream()
        .map(
            e ->
                e.verb()
                    + ' '
                    + e.target()
                    + ' '
                    + e.arguments()
                    + ' '
                    + e.by()
                    + ' '
                    + e.outcome())
        .toList();
  }

  @Test
  void shouldTellWhatTheApplicationChanged() throws Exception {
    try (DesasterNode node = builder().start()) {
      get(node.queues().create("mail", "test", Map.of("max-length", "7")));
      get(node.queues().pause("mail", "ada", "move", Optional.empty()));
      get(node.queues().list());
      JobId id = get(node.submit(JobSpec.of("test", "secret").queue("mail").build())).id();
      get(node.jobs().find(id));
      get(node.jobs().cancel(id));
      get(node.jobs().apply(id, new JobAction.Tag(List.of("x"), List.of())));
      get(node.jobs().applyAll(JobFilter.parse("queue=mail"), new JobAction.Delete(), "bob"));
      get(node.nodes().drain("web1", true));
      get(node.nodes().setSlots("test@web1", 2, 3));
      assertThatThrownBy(() -> get(node.queues().resume("nowhere", "ada")));
      assertThatThrownBy(
          () -> get(node.trees().apply("test", "nonsense", false, OptionalLong.empty(), "eve")));

      List<AuditEntry> entries = get(node.audit(AuditQuery.NEWEST));
      assertThat(entries)
          .allSatisfy(entry -> assertThat(entry.from()).isEqualTo("embedded"))
          .allSatisfy(entry -> assertThat(entry.node()).isEqualTo("web1"))
          .allSatisfy(entry -> assertThat(entry.who()).isEqualTo(System.getProperty("user.name")));
      assertThat(lines(node))
          .hasSize(9)
          .containsSequence(
              "QUEUE CREATE mail [test, {max-length=7}]  ok",
              "QUEUE PAUSE mail [ada, move, Optional.empty] ada ok",
              "JOB CANCEL " + id + " []  ok")
          .contains(
              "NODE DRAIN web1 [true]  ok",
              "POOL SET test@web1 [2, 3]  ok",
              "QUEUE RESUME nowhere [ada] ada NOTFOUND",
              "TREE APPLY test [nonsense, false, OptionalLong.empty, eve] eve INVALID")
          .anyMatch(line -> line.startsWith("JOB TAG " + id))
          .anyMatch(line -> line.startsWith("JOB DELETE") && line.endsWith(" bob ok"));
      assertThat(entries.get(7).message()).contains("nowhere");
    }
  }

  @Test
  void shouldTellOfSubmitsIfAskedForWithoutTheirPayloads() throws Exception {
    try (DesasterNode node = builder().audit(AuditLevel.ALL).start()) {
      get(node.submit(JobSpec.of("test", "secret").queue("mail").build()));
      get(
          node.submitAll(
              List.of(JobSpec.of("test", "x").build(), JobSpec.of("none", "y").build())));

      assertThat(lines(node))
          .containsExactly(
              "QUEUE PUSH mail [test, <6 bytes>]  ok",
              "QUEUE PUSH test [test, <1 bytes>]  ok",
              "QUEUE PUSH none [none, <1 bytes>]  ok");
    }
  }

  @Test
  void shouldKeepNothingIfSwitchedOff() throws Exception {
    try (DesasterNode node = builder().audit(AuditLevel.OFF).start()) {
      get(node.queues().create("mail", "test", Map.of()));
      assertThat(lines(node)).isEmpty();
    }
    assertThat(dir.resolve("audit")).doesNotExist();
  }

  @Test
  void shouldLeaveAServersCallsToTheServer() throws Exception {
    try (DesasterNode node = builder().auditCalls(false).start()) {
      get(node.queues().create("mail", "test", Map.of()));
      assertThat(lines(node)).isEmpty();
    }
  }

  /** A method that is new is either a read or has a verb. */
  @Test
  void shouldKnowEveryMethodOfEveryNoun() {
    for (Class<?> noun :
        List.of(Queues.class, Jobs.class, Trees.class, Nodes.class, Operations.class)) {
      Stream<String> methods = Arrays.stream(noun.getMethods()).map(Method::getName);
      assertThat(methods)
          .as(noun.getSimpleName())
          .allMatch(name -> READS.contains(name) != EmbeddedAudit.verbs(noun).containsKey(name));
    }
  }
}
