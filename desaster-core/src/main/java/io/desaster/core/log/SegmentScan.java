/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;

/**
 * Reads a segment group by group, and says what lies behind the last good one. Reads through a
 * window, so that a segment is never in memory as a whole.
 */
final class SegmentScan implements Closeable {
  private static final int WINDOW_BYTES = 1 << 20;
  private static final int STEP_BYTES = 16 << 10;

  /** What is behind the last good group of a segment. */
  enum TailKind {
    /** Nothing that belongs to the segment. */
    CLEAN,
    /** A group that was begun and has no trailer. */
    TORN,
    /** A group with its trailer whose records are not what was written. */
    DAMAGED,
    /** Damage, with whole groups behind it. */
    FOLLOWED
  }

  /**
   * The end of a segment.
   *
   * @param kind what is there
   * @param offset where the last good group ends
   * @param end where what is there ends, as far as it can be told
   * @param lastIndex the last index that is told of behind {@code offset}, 0 if unknown
   */
  record Tail(TailKind kind, long offset, long end, long lastIndex) {}

  private final Format format = new Format();
  private final LogFile file;
  private final long size;
  private final boolean headerGood;
  private final int version;
  private final long number;
  private final long salt;
  private final int segmentChain;

  private final int windowBytes;
  private byte[] window;
  private long windowStart;
  private int windowLength;

  private long position = Format.SEGMENT_HEADER_BYTES;
  private int chain;
  private long groupStart;
  private int[] records = new int[16];
  private int recordCount;
  private long begunEnd;

  SegmentScan(LogFile file) throws IOException {
    this(file, WINDOW_BYTES);
  }

  /** Reads this many bytes at a time. */
  SegmentScan(LogFile file, int windowBytes) throws IOException {
    this.file = file;
    this.windowBytes = windowBytes;
    this.size = file.size();
    this.window = new byte[(int) Math.min(windowBytes, size)];
    boolean whole = has(0, Format.SEGMENT_HEADER_BYTES);
    int at = whole ? format.findSegmentHeader(window) : -1;
    headerGood = at >= 0;
    version = headerGood ? Format.segmentVersion(window, at) : 0;
    number = headerGood ? Format.segmentNumber(window, at) : 0;
    salt = headerGood ? Format.segmentSalt(window, at) : 0;
    segmentChain = headerGood ? Format.segmentChain(window, at) : 0;
    chain = segmentChain;
  }

  boolean hasHeader() {
    return headerGood;
  }

  int version() {
    return version;
  }

  long number() {
    return number;
  }

  long salt() {
    return salt;
  }

  long size() {
    return size;
  }

  /** Where the last good group ends. */
  long position() {
    return position;
  }

  /** What the next group is chained to. */
  int chain() {
    return chain;
  }

  /** Where the group that {@link #next()} found begins. */
  long groupStart() {
    return groupStart;
  }

  /** Whether a record was begun at the end of the last good group, told after {@code next()}. */
  boolean begun() {
    return begunEnd > 0;
  }

  /** How many whole records without a trailer follow the last good group. */
  int recordCount() {
    return recordCount;
  }

  BatchHeader header(int record) {
    return Format.batchHeader(window, records[record]);
  }

  byte recordVersion(int record) {
    return (byte) Format.recordVersion(window, records[record]);
  }

  byte[] array() {
    return window;
  }

  int payloadStart(int record) {
    return records[record] + Format.RECORD_HEADER_BYTES;
  }

  int payloadLength(int record) {
    return Format.recordLength(window, records[record]);
  }

  long payloadOffset(int record) {
    return windowStart + payloadStart(record);
  }

  /**
   * Reads the next group.
   *
   * @return false if there is no whole, good group at {@link #position()}
   */
  boolean next() throws IOException {
    groupStart = position;
    recordCount = 0;
    begunEnd = 0;
    long at = position;
    int recordChain = chain;
    long lastIndex = 0;
    while (true) {
      if (recordCount > 0 && endsWithTrailer(at, recordChain, lastIndex)) {
        return true;
      }
      if (!isRecord(at, recordChain)) {
        return false;
      }
      int inWindow = (int) (at - windowStart);
      lastIndex = Format.batchHeader(window, inWindow).index();
      recordChain = Format.recordChain(window, inWindow);
      addRecord(inWindow);
      at += Format.RECORD_HEADER_BYTES + Format.recordLength(window, inWindow);
    }
  }

