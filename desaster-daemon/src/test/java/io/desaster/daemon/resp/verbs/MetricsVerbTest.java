/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.core.node.DesasterNode;
import io.desaster.daemon.resp.RespOptions;
import io.desaster.daemon.resp.RespServer;
import io.desaster.daemon.resp.WireClient;
import io.desaster.metrics.DesasterMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics of a real node, over a real connection and in an application's registry. */
class MetricsVerbTest {
  private static final String TREE =
      "{\"kind\":\"htb\",\"classes\":[{\"id\":\"mail\",\"rate\":5,\"ceil\":5},"
          + "{\"id\":\"default\",\"rate\":1}]}";

  @TempDir private Path directory;
  private Vertx vertx;
  private DesasterNode node;
  private RespServer server;
  private WireClient client;

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    node = DesasterNode.builder().dataDir(directory).name("web1").vertx(vertx).start();
    server = new RespServer(vertx, RespOptions.local(0), DesasterVerbs.of(node, 256 * 1024));
    client = new WireClient(VerbExamples.await(server.start()));
    client.call("HELLO", "3");
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    VerbExamples.await(server.stop());
    node.close();
    VerbExamples.await(vertx.close());
  }

  private static void finish(CompletionStage<?> stage) throws Exception {
    stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private void runOneOfTwo() throws Exception {
    client.call("TREE", "APPLY", "remote", TREE);
    client.call("QUEUE", "PUSH", "mail", "remote", "1", "id", "m1");
    client.call("QUEUE", "PUSH", "mail", "remote", "2", "id", "m2");
    client.call("JOB", "TAKE", "hand", "COUNT", "1");
    client.call("JOB", "DONE", "m1", "1");
  }

  private List<String> scrape() throws Exception {
    WireClient.Verbatim text = (WireClient.Verbatim) client.call("METRICS");
    return text.text().lines().toList();
  }

  @Test
  void shouldTellMetricsInTheFormatOfPrometheus() throws Exception {
    runOneOfTwo();

    assertThat(scrape())
        .contains(
            "# TYPE desaster_jobs_total counter",
            "desaster_jobs_total{kind=\"remote\",outcome=\"succeeded\",queue=\"mail\"} 1.0",
            "desaster_jobs_total{kind=\"remote\",outcome=\"failed\",queue=\"mail\"} 0.0",
            "desaster_queue_depth{kind=\"remote\",queue=\"mail\",state=\"queued\"} 1.0",
            "desaster_wait_seconds_count{kind=\"remote\",queue=\"mail\"} 1",
            "desaster_run_seconds_count{kind=\"remote\",queue=\"mail\"} 1",
            "desaster_class_lends_total{class=\"mail\",kind=\"remote\"} 1.0",
            "desaster_class_borrows_total{class=\"mail\",kind=\"remote\"} 0.0",
            "desaster_class_overlimits_total{class=\"mail\",kind=\"remote\"} 0.0")
        .anyMatch(line -> line.startsWith("desaster_wait_quantile_seconds{kind=\"remote\","))
        .anyMatch(line -> line.matches("desaster_class_used_ratio\\{class=\"mail\".*} 0\\.1[0-9]*"))
        .anyMatch(line -> line.matches("desaster_class_entitled_ratio\\{class=\"mail\".*"))
        .anyMatch(line -> line.matches("desaster_commit_seconds\\{quantile=\"0.99\"} .*"))
        .anyMatch(line -> line.matches("desaster_epoch [1-9].*"))
        .noneMatch(line -> line.startsWith("desaster_eta_error_ratio"));

    client.call("QUEUE", "PUSH", "mail", "remote", "3");

    assertThat(scrape())
        .contains("desaster_queue_depth{kind=\"remote\",queue=\"mail\",state=\"queued\"} 2.0");
  }

  @Test
  void shouldForgetTheMetersOfAQueueThatIsNoMore() throws Exception {
    finish(node.queues().create("old", "remote", Map.of()));
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    DesasterMeters meters = new DesasterMeters(node);
    meters.bindTo(registry);
    finish(meters.refresh());
    assertThat(registry.find("desaster.queue.depth").tag("queue", "old").gauges()).hasSize(5);

    finish(node.queues().destroy("old", Optional.empty()));
    finish(meters.refresh());

    assertThat(registry.find("desaster.queue.depth").tag("queue", "old").gauges()).isEmpty();
    assertThat(registry.find("desaster.commits").functionCounters()).hasSize(1);
  }
}
