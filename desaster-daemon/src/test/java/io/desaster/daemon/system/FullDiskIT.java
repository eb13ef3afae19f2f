/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.RetryPolicy;
import io.desaster.client.DesasterClient;
import io.desaster.daemon.system.Program.Running;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A data directory on a small disk, really full. Needs root, for the mount. */
@Timeout(300)
final class FullDiskIT {
  @TempDir Path directory;
  private Path disk;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(directory.resolve("disk"));
    int mounted = execute("mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", disk.toString());
    assumeThat(mounted).as("a tmpfs could be mounted").isZero();
  }

  @AfterEach
  void unmount() throws Exception {
    execute("umount", "-l", disk.toString());
  }

  private static int execute(String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
  }

  private void fill(Path ballast) throws IOException {
    try (FileChannel channel =
        FileChannel.open(ballast, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      ByteBuffer block = ByteBuffer.allocate(64 << 10);
      while (true) {
        channel.write(block.clear());
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
  }

  private static Job await(DesasterClient client, JobId id) throws Exception {
    return client
        .jobs()
        .await(id, Duration.ofMinutes(1))
        .toCompletableFuture()
        .get(2, TimeUnit.MINUTES);
  }

  private static JobId submit(DesasterClient client, JobSpec spec) throws Exception {
    try {
      return client.submit(spec).toCompletableFuture().get(2, TimeUnit.MINUTES).id();
    } catch (ExecutionException e) {
      throw (Exception) e.getCause();
    }
  }

  private static JobId submitPaused(DesasterClient client) throws Exception {
    get(client.queues().create("later", "shell", Map.of()));
    get(client.queues().pause("later", "me", "", Optional.empty()));
    return submit(client, JobSpec.shell("true").queue("later").retry(RetryPolicy.NONE).build());
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(1, TimeUnit.MINUTES);
  }

  private static JobSpec shell(String command) {
    return JobSpec.shell(command).retry(RetryPolicy.NONE).build();
  }

  /** Submits until the daemon says that there is no room. */
  private static DesasterException submitUntilFull(DesasterClient client) throws Exception {
    byte[] payload = new byte[200_000];
    Arrays.fill(payload, (byte) 'x');
    for (int i = 0; i < 10_000; i++) {
      try {
        submit(client, JobSpec.of("remote", payload).build());
      } catch (DesasterException refusal) {
        return refusal;
      }
    }
    throw new AssertionError("the disk never became full");
  }

  @Test
  void shouldRefuseSubmitsRecordEndsAndRecoverByItself() throws Exception {
    try (Program program = Program.on(disk, directory)) {
      Running daemon = program.startDaemon("--slots=2");
      try (DesasterClient client = program.connect()) {
        Path gate = directory.resolve("gate");
        JobId running =
            submit(client, shell("while [ ! -e " + gate + " ]; do sleep 0.1; done; exit 3"));
        JobId waiting = submitPaused(client);
        Path ballast = disk.resolve("ballast");
        fill(ballast);

        DesasterException refusal = submitUntilFull(client);
        assertThat(refusal.code()).isEqualTo(ErrorCode.FULL);
        assertThat(refusal.getMessage()).contains("disk");

        get(client.queues().resume("later", "me"));
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .until(
                () -> get(client.jobs().explain(waiting)).get(0).startsWith("nothing is started"));
        assertThat(get(client.jobs().explain(waiting)).get(0))
            .contains(disk.toString(), "make room");
        Job held = get(client.jobs().find(waiting)).orElseThrow();
        assertThat(held.state()).isEqualTo(JobState.QUEUED);
        assertThat(held.attempts()).isEmpty();
        assertThat(held.eta().unknown()).contains("make room");

        Files.createFile(gate);
        Job ended = await(client, running);
        assertThat(ended.state()).isEqualTo(JobState.FAILED);
        assertThat(ended.lastAttempt().orElseThrow().exitCode()).isEqualTo(3);
        assertThat(daemon.alive()).isTrue();

        Files.delete(ballast);
        awaitRoom(client);
        Job late = await(client, waiting);
        assertThat(late.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(late.attempts()).hasSize(1);
        assertThat(await(client, submit(client, shell("exit 4"))).reason()).contains("4");
        daemon.kill();
        program.startDaemon("--slots=2");
        assertThat(await(client, running).lastAttempt().orElseThrow().exitCode()).isEqualTo(3);
      }
    }
  }

  private static void awaitRoom(DesasterClient client) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              try {
                submit(client, JobSpec.of("remote", "x").build());
                return true;
              } catch (DesasterException full) {
                return false;
              }
            });
  }
}
