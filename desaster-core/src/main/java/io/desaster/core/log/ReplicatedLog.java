/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.io.IOException;
import java.util.concurrent.CompletionStage;

/**
 * The order of all that happened, kept so that it survives. Batches of events are appended; when a
 * batch is committed it is safe against everything this log promises to be safe against (one disk's
 * fdatasync, or a majority's), and may be acknowledged and acted upon.
 *
 * <ul>
 *   <li>Thread: {@link #recover} and {@link #start} once, in this order; {@link #append} from one
 *       thread at a time. Nothing here blocks the caller except {@code recover}, and {@code append}
 *       where commits in place are wanted.
 *   <li>Order: batches are committed in the order of their index, without gaps.
 *   <li>Failure: after a failed write or force nothing is committed any more and {@link
 *       Listener#failed} is called once; the log cannot be used again. Nothing is retried.
 * </ul>
 */
public interface ReplicatedLog extends AutoCloseable {

  /**
   * Hands over the newest snapshot, if any, then every batch after it, oldest first.
   *
   * @return what was found, and what had to be cut
   * @throws CorruptLogException if something is damaged that must not be cut; the message names the
   *     file and offset and says what to do
   */
  Recovered recover(Replay replay) throws IOException;

  /** Begins to accept batches. */
  void start(Listener listener);

  /** How many batches may be appended and not yet committed. */
  int window();

  /**
   * Appends a batch; its index must be the last one plus 1. It is committed by the log's own
   * thread, or, where the log was told so, before this returns. At most {@link #window()} batches
   * may be under way.
   */
  void append(Batch batch);

  /** Index of the last committed batch, 0 if there is none. Any thread. */
  long committedIndex();

  /**
   * Whether there is room for more than the ends of running jobs. Any thread; changes are told by
   * {@link Listener#roomChanged}.
   */
  boolean hasRoom();

  /**
   * Writes a snapshot in the background and then releases what it replaces.
   *
   * <p>One at a time. Its index must be committed and above that of the newest snapshot.
   *
   * @return completes when the snapshot is safe; fails without harm if it could not be written
   */
  CompletionStage<Void> snapshot(SnapshotSource source);

  /**
   * Reads back bytes of a committed batch or snapshot.
   *
   * @throws IOException if they cannot be read or are not what was written
   */
  byte[] read(Location location) throws IOException;

  /** Counters for people and metrics. Any thread. */
  LogStats stats();

  @Override
  void close();

  /** Told about commits, on the log's own thread or within {@link #append}; must not block. */
  interface Listener {
    /**
     * All batches up to and including this one are committed.
     *
     * @param payloadLocation where the batch's first payload byte lies
     */
    void committed(Batch batch, Location payloadLocation);

    /** Nothing will be committed any more; the node must stop. */
    void failed(Throwable cause);

    /** The disk has room again, or no longer. */
    void roomChanged(boolean hasRoom, String explanation);

    /**
     * A new snapshot is due: so much was written since the last one, or the disk is full and it
     * would release segments. Told again after a while if none comes about.
     */
    void snapshotDue();
  }

  /** Takes what {@link #recover} reads. */
  interface Replay {
    /** One chunk of the snapshot, in the order they were written. */
    void snapshotChunk(long index, byte[] bytes, int offset, int length, Location location)
        throws IOException;

    /**
     * One committed batch after the snapshot; {@code location} is that of its first payload byte.
     */
    void batch(BatchHeader header, byte[] bytes, int offset, int length, Location location)
        throws IOException;
  }
}
