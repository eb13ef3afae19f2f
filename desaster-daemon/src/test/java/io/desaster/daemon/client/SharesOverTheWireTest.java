/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.client;

import static io.desaster.daemon.client.ServedNode.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.desaster.api.RemoteWork;
import io.desaster.api.error.DesasterException;
import io.desaster.api.job.JobSpec;
import io.desaster.api.tree.TreeStats;
import io.desaster.api.tree.TreeStats.FlowStats;
import io.desaster.client.DesasterClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
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
}
