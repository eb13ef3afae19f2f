/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.io.Closeable;
import java.io.IOException;

/** Reads a snapshot chunk by chunk. */
final class SnapshotReader implements Closeable {
  private final SnapshotFormat format = new SnapshotFormat();
  private final LogFile file;
  private final long size;
  private final byte[] small = new byte[SnapshotFormat.HEADER_BYTES];
  private SnapshotFormat.Header header;
  private byte[] chunk = new byte[0];
  private int length;
  private int chain;
  private long position;
  private long chunks;
  private long total;
  private String fault;

  SnapshotReader(LogFile file) throws IOException {
    this.file = file;
    this.size = file.size();
    if (file.read(0, small, 0, small.length) < small.length || !format.isHeader(small)) {
      fault = "its header is not what was written";
    } else if (SnapshotFormat.version(small) != SnapshotFormat.VERSION) {
      fault =
          "it has format "
              + SnapshotFormat.version(small)
              + ", this desaster reads format "
              + SnapshotFormat.VERSION;
    } else {
      header = SnapshotFormat.header(small);
      chain = SnapshotFormat.chain(small);
      position = small.length;
    }
  }

  /** Null if the header is bad. */
  SnapshotFormat.Header header() {
    return header;
  }

  /** What is wrong at {@link #position()}, or null. */
  String fault() {
    return fault;
  }

  /** Where the next chunk, the end or the fault is. */
  long position() {
    return position;
  }

  /**
   * Reads the next chunk.
   *
   * @return false at the end, or if something is wrong
   */
  boolean next() throws IOException {
    if (fault != null || !read(small, SnapshotFormat.CHUNK_HEADER_BYTES, position)) {
      return false;
    }
    int announced = Bytes.getInt(small, 0);
    int crc = Bytes.getInt(small, 4);
    long at = position + SnapshotFormat.CHUNK_HEADER_BYTES;
    if (announced == SnapshotFormat.END) {
      readEnd(at, crc);
      return false;
    }
    if (announced < 0 || announced > size - at) {
      fault = "a chunk of " + announced + " bytes is announced";
      return false;
    }
    return readChunk(at, announced, crc);
  }

  private boolean readChunk(long at, int announced, int crc) throws IOException {
    if (chunk.length < announced) {
      chunk = new byte[announced];
    }
    if (!read(chunk, announced, at)) {
      return false;
    }
    if (format.crc(chain, chunk, 0, announced) != crc) {
      fault = "a chunk of " + announced + " bytes is not what was written (CRC)";
      return false;
    }
    chain = crc;
    length = announced;
    position = at + announced;
    chunks++;
    total += announced;
    return true;
  }

  private void readEnd(long at, int crc) throws IOException {
    if (read(small, 16, at)
        && (format.crc(chain, small, 0, 16) != crc
            || Bytes.getLong(small, 0) != chunks
            || Bytes.getLong(small, 8) != total)) {
      fault = "its end is not what was written";
    }
  }

  private boolean read(byte[] target, int count, long at) throws IOException {
    if (file.read(at, target, 0, count) < count) {
      fault = "it ends early";
      return false;
    }
    return true;
  }

  byte[] array() {
    return chunk;
  }

  int length() {
    return length;
  }

  /** Offset in the file of the chunk's first byte. */
  long offset() {
    return position - length;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
