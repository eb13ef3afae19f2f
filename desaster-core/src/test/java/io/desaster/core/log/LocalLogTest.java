/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalLogTest {
  static final LogOptions SMALL =
      LogOptions.defaults()
          .withSegmentBytes(64 << 10)
          .withReserveBytes(64 << 10)
          .withMinFreeBytes(0)
          .withSnapshotBytes(128 << 10)
          .withWindow(16);

  @TempDir Path directory;

  /** All holds too where batches are committed in place. */
  LogOptions options() {
    return SMALL;
  }

  @Test
  void shouldHandBackEveryCommittedBatchAfterRestart() throws Exception {
    List<BytesBatch> appended = new ArrayList<>();
    Told told = new Told();
    try (LocalLog log = LocalLog.open(directory, options())) {
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
    try (LocalLog log = LocalLog.open(directory, options())) {
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
    try (LocalLog log = LocalLog.open(directory, options())) {
      assertThat(log.committedIndex()).isZero();
      assertThatThrownBy(() -> LocalLog.open(directory, options()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("locked by this process (pid " + ProcessHandle.current().pid());
      assertThat(directory.resolve("lock")).content().startsWith("pid ");
    }
    LocalLog.open(directory, options()).close();
  }

  @Test
  void shouldReplaceOldSegmentsByASnapshotAndRecycleThem() throws Exception {
    byte[] state = new byte[300_000];
    new Random(5).nextBytes(state);
    BytesSnapshot snapshot = new BytesSnapshot(250, state, 70_000);
    Told told = new Told();
    try (LocalLog log = LocalLog.open(directory, options())) {
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
    try (LocalLog log = LocalLog.open(directory, options())) {
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

  @Test
  void shouldTellAFailedForceOnceAndCommitNothingMore() throws Exception {
    SimulatedFiles disk = new SimulatedFiles(3);
    Told told = new Told();
    try (LocalLog log = LocalLog.open(disk, options())) {
      log.recover(new Replayed());
      log.start(told);
      appendAll(log, told, 1, 10, 100);
      awaitIdle(disk);
      disk.failAt(disk.operations() + 1);
      log.append(BytesBatch.of(11, 100));
      told.await("failure", t -> !t.failures().isEmpty());
      log.append(BytesBatch.of(12, 100));
      assertThat(log.committedIndex()).isEqualTo(10);
    }
    assertThat(told.failures())
        .singleElement()
        .asInstanceOf(InstanceOfAssertFactories.THROWABLE)
        .hasMessageContaining("force");
    assertThat(told.committed()).hasSize(10);
    disk.powerLoss();
    try (LocalLog log = LocalLog.open(disk, options())) {
      assertThat(log.recover(new Replayed()).lastIndex()).isBetween(10L, 11L);
    }
  }

  /** The room for two more segments is taken in the background. */
  private static void awaitIdle(SimulatedFiles disk) {
    Awaitility.await()
        .until(
            () ->
                disk.list().stream().filter(name -> name.startsWith("spare-")).count() == 1
                    && disk.list().stream().filter(name -> name.startsWith("segment-")).count()
                        == 2);
  }

  @Test
  void shouldStopWhenTheListenerOrABatchIsBroken() throws Exception {
    Told told = new Told();
    try (LocalLog log = LocalLog.open(new SimulatedFiles(3), options())) {
      log.recover(new Replayed());
      log.start(told);
      log.append(BytesBatch.of(2, 100));
      told.await("failure", t -> !t.failures().isEmpty());
    }
    assertThat(told.failures())
        .singleElement()
        .asInstanceOf(InstanceOfAssertFactories.THROWABLE)
        .hasMessageContaining("batch 2 was appended, 1 is next");
  }

  @Test
  void shouldRefuseMoreBatchesThanTheWindow() throws Exception {
    Told told = new Told();
    CountDownLatch block = new CountDownLatch(1);
    try (LocalLog log = LocalLog.open(new SimulatedFiles(3), options().withWindow(2))) {
      log.recover(new Replayed());
      log.start(
          new Told() {
            @Override
            public synchronized void committed(Batch batch, Location payloadLocation) {
              told.committed(batch, payloadLocation);
              try {
                block.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            }
          });
      log.append(BytesBatch.of(1, 10));
      told.awaitCommitted(1);
      log.append(BytesBatch.of(2, 10));
      log.append(BytesBatch.of(3, 10));
      assertThatThrownBy(() -> log.append(BytesBatch.of(4, 10)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("batch 4 was appended while 2 batches are under way");
      block.countDown();
    }
    assertThat(told.committed()).hasSize(3);
  }

  @Test
  void shouldCommitWhatWasAppendedBeforeItIsClosed() throws Exception {
    Told told = new Told();
    try (LocalLog log = LocalLog.open(directory, options())) {
      log.recover(new Replayed());
      log.start(told);
      for (int index = 1; index <= 16; index++) {
        log.append(BytesBatch.of(index, 2_000));
      }
    }
    assertThat(told.committed()).hasSize(16);
  }

  @Test
  void shouldAbandonASnapshotThatIsBeingWrittenWhenItIsClosed() throws Exception {
    Told told = new Told();
    CountDownLatch begun = new CountDownLatch(1);
    CompletionStage<Void> done;
    try (LocalLog log = LocalLog.open(directory, options())) {
      log.recover(new Replayed());
      log.start(told);
      appendAll(log, told, 1, 5, 10);
      done = log.snapshot(new EndlessSnapshot(5, begun));
      assertThat(log.snapshot(new BytesSnapshot(4, new byte[1], 1)))
          .failsWithin(Duration.ZERO)
          .withThrowableThat()
          .withMessageContaining("while another is written");
      begun.await();
    }
    assertThat(done.toCompletableFuture()).isCompletedExceptionally();
    assertThat(names()).noneMatch(name -> name.startsWith("snapshot-"));
    assertThat(told.failures()).isEmpty();
  }

  private record EndlessSnapshot(long index, CountDownLatch begun) implements SnapshotSource {
    @Override
    public boolean next(Output out) {
      begun.countDown();
      out.writeRaw(new byte[64 << 10], 0, 64 << 10);
      return true;
    }

    @Override
    public void written(long file, long[] chunkOffsets) {
      throw new AssertionError("it never ends");
    }
  }

  @Test
  void shouldReadOnlyWhatWasWritten() throws Exception {
    Told told = new Told();
    try (LocalLog log = LocalLog.open(directory, options())) {
      log.recover(new Replayed());
      log.start(told);
      appendAll(log, told, 1, 3, 500);
      Location second = told.locations().get(1);
      assertThat(log.read(second.slice(100, 50)))
          .isEqualTo(Arrays.copyOfRange(BytesBatch.of(2, 500).payload(), 100, 150));
      assertThat(log.read(second.slice(500, 0))).isEmpty();
      assertThatThrownBy(() -> log.read(second.slice(400, 101)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot read 101 bytes at offset " + (second.offset() + 400));
      assertThatThrownBy(() -> log.read(new Location(1, 5_000_000, 10)))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> log.read(new Location(77, 5_000, 10)))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> log.read(new Location(-3, 100, 10))).isInstanceOf(IOException.class);
    }
  }

  @Test
  void shouldRefuseABatchThatFitsIntoNoSegment() throws Exception {
    Told told = new Told();
    try (LocalLog log = LocalLog.open(directory, options())) {
      log.recover(new Replayed());
      log.start(told);
      long most = Format.maxPayload(64 << 10);
      log.append(BytesBatch.of(1, (int) most));
      told.awaitCommitted(1);
      log.append(BytesBatch.of(2, (int) most + 1));
      told.await("failure", t -> !t.failures().isEmpty());
    }
    assertThat(told.failures().get(0))
        .hasMessageContaining("batch 2 does not fit into a segment: it may have ");
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
