/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.util.function.Consumer;

/**
 * Sizes and limits of a log on disk.
 *
 * @param segmentBytes size of a segment file; a batch must fit into one
 * @param reserveBytes room kept for the ends of running jobs when the disk is full, rounded up to
 *     whole segments
 * @param minFreeBytes room left to others: nothing is preallocated that would leave less
 * @param snapshotBytes a snapshot is due after so many bytes of batches
 * @param snapshotForceBytes a snapshot is forced to disk in pieces of this size
 * @param window how many batches may be under way
 * @param roomCheckMillis how often a full disk is looked at again
 * @param inPlaceMicros a small batch is forced by the thread that appends it, as long as the last
 *     commit took less than this; 0: never
 */
public record LogOptions(
    long segmentBytes,
    long reserveBytes,
    long minFreeBytes,
    long snapshotBytes,
    int snapshotForceBytes,
    int window,
    long roomCheckMillis,
    long inPlaceMicros) {

  /** Below this, two changes of thread are a good part of a commit's time; see inPlaceMicros. */
  public static final long QUICK_DISK_MICROS = 1_000;

  private static final long MEBIBYTE = 1 << 20;

  /** A group of batches is closed when it has reached this size. */
  static final int GROUP_BYTES = 4 << 20;

  /** The very first segment is small, so that a new node does not wait for a big one. */
  private static final long FIRST_SEGMENT_BYTES = MEBIBYTE;

  /** So short that a commit does not wait for long behind one that is forced. */
  private static final int SNAPSHOT_PIECE_BYTES = 64 << 10;

  public LogOptions {
    require(segmentBytes >= 16 << 10, "segmentBytes", segmentBytes, "at least 16384");
    require(segmentBytes <= 1 << 30, "segmentBytes", segmentBytes, "at most 1 GiB");
    require(reserveBytes > 0, "reserveBytes", reserveBytes, "more than 0");
    require(minFreeBytes >= 0, "minFreeBytes", minFreeBytes, "0 or more");
    require(snapshotBytes > 0, "snapshotBytes", snapshotBytes, "more than 0");
    require(snapshotForceBytes > 0, "snapshotForceBytes", snapshotForceBytes, "more than 0");
    require(window > 0, "window", window, "at least 1");
    require(roomCheckMillis > 0, "roomCheckMillis", roomCheckMillis, "at least 1");
    require(inPlaceMicros >= 0, "inPlaceMicros", inPlaceMicros, "0 or more");
  }

  /**
   * Segments of 64 MiB, one in reserve, a snapshot after 128 MiB, one batch under way, none in
   * place.
   */
  public static LogOptions defaults() {
    return new LogOptions(
        64 * MEBIBYTE,
        64 * MEBIBYTE,
        32 * MEBIBYTE,
        128 * MEBIBYTE,
        SNAPSHOT_PIECE_BYTES,
        1,
        1_000,
        0);
  }

  public LogOptions withSegmentBytes(long bytes) {
    return with(fields -> fields.segmentBytes = bytes);
  }

  public LogOptions withReserveBytes(long bytes) {
    return with(fields -> fields.reserveBytes = bytes);
  }

  public LogOptions withMinFreeBytes(long bytes) {
    return with(fields -> fields.minFreeBytes = bytes);
  }

  public LogOptions withSnapshotBytes(long bytes) {
    return with(fields -> fields.snapshotBytes = bytes);
  }

  public LogOptions withSnapshotForceBytes(int bytes) {
    return with(fields -> fields.snapshotForceBytes = bytes);
  }

  public LogOptions withWindow(int batches) {
    return with(fields -> fields.window = batches);
  }

  public LogOptions withRoomCheckMillis(long millis) {
    return with(fields -> fields.roomCheckMillis = millis);
  }

  public LogOptions withInPlaceMicros(long micros) {
    return with(fields -> fields.inPlaceMicros = micros);
  }

  private LogOptions with(Consumer<Fields> change) {
    Fields fields = new Fields(this);
    change.accept(fields);
    return fields.options();
  }

  /** The same, to be changed. */
  private static final class Fields {
    long segmentBytes;
    long reserveBytes;
    long minFreeBytes;
    long snapshotBytes;
    int snapshotForceBytes;
    int window;
    long roomCheckMillis;
    long inPlaceMicros;

    Fields(LogOptions options) {
      segmentBytes = options.segmentBytes;
      reserveBytes = options.reserveBytes;
      minFreeBytes = options.minFreeBytes;
      snapshotBytes = options.snapshotBytes;
      snapshotForceBytes = options.snapshotForceBytes;
      window = options.window;
      roomCheckMillis = options.roomCheckMillis;
      inPlaceMicros = options.inPlaceMicros;
    }

    LogOptions options() {
      return new LogOptions(
          segmentBytes,
          reserveBytes,
          minFreeBytes,
          snapshotBytes,
          snapshotForceBytes,
          window,
          roomCheckMillis,
          inPlaceMicros);
    }
  }

  long firstSegmentBytes() {
    return Math.min(segmentBytes, FIRST_SEGMENT_BYTES);
  }

  int reserveSegments() {
    return Math.toIntExact((reserveBytes + segmentBytes - 1) / segmentBytes);
  }

  /** So many that a steady load recycles and never fills a new file. */
  int maxSpares() {
    return reserveSegments()
        + Math.toIntExact((snapshotBytes + segmentBytes - 1) / segmentBytes)
        + 1;
  }

  private static void require(boolean held, String name, long value, String wanted) {
    if (!held) {
      throw new IllegalArgumentException(name + " is " + value + ", it must be " + wanted);
    }
  }
}
