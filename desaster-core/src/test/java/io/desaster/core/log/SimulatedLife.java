/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * One log on a simulated disk, what is done to it, and what must be true of it. After every start:
 * each committed batch is there, in order, byte for byte; beyond them at most a prefix of what was
 * under way; nothing else, and the newest snapshot that may count is a whole one.
 */
final class SimulatedLife implements ReplicatedLog.Listener {
  static final LogOptions OPTIONS =
      LogOptions.defaults()
          .withSegmentBytes(32 << 10)
          .withReserveBytes(32 << 10)
          .withMinFreeBytes(0)
          .withSnapshotBytes(48 << 10)
          .withSnapshotForceBytes(4 << 10)
          .withWindow(4);

  private static final byte[] NOISE = new byte[1 << 20];

  static {
    new Random(1).nextBytes(NOISE);
  }

  private final long seed;
  private final Random random;
  private final SimulatedFiles disk;
  private final TreeMap<Long, BytesBatch> committed = new TreeMap<>();
  private final TreeMap<Long, Location> locations = new TreeMap<>();
  private final List<BytesBatch> underWay = new ArrayList<>();
  private final List<Long> snapshotsInDoubt = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();
  private SimulatedLog log;
  private long nextIndex = 1;
  private int incarnation;
  private long snapshotIndex;
  private boolean snapshotRuns;

  SimulatedLife(long seed) {
    this.seed = seed;
    this.random = Seeds.random(seed);
    this.disk = new SimulatedFiles(seed);
  }

  SimulatedFiles disk() {
    return disk;
  }

  /** What the log told as its failure in this life. */
  List<Throwable> failures() {
    return failures;
  }

  /** Whether all batches that were ever appended in this life are committed. */
  boolean isSettled() {
    return log.committedIndex() == nextIndex - 1;
  }

  /**
   * Starts the log, checks what it recovers and works with it until it fails or has done enough.
   */
  void live(int steps) throws IOException {
    failures.clear();
    snapshotRuns = false;
    log = new SimulatedLog(disk, OPTIONS, seed);
    Replayed replayed = new Replayed();
    check(log.recover(replayed), replayed);
    incarnation++;
    log.start(this);
    for (int step = 0; step < steps && failures.isEmpty(); step++) {
      step();
    }
  }

  /** The end of the life: of the machine or, less often, of the process alone. */
  void end() {
    if (random.nextInt(3) == 0) {
      disk.kill();
    } else {
      disk.powerLoss();
    }
  }

  private void step() throws IOException {
    for (int i = random.nextInt(OPTIONS.window()) + 1; i > 0; i--) {
      BytesBatch batch = batch();
      underWay.add(batch);
      log.append(batch);
    }
    log.commitNext();
    if (random.nextInt(20) == 0) {
      beginSnapshot();
    }
    if (log.snapshotNext() && random.nextBoolean()) {
      log.snapshotNext();
    }
    if (failures.isEmpty()) {
      readBack();
    }
  }

  private BytesBatch batch() {
    int length = random.nextInt(4) == 0 ? random.nextInt(9_000) : random.nextInt(300);
    byte[] payload = random.nextBoolean() ? noise(random, length) : new byte[length];
    return new BytesBatch(new BatchHeader(nextIndex++, incarnation, 1, nextIndex), payload);
  }

  private void beginSnapshot() {
    long index = log.committedIndex() - random.nextInt(5);
    if (index <= snapshotIndex || snapshotRuns) {
      return;
    }
    snapshotRuns = true;
    snapshotsInDoubt.add(index);
    int chunkBytes = 1 + random.nextInt(5_000);
    log.snapshot(new BytesSnapshot(index, snapshotBytes(index), chunkBytes))
        .whenComplete((done, failure) -> endSnapshot(index, failure));
  }

  private void endSnapshot(long index, Throwable failure) {
    snapshotRuns = false;
    if (failure == null) {
      snapshotIndex = index;
      snapshotsInDoubt.removeIf(older -> older <= index);
      locations.headMap(index, true).clear();
    } else {
      assertThat(failure).hasMessageContaining("simulated");
    }
  }

  private static byte[] snapshotBytes(long index) {
    Random bytes = Seeds.random(index);
    return noise(bytes, index == 0 ? 0 : bytes.nextInt(12_000));
  }

  private static byte[] noise(Random random, int length) {
    int from = random.nextInt(NOISE.length - length);
    return Arrays.copyOfRange(NOISE, from, from + length);
  }

  private void readBack() throws IOException {
    if (!locations.isEmpty()) {
      long pick = locations.firstKey() + random.nextInt(locations.size());
      requireSame(log.read(locations.get(pick)), committed.get(pick).payload(), pick);
    }
  }

  private void check(Recovered recovered, Replayed replayed) {
    if (snapshotsInDoubt.contains(recovered.snapshotIndex())) {
      snapshotIndex = recovered.snapshotIndex();
      snapshotsInDoubt.removeIf(older -> older <= snapshotIndex);
    }
    assertThat(recovered.snapshotIndex()).as("snapshot").isEqualTo(snapshotIndex);
    requireSame(replayed.snapshot.toByteArray(), snapshotBytes(snapshotIndex), snapshotIndex);
    long expected = snapshotIndex;
    locations.clear();
    for (int i = 0; i < replayed.batches.size(); i++) {
      BytesBatch found = replayed.batches.get(i);
      assertThat(found.header().index()).as("order").isEqualTo(++expected);
      BytesBatch written = written(expected);
      assertThat(found.header()).isEqualTo(written.header());
      requireSame(found.payload(), written.payload(), expected);
      committed.put(expected, found);
      locations.put(expected, replayed.locations.get(i));
    }
    long lastCommitted = committed.isEmpty() ? 0 : committed.lastKey();
    assertThat(expected).as("last batch").isEqualTo(Math.max(lastCommitted, snapshotIndex));
    assertThat(recovered.lastIndex()).isEqualTo(expected);
    assertThat(log.committedIndex()).isEqualTo(expected);
    for (String note : recovered.notes()) {
      assertThat(note).contains("cut at offset");
    }
    nextIndex = expected + 1;
    underWay.clear();
  }

  private BytesBatch written(long index) {
    BytesBatch batch = committed.get(index);
    if (batch != null) {
      return batch;
    }
    return underWay.stream()
        .filter(candidate -> candidate.header().index() == index)
        .findFirst()
        .orElseGet(() -> fail("batch " + index + " was never written"));
  }

  private static void requireSame(byte[] found, byte[] wanted, long index) {
    if (!Arrays.equals(found, wanted)) {
      fail("the bytes of " + index + " are not what was written");
    }
  }

  @Override
  public void committed(Batch batch, Location payloadLocation) {
    assertThat(failures).as("failures before a commit").isEmpty();
    assertThat(batch).isSameAs(underWay.remove(0));
    committed.put(batch.header().index(), (BytesBatch) batch);
    locations.put(batch.header().index(), payloadLocation);
  }

  @Override
  public void failed(Throwable cause) {
    failures.add(cause);
  }

  @Override
  public void roomChanged(boolean hasRoom, String explanation) {
    fail("the disk is not full: " + explanation);
  }

  @Override
  public void snapshotDue() {
    beginSnapshot();
  }
}
