/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.util.zip.CRC32C;

/**
 * The bytes of a segment. All numbers are big endian.
 *
 * <pre>
 * segment  = header group* (zeros, or what the file held in an earlier life)
 * header   = magic:8 version:4 number:8 salt:8 crc:4, the same at 2048, zeros up to 4096
 * group    = record+ zeros-up-to-a-multiple-of-8 trailer
 * record   = length:4 headerCrc:4 crc:4 version:1 kind:1 0:2
 *            incarnation:4 term:4 index:8 atMillis:8 payload:length
 * trailer  = magic:8 salt:8 groupStart:8 lastIndex:8 lastRecordCrc:4 crc:4 (with its own offset)
 * </pre>
 *
 * Every record's CRCs begin with the CRC of what is before it: the record before it in the group,
 * else the trailer of the group before, else the segment's header with its random salt. So bytes of
 * an earlier life of the file never fit, wherever they lie. A trailer stands by itself: it is at a
 * multiple of 8, carries the salt and has its own CRC, which covers its place in the file too, so
 * that it is found and believed even when the records before it are damaged. That tells a tear (no
 * trailer) from damage (a trailer, but the records do not match), and damage at the end from damage
 * with committed groups behind it.
 *
 * <p>To change a record: raise {@link #VERSION}, keep reading the old ones.
 */
final class Format {
  static final int VERSION = 1;
  static final int SEGMENT_HEADER_BYTES = 4096;
  static final int RECORD_HEADER_BYTES = 40;
  static final int TRAILER_BYTES = 40;

  private static final long SEGMENT_MAGIC = 0x6465_7361_7365_676dL;
  private static final long TRAILER_MAGIC = 0x6465_7361_2e65_6e64L;
  private static final int SEGMENT_HEADER_USED = 32;
  private static final int SEGMENT_HEADER_COPY = 2048;
  private static final byte BATCH = 1;

  private final CRC32C crc = new CRC32C();
  private final byte[] scratch = new byte[4];

  /** The most payload a batch may have in a segment of this size. */
  static long maxPayload(long segmentBytes) {
    return (segmentBytes - SEGMENT_HEADER_BYTES - TRAILER_BYTES & ~7L) - RECORD_HEADER_BYTES;
  }

  // Segment header.

  byte[] segmentHeader(long number, long salt) {
    byte[] header = new byte[SEGMENT_HEADER_BYTES];
    Bytes.putLong(header, 0, SEGMENT_MAGIC);
    Bytes.putInt(header, 8, VERSION);
    Bytes.putLong(header, 12, number);
    Bytes.putLong(header, 20, salt);
    Bytes.putInt(header, 28, crcOf(header, 0, SEGMENT_HEADER_USED - 4));
    System.arraycopy(header, 0, header, SEGMENT_HEADER_COPY, SEGMENT_HEADER_USED);
    return header;
  }

  /**
   * Where a good header of a segment is in its first bytes, or -1. Without it all would be lost.
   */
  int findSegmentHeader(byte[] bytes) {
    return isSegmentHeader(bytes, 0)
        ? 0
        : isSegmentHeader(bytes, SEGMENT_HEADER_COPY) ? SEGMENT_HEADER_COPY : -1;
  }

  private boolean isSegmentHeader(byte[] bytes, int at) {
    return Bytes.getLong(bytes, at) == SEGMENT_MAGIC
        && Bytes.getInt(bytes, at + 28) == crcOf(bytes, at, SEGMENT_HEADER_USED - 4);
  }

  static int segmentVersion(byte[] header, int at) {
    return Bytes.getInt(header, at + 8);
  }

  static long segmentNumber(byte[] header, int at) {
    return Bytes.getLong(header, at + 12);
  }

  static long segmentSalt(byte[] header, int at) {
    return Bytes.getLong(header, at + 20);
  }

  /** What the first record of the segment is chained to. */
  static int segmentChain(byte[] header, int at) {
    return Bytes.getInt(header, at + 28);
  }

  // Record.

  /**
   * Fills in the header of a record whose payload is already there.
   *
   * @return the record's CRC, to chain the next one to
   */
  int sealRecord(byte[] bytes, int at, int payloadLength, BatchHeader header, int chain) {
    Bytes.putInt(bytes, at, payloadLength);
    Bytes.putInt(bytes, at + 12, VERSION << 24 | BATCH << 16);
    Bytes.putInt(bytes, at + 16, header.incarnation());
    Bytes.putInt(bytes, at + 20, header.term());
    Bytes.putLong(bytes, at + 24, header.index());
    Bytes.putLong(bytes, at + 32, header.atMillis());
    Bytes.putInt(bytes, at + 4, headerCrc(bytes, at, chain));
    int result = recordCrc(bytes, at, payloadLength, chain);
    Bytes.putInt(bytes, at + 8, result);
    return result;
  }

