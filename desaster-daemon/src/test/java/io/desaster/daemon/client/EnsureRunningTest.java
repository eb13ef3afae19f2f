/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.client;

import static io.desaster.daemon.client.ServedNode.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.Job;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.RetryPolicy;
import io.desaster.api.spi.Worker;
import io.desaster.client.DesasterClient;
import io.desaster.client.LocalDaemon;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real daemon as a process of its own. */
@Timeout(180)
class EnsureRunningTest {
  @TempDir Path directory;
  private ProcessHandle daemon;

  @AfterEach
  void endWhatWasStarted() {
    if (daemon != null) {
      end(daemon);
    }
    // The launcher outlives its daemon; its program is in the data directory.
    ProcessHandle.allProcesses()
        .filter(process -> process.info().command().orElse("").startsWith(directory.toString()))
        .forEach(EnsureRunningTest::end);
  }

  private static void end(ProcessHandle process) {
    process.destroy();
    process.onExit().join();
  }

  @Test
  void shouldStartTheDaemonAndGoOnWhenItWasKilledAndStartedAgain() throws IOException {
    LocalDaemon local = local();
    assertThat(local.ensureRunning()).isTrue();
    try (DesasterClient client = DesasterClient.ensureRunning(local)) {
      daemon = process(client);
      JobId id =
          get(client.submit(
                  JobSpec.shell("sleep 4; echo done; exit 7").retry(RetryPolicy.NONE).build()))
              .id();
      CompletionStage<Job> waiting = client.jobs().await(id, Duration.ofMinutes(2));
      while (get(client.jobs().find(id)).orElseThrow().state() != JobState.RUNNING) {
        Thread.onSpinWait();
      }

      daemon.destroyForcibly();
      daemon.onExit().join();
      assertThat(local.ensureRunning()).isTrue();

      daemon = process(client);
      Job job = get(waiting);
      assertThat(job.state()).isEqualTo(JobState.FAILED);
      assertThat(job.attempts()).hasSize(1);
      assertThat(job.attempts().get(0).exitCode()).isEqualTo(7);
      Worker.Output output = get(client.jobs().output(id, 0, false, 0, 100));
      assertThat(new String(output.bytes(), StandardCharsets.UTF_8)).isEqualTo("done\n");
      assertThat(output.complete()).isTrue();
    }
  }

  private static ProcessHandle process(DesasterClient client) {
    long pid = Long.parseLong(get(client.info()).get("server.process_id"));
    return ProcessHandle.of(pid).orElseThrow();
  }

  private LocalDaemon local() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    return LocalDaemon.builder()
        .port(port)
        .dataDirectory(directory)
        .patience(Duration.ofSeconds(60))
        .command(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.desaster.daemon.Main",
                "--standalone",
                "--bind-address=127.0.0.1"))
        .build();
  }
}
