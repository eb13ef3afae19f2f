/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

/**
 * The bytes of a snapshot. All numbers are big endian, every CRC is chained to the one before it.
 *
 * <pre>
 * snapshot = header chunk* end
 * header   = magic:8 version:4 index:8 incarnation:4 term:4 firstSegment:8 salt:8 crc:4
 * chunk    = length:4 (not negative) crc:4 bytes:length
 * end      = -1:4 crc:4 chunks:8 bytes:8
 * </pre>
 */
final class SnapshotFormat {
  static final int VERSION = 1;
  static final int HEADER_BYTES = 48;
  static final int CHUNK_HEADER_BYTES = 8;
  static final int END_BYTES = 24;
  static final int END = -1;
  private static final long MAGIC = 0x6465_7361_736e_6170L;

  private final Format format = new Format();

  /**
   * What a snapshot says of itself.
   *
   * @param index of the last batch in it
   * @param incarnation of that batch
   * @param term of that batch
   * @param firstSegment number of the segment in which the batch after it is, or will be
   */
  record Header(long index, int incarnation, int term, long firstSegment) {}

  byte[] header(Header header, long salt) {
    byte[] bytes = new byte[HEADER_BYTES];
    Bytes.putLong(bytes, 0, MAGIC);
    Bytes.putInt(bytes, 8, VERSION);
    Bytes.putLong(bytes, 12, header.index());
    Bytes.putInt(bytes, 20, header.incarnation());
    Bytes.putInt(bytes, 24, header.term());
    Bytes.putLong(bytes, 28, header.firstSegment());
    Bytes.putLong(bytes, 36, salt);
    Bytes.putInt(bytes, 44, format.crcOf(bytes, 0, 44));
    return bytes;
  }

  boolean isHeader(byte[] bytes) {
    return Bytes.getLong(bytes, 0) == MAGIC
        && Bytes.getInt(bytes, 44) == format.crcOf(bytes, 0, 44);
  }

  static int version(byte[] bytes) {
    return Bytes.getInt(bytes, 8);
  }

  static Header header(byte[] bytes) {
    return new Header(
        Bytes.getLong(bytes, 12),
        Bytes.getInt(bytes, 20),
        Bytes.getInt(bytes, 24),
        Bytes.getLong(bytes, 28));
  }

  /** What the first chunk is chained to. */
  static int chain(byte[] header) {
    return Bytes.getInt(header, 44);
  }

  /** Fills in the header before a chunk's bytes and returns its CRC. */
  int sealChunk(byte[] bytes, int at, int length, int chain) {
    Bytes.putInt(bytes, at, length);
    int crc = format.chainedCrc(chain, bytes, at + CHUNK_HEADER_BYTES, length);
    Bytes.putInt(bytes, at + 4, crc);
    return crc;
  }

  void sealEnd(byte[] bytes, int at, long chunks, long total, int chain) {
    Bytes.putInt(bytes, at, END);
    Bytes.putLong(bytes, at + 8, chunks);
    Bytes.putLong(bytes, at + 16, total);
    Bytes.putInt(bytes, at + 4, format.chainedCrc(chain, bytes, at + 8, 16));
  }

  /** The CRC that bytes after a chunk's or the end's header must have. */
  int crc(int chain, byte[] bytes, int at, int length) {
    return format.chainedCrc(chain, bytes, at, length);
  }
}
