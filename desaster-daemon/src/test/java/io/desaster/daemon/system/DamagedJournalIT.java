/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.client.DesasterClient;
import io.desaster.daemon.system.Program.Result;
import io.desaster.daemon.system.Program.Running;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The journal of a daemon that was killed is damaged behind its back. */
@Timeout(300)
final class DamagedJournalIT {
  @TempDir Path directory;

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(1, TimeUnit.MINUTES);
  }

  /** Submits jobs one after the other, each a batch of its own, and kills the daemon. */
  private static List<JobId> submitAndKill(Program program) throws Exception {
    List<JobId> jobs = new ArrayList<>();
    Running daemon = program.startDaemon();
    try (DesasterClient client = program.connect()) {
      for (int i = 0; i < 20; i++) {
        jobs.add(get(client.submit(JobSpec.of("remote", "job " + i).build())).id());
      }
    }
    daemon.kill();
    return jobs;
  }

  /** The one that is written to; the next may be prepared. */
  private static Path segment(Program program) throws IOException {
    try (Stream<Path> files = Files.list(program.dataDir().resolve("journal"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("segment-"))
          .min(Comparator.comparing(Path::getFileName))
          .orElseThrow();
    }
  }

  /** Where the last byte that was written stands; what comes after it is zero. */
  private static long lastWritten(Path segment) throws IOException {
    byte[] bytes = Files.readAllBytes(segment);
    int at = bytes.length - 1;
    while (bytes[at] == 0) {
      at--;
    }
    return at;
  }

  /** Inside a record; a byte between two records means nothing to anybody. */
  private static long placeOf(String payload, Path segment) throws IOException {
    int place = Files.readString(segment, StandardCharsets.ISO_8859_1).indexOf(payload);
    assertThat(place).isPositive();
    return place;
  }

  private static void change(Path file, long at, int bytes, int mask) throws IOException {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      for (long place = at; place < at + bytes; place++) {
        access.seek(place);
        int before = access.read();
        access.seek(place);
        access.write(mask == 0 ? 0 : before ^ mask);
      }
    }
  }

  @Test
  void shouldCutATornTailAndTell() throws Exception {
    try (Program program = Program.in(directory)) {
      List<JobId> jobs = submitAndKill(program);
      Path segment = segment(program);
      change(segment, lastWritten(segment) - 4, 5, 0);

      program.startDaemon();
      try (DesasterClient client = program.connect()) {
        assertThat(get(client.jobs().find(jobs.get(0)))).isPresent();
        assertThat(get(client.jobs().find(jobs.get(18)))).isPresent();
        assertThat(get(client.jobs().find(jobs.get(19)))).isEmpty();
        assertThat(get(client.info()).get("journal.recovery_notes"))
            .contains(segment.getFileName().toString());
      }
      Result status = program.execute("status", "--check");
      assertThat(status.exitCode()).isEqualTo(1);
      assertThat(status.out()).contains("the journal was not whole when the daemon started");
    }
  }

  @Test
  void shouldRefuseToStartOnDamageAndGoOnAfterARepair() throws Exception {
    try (Program program = Program.in(directory)) {
      List<JobId> jobs = submitAndKill(program);
      Path segment = segment(program);
      change(segment, placeOf("job 10", segment), 1, 0x10);

      Result refused = program.execute("-s", "--bind-address=127.0.0.1");
      assertThat(refused.exitCode()).isNotZero();
      assertThat(refused.err())
          .contains(segment.toString())
          .containsPattern("offset \\d+")
          .contains("desaster journal");
      Result check = program.execute("journal", "check");
      assertThat(check.exitCode()).isEqualTo(1);
      assertThat(check.out()).containsPattern("offset \\d+");
      assertThat(program.execute("journal", "dump").out()).contains(jobs.get(0).toString());

      program.execute("journal", "repair");
      assertThat(program.execute("journal", "check").exitCode()).isZero();
      program.startDaemon();
      try (DesasterClient client = program.connect()) {
        assertThat(get(client.jobs().find(jobs.get(0)))).isPresent();
        assertThat(get(client.jobs().find(jobs.get(19)))).isEmpty();
      }
    }
  }
}
