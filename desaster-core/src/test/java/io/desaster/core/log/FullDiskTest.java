/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real file system of 2 MiB that gets full. */
class FullDiskTest {
  private static final int SEGMENT_BYTES = 64 << 10;
  private static final LogOptions OPTIONS =
      LogOptions.defaults()
          .withSegmentBytes(SEGMENT_BYTES)
          .withReserveBytes(2 * SEGMENT_BYTES)
          .withMinFreeBytes(0)
          .withSnapshotBytes(SEGMENT_BYTES)
          .withRoomCheckMillis(20);

  @TempDir Path mountPoint;
  private Path filler;
  private Path directory;
  private boolean mounted;

  @BeforeEach
  void mount() throws Exception {
    String said = run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", mountPoint.toString());
    mounted = said.isEmpty();
    Assumptions.assumeTrue(
        mounted, "a small tmpfs is needed for a disk that gets full, and mount said: " + said);
    filler = mountPoint.resolve("filler");
    directory = mountPoint.resolve("journal");
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      assertThat(run("umount", mountPoint.toString())).isEmpty();
    }
  }

  /** What a command said; empty if it succeeded. */
  private static String run(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int exit = process.waitFor();
      return exit == 0 ? "" : "exit " + exit + ": " + said;
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  private void fillDisk() throws IOException {
    long free = Files.getFileStore(mountPoint).getUsableSpace();
    Files.write(filler, new byte[(int) free]);
  }

  private static LocalLog started(Path directory, Told told) throws IOException {
    LocalLog log = LocalLog.open(directory, OPTIONS);
    log.recover(new Replayed());
    log.start(told);
    return log;
  }

  private static void append(LocalLog log, Told told, long index) throws InterruptedException {
    log.append(BytesBatch.of(index, 1_000));
    told.awaitCommitted(index);
  }

  private static long fillUntilNoRoom(LocalLog log, Told told) throws InterruptedException {
    long index = 0;
    while (log.hasRoom() && index < 2_000) {
      append(log, told, ++index);
    }
    told.await("no room", t -> t.room().size() == 1);
    assertThat(told.room().get(0))
        .startsWith("false the disk of ")
        .contains("submits are refused, ends of running jobs are still recorded in the reserve");
    return index;
  }

  @Test
  void shouldRecordFromTheReserveAndRecoverByItselfWhenThereIsRoom() throws Exception {
    Told told = new Told();
    long index;
    try (LocalLog log = started(directory, told)) {
      append(log, told, 1);
      awaitReserve();
      fillDisk();
      index = 1;
      while (log.hasRoom()) {
        append(log, told, ++index);
      }
      told.await("no room", t -> t.room().size() == 1);
      assertThat(told.room().get(0)).startsWith("false the disk of " + directory.toRealPath());
      for (int end = 0; end < 60; end++) {
        append(log, told, ++index);
      }
      assertThat(log.hasRoom()).isFalse();
      Files.delete(filler);
      told.await("room", t -> t.room().size() == 2);
      assertThat(told.room().get(1)).startsWith("true ");
      assertThat(log.hasRoom()).isTrue();
      append(log, told, ++index);
      assertThat(told.failures()).isEmpty();
    }
    assertRecovers(index);
  }

  /** The reserve is filled in the background. */
  private void awaitReserve() {
    Awaitility.await()
        .until(
            () -> {
              try (Stream<Path> files = Files.list(directory)) {
                return files.filter(file -> file.toString().matches(".*spare-\\d+\\.log")).count();
              }
            },
            spares -> spares == 2);
  }

  @Test
  void shouldGetRoomBackFromASnapshot() throws Exception {
    Told told = new Told();
    try (LocalLog log = started(directory, told)) {
      long index = fillUntilNoRoom(log, told);
      told.await("snapshot due", t -> t.due() > 0);
      log.snapshot(new BytesSnapshot(index, new byte[100], 100)).toCompletableFuture().get();
      told.await("room", t -> t.room().size() == 2);
      append(log, told, index + 1);
      assertThat(log.hasRoom()).isTrue();
    }
  }

  @Test
  void shouldStartOnAFullDiskAndSaySo() throws Exception {
    Told first = new Told();
    long index;
    try (LocalLog log = started(directory, first)) {
      index = fillUntilNoRoom(log, first);
      fillDisk();
    }
    Told told = new Told();
    try (LocalLog log = started(directory, told)) {
      told.await("no room", t -> t.room().size() == 1);
      append(log, told, index + 1);
    }
    assertRecovers(index + 1);
  }

  @Test
  void shouldStopWithAClearMessageWhenEvenTheReserveIsUsedUp() throws Exception {
    Told told = new Told();
    long committed;
    try (LocalLog log = started(directory, told)) {
      fillUntilNoRoom(log, told);
      fillDisk();
      while (told.failures().isEmpty()) {
        long next = log.committedIndex() + 1;
        log.append(BytesBatch.of(next, 1_000));
        told.await(
            "commit or failure", t -> log.committedIndex() == next || !t.failures().isEmpty());
      }
      assertThat(told.failures())
          .singleElement()
          .asInstanceOf(InstanceOfAssertFactories.THROWABLE)
          .hasMessageContaining("the journal's reserve is used up");
      committed = log.committedIndex();
    }
    assertThat(committed).isGreaterThan(100);
    assertRecovers(committed);
  }

  @Test
  void shouldFailASnapshotWithoutHarmWhenTheDiskIsFull() throws Exception {
    Told told = new Told();
    try (LocalLog log = started(directory, told)) {
      for (long index = 1; index <= 10; index++) {
        append(log, told, index);
      }
      awaitReserve();
      fillDisk();
      assertThat(log.snapshot(new BytesSnapshot(5, new byte[200_000], 50_000)))
          .failsWithin(Duration.ofSeconds(30))
          .withThrowableThat()
          .withCauseInstanceOf(NoRoomException.class);
      append(log, told, 11);
      Files.delete(filler);
      log.snapshot(new BytesSnapshot(5, new byte[200_000], 50_000)).toCompletableFuture().get();
      assertThat(log.stats().snapshotIndex()).isEqualTo(5);
    }
    assertRecovers(11);
  }

  private void assertRecovers(long lastIndex) throws IOException {
    try (LocalLog log = LocalLog.open(directory, OPTIONS)) {
      Recovered recovered = log.recover(new Replayed());
      assertThat(recovered.lastIndex()).isEqualTo(lastIndex);
      assertThat(recovered.notes()).isEmpty();
    }
  }
}