  private boolean isRecord(long at, int recordChain) throws IOException {
    if (!has(at, Format.RECORD_HEADER_BYTES)
        || !format.isRecordHeader(window, (int) (at - windowStart), recordChain)) {
      return false;
    }
    int length = Format.recordLength(window, (int) (at - windowStart));
    begunEnd = Math.min(size, at + Format.RECORD_HEADER_BYTES + length);
    return at + Format.RECORD_HEADER_BYTES + length <= size
        && has(at, Format.RECORD_HEADER_BYTES + length)
        && format.isRecord(window, (int) (at - windowStart), recordChain);
  }

  private boolean endsWithTrailer(long at, int recordChain, long lastIndex) throws IOException {
    long trailer = Bytes.align(at);
    if (!has(at, (int) (trailer - at) + Format.TRAILER_BYTES)) {
      return false;
    }
    for (long padding = at; padding < trailer; padding++) {
      if (window[(int) (padding - windowStart)] != 0) {
        return false;
      }
    }
    int inWindow = (int) (trailer - windowStart);
    if (!format.isTrailer(window, inWindow, trailer, salt)
        || Format.trailerGroupStart(window, inWindow) != groupStart
        || Format.trailerLastIndex(window, inWindow) != lastIndex
        || Format.trailerRecordCrc(window, inWindow) != recordChain) {
      return false;
    }
    chain = Format.trailerChain(window, inWindow);
    position = trailer + Format.TRAILER_BYTES;
    return true;
  }

  private void addRecord(int inWindow) {
    if (recordCount == records.length) {
      records = Arrays.copyOf(records, recordCount * 2);
    }
    records[recordCount++] = inWindow;
  }

  /** Goes to the group in which this offset lies, if it lies in one. */
  void seek(long offset) throws IOException {
    chain = segmentChain;
    position = Format.SEGMENT_HEADER_BYTES;
    long upper = offset & ~7L;
    while (upper >= Format.SEGMENT_HEADER_BYTES) {
      long from = Math.max(Format.SEGMENT_HEADER_BYTES, upper - STEP_BYTES);
      load(from, (int) Math.min(size - from, upper - from + Format.TRAILER_BYTES));
      for (int at = (int) (upper - from); at >= 0; at -= 8) {
        if (at + Format.TRAILER_BYTES <= windowLength
            && from + at + Format.TRAILER_BYTES <= offset
            && format.isTrailer(window, at, from + at, salt)) {
          chain = Format.trailerChain(window, at);
          position = from + at + Format.TRAILER_BYTES;
          return;
        }
      }
      upper = from - 8;
    }
  }

  /** Looks through the rest of the segment; called when {@link #next()} returned false. */
  Tail tail() throws IOException {
    long end = 0;
    long lastIndex = 0;
    boolean followed = false;
    int step = WINDOW_BYTES - Format.TRAILER_BYTES;
    for (long from = position; from + Format.TRAILER_BYTES <= size; from += step) {
      int length = (int) Math.min(WINDOW_BYTES, size - from);
      load(from, length);
      for (int at = 0; at + Format.TRAILER_BYTES <= windowLength; at += 8) {
        if (!format.isTrailer(window, at, from + at, salt)
            || Format.trailerGroupStart(window, at) < position) {
          continue;
        }
        end = from + at + Format.TRAILER_BYTES;
        lastIndex = Format.trailerLastIndex(window, at);
        followed |= Format.trailerGroupStart(window, at) > position;
      }
    }
    if (end > 0) {
      return new Tail(followed ? TailKind.FOLLOWED : TailKind.DAMAGED, position, end, lastIndex);
    }
    return begun()
        ? new Tail(TailKind.TORN, position, begunEnd, 0)
        : new Tail(TailKind.CLEAN, position, position, 0);
  }

  /** Makes these bytes of the file be in the window, together with the group read so far. */
  private boolean has(long at, int length) throws IOException {
    if (at + length > size) {
      return false;
    }
    if (at >= windowStart && at + length <= windowStart + windowLength) {
      return true;
    }
    long from = at == 0 ? 0 : groupStart;
    long wanted = at + length - from;
    if (wanted > Integer.MAX_VALUE - 8) {
      return false;
    }
    int shift = (int) (from - windowStart);
    load(from, (int) Math.min(size - from, Math.max(wanted, windowBytes)));
    for (int i = 0; i < recordCount; i++) {
      records[i] -= shift;
    }
    return at + length <= windowStart + windowLength;
  }

  private void load(long from, int length) throws IOException {
    if (window.length < length) {
      window = new byte[length];
    }
    windowStart = from;
    windowLength = file.read(from, window, 0, length);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
