/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.client;

import static io.desaster.daemon.client.ServedNode.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.desaster.api.RemoteWork;
import io.desaster.api.error.DesasterException;
import io.desaster.api.job.JobSpec;
import io.desaster.api.node.PoolInfo;
import io.desaster.api.tree.TreeStats;
import io.desaster.api.tree.TreeStats.FlowStats;
import io.desaster.client.DesasterClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a client says of shares is what the node says. */
@Timeout(60)
class SharesOverTheWireTest {
  @TempDir private Path directory;
  private ServedNode served;
  private DesasterClient client;

  @BeforeEach
  void start() {
    served = new ServedNode(directory);
    client = DesasterClient.connect(served.uri());
  }

  @AfterEach
  void stop() {
    client.close();
    served.close();
  }

  /** What does not change while nothing happens. */
  private static List<List<Object>> lasting(TreeStats stats) {
    return stats.classes().stream()
        .map(
            one ->
                List.<Object>of(
                    one.info(),
                    one.tokens().orElseThrow().borrows(),
                    one.tokens().orElseThrow().lends(),
                    one.share().guaranteed(),
                    one.totals().waitMillis(),
                    one.flows().stream().map(FlowStats::name).toList()))
        .toList();
  }

  @Test
  void shouldTellSharesAsTheNodeDoes() {
    String tree =
        "{'kind':'htb','classes':[{'id':'all','rate':10,'burst':10,'classes':["
            + "{'id':'fair','rate':1,'ceil':10,'cburst':10,'qdisc':'sfq'},"
            + "{'id':'default','rate':1,'ceil':10,'cburst':10}]}]}";
    get(
        client
            .trees()
            .apply("remote", tree.replace('\'', '"'), false, OptionalLong.empty(), "ada"));
    for (int i = 0; i < 9; i++) {
      get(client.submit(JobSpec.of("remote", "x").queue("fair").flow("f" + i % 2).build()));
    }
    List<RemoteWork.Taken> taken =
        get(
            client
                .remoteWork()
                .take(
                    new RemoteWork.Take(
                        "hand-9", List.of("fair"), List.of(), 4, Duration.ofSeconds(10))));
    assertThat(taken).isNotEmpty();

    TreeStats stats = get(client.trees().stats("remote", Duration.ofSeconds(30), 1));

    TreeStats.ClassStats fair = stats.classes().get(1);
    assertThat(fair.info().name()).isEqualTo("fair");
    assertThat(fair.share().unit()).isEqualTo("cost/s");
    assertThat(fair.share().used()).isPositive();
    assertThat(fair.waits().started()).isEqualTo(taken.size());
    assertThat(fair.tokens().orElseThrow().lends()).isPositive();
    assertThat(fair.flows()).hasSize(1);
    assertThat(fair.flows().get(0).queued()).isPositive();
    // What depends on the time of the question apart.
    TreeStats inside = get(served.node().trees().stats("remote", Duration.ofSeconds(30), 1));
    assertThat(lasting(stats)).isEqualTo(lasting(inside));
    assertThatThrownBy(() -> get(client.trees().stats("remote", Duration.ZERO, 1)))
        .isInstanceOf(DesasterException.class)
        .hasMessageContaining("the window must be 1s to 600s in whole seconds, not 0ms");
  }

  private static RemoteWork.Take offer(String worker, int slots) {
    return new RemoteWork.Take(
        worker, List.of("none"), List.of("gpu"), 1, slots, Duration.ofMinutes(5));
  }

  /** Guaranteed to the classes, in slots. */
  private static List<Double> guaranteed(DesasterClient asking) {
    return get(asking.trees().stats("remote", Duration.ofSeconds(30), 0)).classes().stream()
        .map(one -> one.share().guaranteed())
        .toList();
  }

  @Test
  void shouldShareTheSlotsThatRemoteWorkersHaveTogether() {
    String tree =
        "{'kind':'htb','charge':'run','classes':[{'id':'mail','rate':'25 %'},"
            + "{'id':'default','rate':'75 %'}]}";
    get(
        client
            .trees()
            .apply("remote", tree.replace('\'', '"'), false, OptionalLong.empty(), "ada"));
    List<CompletableFuture<List<RemoteWork.Taken>>> asked = new ArrayList<>();
    asked.add(client.remoteWork().take(offer("w1", 4)).toCompletableFuture());
    asked.add(client.remoteWork().take(offer("w2", 12)).toCompletableFuture());
    while (get(client.nodes().pools()).stream().filter(pool -> pool.kind().equals("remote")).count()
        < 2) {
      Thread.onSpinWait();
    }

    assertThat(guaranteed(client)).containsExactly(4.0, 12.0);
    assertThat(get(client.trees().show("remote")).slots()).isEqualTo(16);
    assertThat(get(client.nodes().pools()))
        .contains(
            new PoolInfo("remote", "w1", List.of("gpu"), 4, 4, 4, 0),
            new PoolInfo("remote", "w2", List.of("gpu"), 12, 12, 12, 0));

    asked.forEach(one -> one.cancel(false));
    client.close();
    served.stop();
    served.start();
    client = DesasterClient.connect(served.uri());

    assertThat(guaranteed(client)).containsExactly(4.0, 12.0);
    assertThat(get(client.nodes().list()).get(0).pools())
        .extracting(PoolInfo::name)
        .contains("remote@w1", "remote@w2");
  }
}
