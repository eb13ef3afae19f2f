/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalLogTest {
  private static final LogOptions SMALL =
      LogOptions.defaults()
          .withSegmentBytes(64 << 10)
          .withReserveBytes(64 << 10)
          .withMinFreeBytes(0)
          .withSnapshotBytes(128 << 10)
          .withWindow(16);

  @TempDir Path directory;

  @Test
  void shouldHandBackEveryCommittedBatchAfterRestart() throws Exception {
    List<BytesBatch> appended = new ArrayList<>();
    Told told = new Told();
    try (LocalLog log = LocalLog.open(directory, SMALL)) {
      assertThat(log.recover(new Replayed()).lastIndex()).isZero();
      log.start(told);
      for (int index = 1; index <= 300; index++) {
        BytesBatch batch = BytesBatch.of(index, index * 7 % 3_000);
        appended.add(batch);
        log.append(batch);
        if (index % 16 == 0) {
          told.awaitCommitted(index);
        }
      }
      told.awaitCommitted(300);
      assertThat(log.committedIndex()).isEqualTo(300);
      assertThat(log.stats().segments()).isGreaterThan(3);
    }
    Replayed replayed = new Replayed();
    try (LocalLog log = LocalLog.open(directory, SMALL)) {
      Recovered recovered = log.recover(replayed);
      assertThat(recovered.lastIndex()).isEqualTo(300);
      assertThat(recovered.notes()).isEmpty();
      assertThat(replayed.locations).isEqualTo(told.locations());
      for (int i = 0; i < 300; i++) {
        assertThat(log.read(told.locations().get(i))).isEqualTo(appended.get(i).payload());
      }
    }
    assertSame(replayed.batches, appended);
  }

  @Test
  void shouldRefuseASecondUserAndNameTheFirst() throws Exception {
    try (LocalLog log = LocalLog.open(directory, SMALL)) {
      assertThat(log.committedIndex()).isZero();
      assertThatThrownBy(() -> LocalLog.open(directory, SMALL))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("locked by this process (pid " + ProcessHandle.current().pid());
      assertThat(directory.resolve("lock")).content().startsWith("pid ");
    }
    LocalLog.open(directory, SMALL).close();
  }

  @Test
  void shouldReplaceOldSegmentsByASnapshotAndRecycleThem() throws Exception {
    byte[] state = new byte[300_000];
    new Random(5).nextBytes(state);
    BytesSnapshot snapshot = new BytesSnapshot(250, state, 70_000);
    Told told = new Told();
    try (LocalLog log = LocalLog.open(directory, SMALL)) {
      log.recover(new Replayed());
      log.start(told);
      appendAll(log, told, 1, 300, 1_000);
      assertThat(told.due()).isEqualTo(1);
      int before = log.stats().segments();
      log.snapshot(snapshot).toCompletableFuture().get(30, TimeUnit.SECONDS);
      assertThat(log.stats().segments()).isLessThan(before);
      assertThat(log.stats().snapshotIndex()).isEqualTo(250);
      assertThat(names()).anyMatch(name -> name.startsWith("spare-"));
      appendAll(log, told, 301, 600, 1_000);
      for (int i = 0; i < snapshot.chunks().size(); i++) {
        byte[] chunk = log.read(snapshot.chunks().get(i).slice(10, 100));
        assertThat(chunk).isEqualTo(Arrays.copyOfRange(state, i * 70_000 + 10, i * 70_000 + 110));
      }
    }
    Replayed replayed = new Replayed();
    try (LocalLog log = LocalLog.open(directory, SMALL)) {
      Recovered recovered = log.recover(replayed);
      assertThat(recovered).isEqualTo(new Recovered(250, 600, 1, 1, List.of()));
      assertThat(replayed.chunkLocations).isEqualTo(snapshot.chunks());
      assertThat(log.read(snapshot.chunks().get(1).slice(0, 5)))
          .isEqualTo(Arrays.copyOfRange(state, 70_000, 70_005));
    }
    assertThat(replayed.snapshot.toByteArray()).isEqualTo(state);
    assertThat(replayed.indices().get(0)).isEqualTo(251);
    assertThat(replayed.batches).hasSize(350);
  }

  private static void appendAll(LocalLog log, Told told, int from, int to, int length)
      throws InterruptedException {
    for (int index = from; index <= to; index++) {
      log.append(BytesBatch.of(index, length));
      told.awaitCommitted(index);
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static void assertSame(List<BytesBatch> found, List<BytesBatch> wanted) {
    assertThat(found).hasSameSizeAs(wanted);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i).header()).isEqualTo(wanted.get(i).header());
      assertThat(found.get(i).payload()).isEqualTo(wanted.get(i).payload());
    }
  }
}
