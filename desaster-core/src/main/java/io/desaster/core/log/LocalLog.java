/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The log of one node: a batch is committed when this node's disk has it.
 *
 * <p>Three threads: the journal's encodes, writes, forces and tells the listener; a second one
 * takes room ahead; a third lives while a snapshot is written. All batches that wait when the
 * journal's thread comes back from the disk are written and forced together. On a disk that is
 * quick the two changes of thread take as long as the disk, so the thread that appends may commit a
 * small batch itself ({@link LogOptions#inPlaceMicros}): never while the journal's is at work, and
 * not after a commit that was slow.
 *
 * <p>{@link #close()} commits what was appended before, and releases the directory.
 */
public final class LocalLog implements ReplicatedLog {
  /** A snapshot that was due and did not come about is asked for again after this time. */
  private static final long DUE_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** What is larger is encoded and written while the scheduler goes on. */
  private static final int IN_PLACE_EVENTS_MAX = 256;

  /** Where no room is missing, all that changes is how much of it others left. */
  private static final long COMPLETE_CHECK_MILLIS = 10_000;

  private static final double SNAPSHOT_SHARE_MIN = 0.02;
  private static final double SNAPSHOT_SHARE_MAX = 0.5;

  private final LogFiles files;
  private final LogOptions options;
  private final SegmentStore store;
  private final Mailbox mailbox;
  private final Latencies latencies = new Latencies();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final AtomicBoolean snapshotRuns = new AtomicBoolean();
  private final Object roomWork = new Object();
  private boolean roomWorkWanted;
  private boolean closed;

  private Listener listener;
  private Thread journal;
  private Thread room;
  private volatile Thread snapshot;
  private volatile boolean toldRoom = true;
  private boolean toldDue;
  private final Batch[] one = new Batch[1];
  private volatile boolean quick;
  private long toldDueAtNanos;
  private volatile long appendedBytes;
  private volatile long freeBytes;

  private LocalLog(LogFiles files, LogOptions options) {
    this.files = files;
    this.options = options;
    this.store = new SegmentStore(files, options, () -> ThreadLocalRandom.current().nextLong());
    this.mailbox = new Mailbox(options.window());
  }

  /**
   * Opens the log in a directory, which is made if it is missing, and locks it.
   *
   * @throws IOException if it cannot be used, or another process holds it; the message says which
   */
  public static LocalLog open(Path directory, LogOptions options) throws IOException {
    return open(new DiskFiles(directory), options);
  }

  static LocalLog open(LogFiles files, LogOptions options) throws IOException {
    files.lock();
    return new LocalLog(files, options);
  }

  @Override
  public Recovered recover(Replay replay) throws IOException {
    Recovered recovered = store.recover(replay);
    freeBytes = files.freeBytes();
    return recovered;
  }

  @Override
  public void start(Listener told) {
    listener = told;
    journal = daemon("desaster-journal", this::runJournal);
    room = daemon("desaster-journal-room", this::runRoom);
    journal.start();
    room.start();
  }

  private static Thread daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public int window() {
    return options.window();
  }

  /**
   * {@inheritDoc}
   *
   * <p>After a failure or {@link #close()} the batch is dropped and never committed.
   *
   * @throws IllegalStateException if the window is full
   */
  @Override
  public void append(Batch batch) {
    boolean suits = quick && batch.size() <= IN_PLACE_EVENTS_MAX;
    if (!suits || !mailbox.borrow()) {
      mailbox.put(batch);
      return;
    }
    boolean done = false;
    try {
      done = commitInPlace(batch);
    } finally {
      mailbox.giveBack();
    }
    if (!done) {
      mailbox.put(batch);
    }
  }

  /** On the thread that appends, while the journal's waits. */
  private boolean commitInPlace(Batch batch) {
    try {
      long start = System.nanoTime();
      one[0] = batch;
      if (!store.commitIfItFits(one, this::committedInPlace)) {
        return false;
      }
      took(System.nanoTime() - start);
      tellRoom();
      tellDue();
    } catch (Throwable e) {
      // The journal's thread tells it.
      fail(e);
    } finally {
      one[0] = null;
    }
    return true;
  }

  private void committedInPlace(Batch batch, Location payload) {
    appendedBytes += payload.length();
    listener.committed(batch, payload);
  }

  private void took(long nanos) {
    latencies.add(nanos);
    quick = nanos < TimeUnit.MICROSECONDS.toNanos(options.inPlaceMicros());
  }

  @Override
  public long committedIndex() {
    return store.committedIndex();
  }

  @Override
  public boolean hasRoom() {
    return store.hasRoom();
  }

  @Override
  public byte[] read(Location location) throws IOException {
    return store.read(location);
  }

  @Override
  public LogStats stats() {
    long[] quantiles = latencies.quantiles(0.5, 0.99);
    return new LogStats(
        latencies.count(),
        appendedBytes,
        quantiles[0],
        quantiles[1],
        store.segments(),
        store.snapshotIndex(),
        freeBytes);
  }

  // The journal's thread.

  private void runJournal() {
    Batch[] batches = new Batch[options.window()];
    try {
      for (int count = mailbox.take(batches); count >= 0; count = mailbox.take(batches)) {
        if (failure.get() != null) {
          break;
        }
        if (count > 0) {
          commit(batches, count);
          Arrays.fill(batches, 0, count, null);
        }
        tellRoom();
        tellDue();
      }
    } catch (Throwable e) {
      // Whatever it was, it is not known what is on the disk, so nothing is ever acknowledged
      // again.
      failure.compareAndSet(null, e);
    }
    mailbox.close();
    if (failure.get() != null) {
      listener.failed(failure.get());
    }
  }

  private void commit(Batch[] batches, int count) throws IOException {
    long start = System.nanoTime();
    int segments = store.segments();
    store.commit(batches, count, this::committed);
    took(System.nanoTime() - start);
    if (store.segments() != segments) {
      wantRoomWork();
    }
  }

  private void committed(Batch batch, Location payload) {
    mailbox.done();
    committedInPlace(batch, payload);
  }

  private void tellRoom() {
    boolean hasRoom = store.hasRoom();
    if (hasRoom != toldRoom) {
      toldRoom = hasRoom;
      listener.roomChanged(hasRoom, store.roomExplanation());
    }
  }

  /** Also when the disk is full: a snapshot releases segments. */
  private void tellDue() {
    long bytes = store.bytesSinceSnapshot();
    boolean due = bytes >= options.snapshotBytes() || bytes > 0 && !toldRoom;
    if (!due || snapshotRuns.get()) {
      toldDue &= due;
      return;
    }
    long now = System.nanoTime();
    if (!toldDue || now - toldDueAtNanos >= DUE_AGAIN_NANOS) {
      toldDue = true;
      toldDueAtNanos = now;
      listener.snapshotDue();
    }
  }

  // Room.

  private void wantRoomWork() {
    synchronized (roomWork) {
      roomWorkWanted = true;
      roomWork.notifyAll();
    }
  }

  private void runRoom() {
    try {
      while (closing.getCount() > 0 && failure.get() == null) {
        boolean complete = store.maintain();
        freeBytes = files.freeBytes();
        if (store.hasRoom() != toldRoom) {
          mailbox.wake();
        }
        long check = options.roomCheckMillis();
        awaitRoomWork(complete ? Math.max(check, COMPLETE_CHECK_MILLIS) : check);
      }
    } catch (Throwable e) {
      fail(e);
    }
  }

  private void awaitRoomWork(long millis) throws InterruptedException {
    synchronized (roomWork) {
      if (!roomWorkWanted && closing.getCount() > 0) {
        roomWork.wait(millis);
      }
      roomWorkWanted = false;
    }
  }

  private void fail(Throwable cause) {
    failure.compareAndSet(null, cause);
    mailbox.wake();
  }

  // Snapshots.

  @Override
  public CompletionStage<Void> snapshot(SnapshotSource source) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    if (closing.getCount() == 0 || !snapshotRuns.compareAndSet(false, true)) {
      done.completeExceptionally(
          new IllegalStateException(
              "a snapshot of batch "
                  + source.index()
                  + " was asked for while another is written or the log is closed"));
      return done;
    }
    Thread thread = daemon("desaster-journal-snapshot", () -> runSnapshot(source, done));
    snapshot = thread;
    thread.start();
    return done;
  }

  private void runSnapshot(SnapshotSource source, CompletableFuture<Void> done) {
    SnapshotFormat.Header written = null;
    Throwable harmless = null;
    try {
      written = writeSnapshot(source);
    } catch (Throwable e) {
      harmless = e;
    }
    try {
      if (written != null) {
        store.release(written.firstSegment());
      }
    } catch (Throwable e) {
      fail(e);
    }
    snapshotRuns.set(false);
    mailbox.wake();
    if (harmless == null) {
      done.complete(null);
    } else {
      done.completeExceptionally(harmless);
    }
  }

  private SnapshotFormat.Header writeSnapshot(SnapshotSource source)
      throws IOException, InterruptedException {
    long bytesBefore = store.bytesSinceSnapshot();
    SnapshotWriter writer = store.beginSnapshot(source);
    try {
      while (writer.gather()) {
        boolean more = true;
        while (more) {
          long start = System.nanoTime();
          more = writer.writePiece();
          pause(System.nanoTime() - start, store.bytesSinceSnapshot() - bytesBefore);
        }
      }
      store.finishSnapshot(writer, bytesBefore);
      return writer.header();
    } catch (Throwable e) {
      writer.abandon();
      throw e;
    }
  }

  /**
   * So that a snapshot delays few commits: it has a fiftieth of the disk's time, and more, up to
   * half, when the journal has grown since it was begun: by the square, so that it stays out of the
   * way as long as there is room enough.
   */
  private void pause(long usedNanos, long grownBytes) throws IOException, InterruptedException {
    double grown = toldRoom ? (double) grownBytes / options.snapshotBytes() : 1;
    double share = Math.min(SNAPSHOT_SHARE_MAX, Math.max(SNAPSHOT_SHARE_MIN, grown * grown));
    long nanos = (long) (usedNanos * (1 / share - 1));
    if (closing.await(nanos, TimeUnit.NANOSECONDS) || failure.get() != null) {
      throw new IOException("the log was closed while a snapshot was written");
    }
  }

  // The end.

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    closing.countDown();
    mailbox.close();
    wantRoomWork();
    join(journal);
    join(room);
    join(snapshot);
    try {
      store.close();
      files.close();
    } catch (IOException e) {
      // All that was committed is on disk; a channel that cannot be closed changes nothing.
    }
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (thread != null && thread != Thread.currentThread() && thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
