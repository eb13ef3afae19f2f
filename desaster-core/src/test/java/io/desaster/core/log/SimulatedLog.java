/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The real store behind the port without any thread, for deterministic simulation: it commits when
 * {@link #commitNext()} says so, and goes on with a snapshot when {@link #snapshotNext()} says so.
 * With {@link SimulatedFiles} under it a whole life of a log is a function of its seeds:
 *
 * <pre>{@code
 * SimulatedFiles disk = new SimulatedFiles(seed);
 * SimulatedLog log = new SimulatedLog(disk, SimulatedLog.OPTIONS, seed);
 * log.recover(state);
 * log.start(scheduler);
 * log.append(batch);
 * log.commitNext();                       // on disk, scheduler.committed(...) was called
 *
 * disk.crashAt(disk.operations() + 3);    // the machine dies in the third operation from now
 * try {
 *   ...
 * } catch (SimulatedCrash e) {
 *   disk.powerLoss();                     // or disk.kill(): only the process died
 *   log = new SimulatedLog(disk, SimulatedLog.OPTIONS, seed);   // and recover again
 * }
 * }</pre>
 *
 * The listener is called within {@code commitNext()}. A failure of the disk is told once by {@code
 * failed}; a {@link SimulatedCrash} flies through.
 */
public final class SimulatedLog implements ReplicatedLog {
  /** Small segments and an early snapshot, so that short simulations see many of them. */
  public static final LogOptions OPTIONS =
      LogOptions.defaults()
          .withSegmentBytes(256 << 10)
          .withReserveBytes(256 << 10)
          .withMinFreeBytes(0)
          .withSnapshotBytes(512 << 10)
          .withSnapshotForceBytes(32 << 10);

  private final LogOptions options;
  private final SegmentStore store;
  private final Deque<Batch> waiting = new ArrayDeque<>();
  private Listener listener;
  private SnapshotWriter snapshot;
  private CompletableFuture<Void> snapshotDone;
  private long snapshotBytesBefore;
  private boolean failed;
  private boolean closed;
  private boolean toldRoom = true;
  private boolean toldDue;
  private long commits;
  private long bytes;

  public SimulatedLog(SimulatedFiles files, LogOptions options, long seed) {
    this.options = options;
    this.store = new SegmentStore(files, options, new Random(seed ^ files.operations())::nextLong);
  }

  @Override
  public Recovered recover(Replay replay) throws IOException {
    return store.recover(replay);
  }

  @Override
  public void start(Listener told) {
    listener = told;
    guarded(store::maintain);
    tell();
  }

  @Override
  public int window() {
    return options.window();
  }

  @Override
  public void append(Batch batch) {
    if (failed || closed) {
      return;
    }
    if (waiting.size() >= options.window()) {
      throw new IllegalStateException("the window of " + options.window() + " batches is full");
    }
    waiting.add(batch);
  }

  /** How many batches were appended and not yet committed. */
  public int waiting() {
    return waiting.size();
  }

  /**
   * Commits all batches that wait, as one group.
   *
   * @return how many were committed
   */
  public int commitNext() {
    Batch[] group = waiting.toArray(Batch[]::new);
    waiting.clear();
    int[] count = {0};
    if (group.length > 0) {
      guarded(
          () ->
              store.commit(
                  group,
                  group.length,
                  (batch, location) -> {
                    count[0]++;
                    bytes += location.length();
                    listener.committed(batch, location);
                  }));
      commits++;
    }
    guarded(store::maintain);
    tell();
    return count[0];
  }

  /** Looks for room again, as the real log does from time to time. */
  public void checkRoom() {
    guarded(store::maintain);
    tell();
  }

  private void tell() {
    if (failed) {
      return;
    }
    if (store.hasRoom() != toldRoom) {
      toldRoom = store.hasRoom();
      listener.roomChanged(toldRoom, store.roomExplanation());
    }
    long since = store.bytesSinceSnapshot();
    boolean due = since >= options.snapshotBytes() || since > 0 && !toldRoom;
    if (due && !toldDue && snapshot == null) {
      listener.snapshotDue();
    }
    toldDue = due;
  }

  @Override
  public long committedIndex() {
    return store.committedIndex();
  }

  @Override
  public boolean hasRoom() {
    return store.hasRoom();
  }

  /** Begins a snapshot; {@link #snapshotNext()} writes it. */
  @Override
  public CompletionStage<Void> snapshot(SnapshotSource source) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    if (snapshot != null || failed || closed) {
      done.completeExceptionally(new IllegalStateException("a snapshot is being written"));
      return done;
    }
    try {
      snapshotBytesBefore = store.bytesSinceSnapshot();
      snapshot = store.beginSnapshot(source);
      snapshotDone = done;
    } catch (IOException | RuntimeException e) {
      done.completeExceptionally(e);
    }
    return done;
  }

  /**
   * Writes the next piece of a snapshot.
   *
   * @return whether there is more to do
   */
  public boolean snapshotNext() {
    if (snapshot == null) {
      return false;
    }
    try {
      if (snapshot.gather()) {
        while (snapshot.writePiece()) {
          // The last piece is the answer.
        }
        return true;
      }
      store.finishSnapshot(snapshot, snapshotBytesBefore);
    } catch (IOException | RuntimeException e) {
      snapshot.abandon();
      endSnapshot().completeExceptionally(e);
      return false;
    }
    long firstSegment = snapshot.header().firstSegment();
    CompletableFuture<Void> done = endSnapshot();
    guarded(() -> store.release(firstSegment));
    done.complete(null);
    return false;
  }

  private CompletableFuture<Void> endSnapshot() {
    CompletableFuture<Void> done = snapshotDone;
    snapshot = null;
    snapshotDone = null;
    return done;
  }

  @Override
  public byte[] read(Location location) throws IOException {
    return store.read(location);
  }

  @Override
  public LogStats stats() {
    return new LogStats(
        commits, bytes, 0, 0, store.segments(), store.snapshotIndex(), Long.MAX_VALUE);
  }

  @Override
  public void close() {
    closed = true;
    try {
      store.close();
    } catch (IOException e) {
      throw new AssertionError("a simulated file can always be closed", e);
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private void guarded(Work work) {
    if (failed) {
      return;
    }
    try {
      work.run();
    } catch (IOException | RuntimeException e) {
      failed = true;
      waiting.clear();
      listener.failed(e);
    }
  }
}
