/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import static org.awaitility.Awaitility.await;

import io.desaster.api.job.Job;
import io.desaster.api.job.JobId;
import io.desaster.client.DesasterClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The daemon's parts, put together in the process of the test, on a port of its own. */
public final class DaemonFixture implements AutoCloseable {
  private final Wiring wiring;
  private final DesasterClient client;

  private DaemonFixture(Wiring wiring) {
    this.wiring = wiring;
    this.client = DesasterClient.connect("desaster://127.0.0.1:" + wiring.port());
  }

  public static DaemonFixture start(Path dataDir) throws IOException {
    Surroundings surroundings = new Surroundings(Map.of(), dataDir, dataDir, false, "test");
    DaemonConfig config =
        DaemonConfig.load(
            List.of("--port=0", "--bind-address=127.0.0.1", "--data-dir=" + dataDir, "--slots=4"),
            surroundings);
    return new DaemonFixture(
        Wiring.start(
            config,
            reason -> {
              throw new AssertionError(reason);
            }));
  }

  public int port() {
    return wiring.port();
  }

  /** Waits until the job is in that state. */
  public void awaitState(String id, String state) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                client
                    .jobs()
                    .find(JobId.parse(id))
                    .toCompletableFuture()
                    .join()
                    .map(Job::state)
                    .filter(found -> found.name().equalsIgnoreCase(state))
                    .isPresent());
  }

  @Override
  public void close() {
    client.close();
    wiring.close();
  }
}
