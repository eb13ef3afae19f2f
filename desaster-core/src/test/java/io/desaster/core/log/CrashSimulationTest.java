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
import org.junit.jupiter.api.Test;

/**
 * Whole lives of logs on a simulated disk: appends, snapshots, crashes in the middle of any
 * operation, restarts that crash too. After every start: each committed batch is there, in order,
 * byte for byte; beyond them at most a prefix of what was under way; nothing else.
 *
 * <p>A failure prints its seed; {@code -Ddesaster.seed=N} runs that one alone, {@code
 * -Ddesaster.seeds=N} that many.
 */
class CrashSimulationTest {
  private static final LogOptions OPTIONS =
      LogOptions.defaults()
          .withSegmentBytes(32 << 10)
          .withReserveBytes(32 << 10)
          .withMinFreeBytes(0)
          .withSnapshotBytes(48 << 10)
          .withSnapshotForceBytes(4 << 10)
          .withWindow(4);

  @Test
  void shouldKeepEveryCommittedBatchThroughAnyCrash() {
    Seeds.forEach(3_000, seed -> new Life(seed).run());
  }

  /** One log and what must be true of it. */
  private static final class Life implements ReplicatedLog.Listener {
    private final Random random;
    private final SimulatedFiles disk;
    private final long seed;
    private final TreeMap<Long, BytesBatch> committed = new TreeMap<>();
    private final List<BytesBatch> underWay = new ArrayList<>();
    private final TreeMap<Long, Location> locations = new TreeMap<>();
    private SimulatedLog log;
    private long nextIndex = 1;
    private int incarnation;
    private byte[] snapshotBytes = new byte[0];
    private long snapshotIndex;
    private BytesSnapshot writing;
    private byte[] writingBytes;

    Life(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
      this.disk = new SimulatedFiles(seed);
    }

    void run() throws IOException {
      for (int start = 0; start < 6; start++) {
        boolean crashes = start < 5;
        if (crashes) {
          disk.crashAt(disk.operations() + random.nextInt(random.nextBoolean() ? 400 : 30));
        }
        try {
          live(crashes ? Integer.MAX_VALUE : 20);
        } catch (SimulatedCrash e) {
          if (random.nextInt(3) == 0) {
            disk.kill();
          } else {
            disk.powerLoss();
          }
        }
      }
      assertThat(log.committedIndex()).isEqualTo(nextIndex - 1);
    }

    private void live(int steps) throws IOException {
      log = new SimulatedLog(disk, OPTIONS, seed);
      Replayed replayed = new Replayed();
      Recovered recovered = log.recover(replayed);
      check(recovered, replayed);
      incarnation++;
      writing = null;
      log.start(this);
      for (int step = 0; step < steps; step++) {
        step();
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
      readBack();
    }

    private BytesBatch batch() {
      int length = random.nextInt(4) == 0 ? random.nextInt(9_000) : random.nextInt(300);
      byte[] payload = new byte[length];
      if (random.nextBoolean()) {
        random.nextBytes(payload);
      } else {
        Arrays.fill(payload, (byte) random.nextInt(2));
      }
      return new BytesBatch(new BatchHeader(nextIndex++, incarnation, 1, nextIndex), payload);
    }

    private void beginSnapshot() {
      long index = log.committedIndex() - random.nextInt(5);
      byte[] bytes = new byte[random.nextInt(12_000)];
      random.nextBytes(bytes);
      BytesSnapshot source = new BytesSnapshot(index, bytes, 1 + random.nextInt(5_000));
      if (index <= snapshotIndex || writing != null) {
        return;
      }
      writing = source;
      writingBytes = bytes;
      log.snapshot(source)
          .whenComplete(
              (done, failure) -> {
                if (failure != null) {
                  throw new AssertionError("snapshot of " + index, failure);
                }
                snapshotIndex = index;
                snapshotBytes = bytes;
                writing = null;
                locations.headMap(index, true).clear();
              });
    }

    private void readBack() throws IOException {
      if (!locations.isEmpty()) {
        long pick = locations.firstKey() + random.nextInt(locations.size());
        requireSame(log.read(locations.get(pick)), committed.get(pick).payload(), pick);
      }
    }

    private void check(Recovered recovered, Replayed replayed) {
      takeSnapshotInDoubt(recovered);
      assertThat(recovered.snapshotIndex()).as("snapshot").isEqualTo(snapshotIndex);
      assertThat(replayed.snapshot.toByteArray()).as("snapshot bytes").isEqualTo(snapshotBytes);
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
      assertThat(expected)
          .as("last recovered batch")
          .isEqualTo(Math.max(lastCommitted, snapshotIndex));
      assertThat(recovered.lastIndex()).isEqualTo(expected);
      assertThat(log.committedIndex()).isEqualTo(expected);
      for (String note : recovered.notes()) {
        assertThat(note).contains("cut at offset");
      }
      nextIndex = expected + 1;
      underWay.clear();
    }

    private static void requireSame(byte[] found, byte[] wanted, long index) {
      if (!Arrays.equals(found, wanted)) {
        fail("batch " + index + " is not what was written");
      }
    }

    /** A snapshot that was nearly done at the crash may count or not. */
    private void takeSnapshotInDoubt(Recovered recovered) {
      if (writing != null && recovered.snapshotIndex() == writing.index()) {
        snapshotIndex = writing.index();
        snapshotBytes = writingBytes;
      }
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

    @Override
    public void committed(Batch batch, Location payloadLocation) {
      assertThat(batch).isSameAs(underWay.remove(0));
      committed.put(batch.header().index(), (BytesBatch) batch);
      locations.put(batch.header().index(), payloadLocation);
    }

    @Override
    public void failed(Throwable cause) {
      throw new AssertionError("the log failed", cause);
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
}