  /** Whether the header of a record chained to {@code chain} stands here. */
  boolean isRecordHeader(byte[] bytes, int at, int chain) {
    return Bytes.getInt(bytes, at + 4) == headerCrc(bytes, at, chain)
        && recordLength(bytes, at) >= 0;
  }

  /** Whether the whole record is what was written; its header was found good before. */
  boolean isRecord(byte[] bytes, int at, int chain) {
    return recordChain(bytes, at) == recordCrc(bytes, at, recordLength(bytes, at), chain);
  }

  static int recordLength(byte[] bytes, int at) {
    return Bytes.getInt(bytes, at);
  }

  static int recordChain(byte[] bytes, int at) {
    return Bytes.getInt(bytes, at + 8);
  }

  static int recordVersion(byte[] bytes, int at) {
    return bytes[at + 12];
  }

  static BatchHeader batchHeader(byte[] bytes, int at) {
    return new BatchHeader(
        Bytes.getLong(bytes, at + 24),
        Bytes.getInt(bytes, at + 16),
        Bytes.getInt(bytes, at + 20),
        Bytes.getLong(bytes, at + 32));
  }

  private int headerCrc(byte[] bytes, int at, int chain) {
    begin(chain);
    crc.update(bytes, at, 4);
    crc.update(bytes, at + 12, RECORD_HEADER_BYTES - 12);
    return (int) crc.getValue();
  }

  private int recordCrc(byte[] bytes, int at, int payloadLength, int chain) {
    begin(chain);
    crc.update(bytes, at, 8);
    crc.update(bytes, at + 12, RECORD_HEADER_BYTES - 12 + payloadLength);
    return (int) crc.getValue();
  }

  // Trailer.

  /**
   * Fills in a trailer.
   *
   * @param offset where it will lie in the file
   * @return the trailer's CRC, to chain the next group to
   */
  int sealTrailer(
      byte[] bytes,
      int at,
      long offset,
      long salt,
      long groupStart,
      long lastIndex,
      int lastRecordCrc) {
    Bytes.putLong(bytes, at, TRAILER_MAGIC);
    Bytes.putLong(bytes, at + 8, salt);
    Bytes.putLong(bytes, at + 16, groupStart);
    Bytes.putLong(bytes, at + 24, lastIndex);
    Bytes.putInt(bytes, at + 32, lastRecordCrc);
    int result = chainedCrc((int) offset, bytes, at, TRAILER_BYTES - 4);
    Bytes.putInt(bytes, at + 36, result);
    return result;
  }

  /** Whether a trailer of the segment with this salt stands here. */
  boolean isTrailer(byte[] bytes, int at, long offset, long salt) {
    return Bytes.getLong(bytes, at) == TRAILER_MAGIC
        && Bytes.getLong(bytes, at + 8) == salt
        && Bytes.getInt(bytes, at + 36) == chainedCrc((int) offset, bytes, at, TRAILER_BYTES - 4);
  }

  static long trailerGroupStart(byte[] bytes, int at) {
    return Bytes.getLong(bytes, at + 16);
  }

  static long trailerLastIndex(byte[] bytes, int at) {
    return Bytes.getLong(bytes, at + 24);
  }

  static int trailerRecordCrc(byte[] bytes, int at) {
    return Bytes.getInt(bytes, at + 32);
  }

  static int trailerChain(byte[] bytes, int at) {
    return Bytes.getInt(bytes, at + 36);
  }

  // CRCs of other files.

  /** CRC32C of some bytes, chained to an earlier one. */
  int chainedCrc(int chain, byte[] bytes, int at, int length) {
    begin(chain);
    crc.update(bytes, at, length);
    return (int) crc.getValue();
  }

  int crcOf(byte[] bytes, int at, int length) {
    crc.reset();
    crc.update(bytes, at, length);
    return (int) crc.getValue();
  }

  private void begin(int chain) {
    crc.reset();
    Bytes.putInt(scratch, 0, chain);
    crc.update(scratch, 0, 4);
  }
}
