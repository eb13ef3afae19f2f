/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.io.Closeable;
import java.io.IOException;

/** A segment that is, or will be, written to. Used by the journal's thread. */
final class Segment implements Closeable {
  private final long number;
  private final long salt;
  private final long size;
  private final LogFile file;
  private long position;
  private int chain;

  Segment(long number, long salt, LogFile file, long position, int chain) throws IOException {
    this.number = number;
    this.salt = salt;
    this.size = file.size();
    this.file = file;
    this.position = position;
    this.chain = chain;
  }

  long number() {
    return number;
  }

  long salt() {
    return salt;
  }

  /** Where the next group goes. */
  long position() {
    return position;
  }

  /** What the next group is chained to. */
  int chain() {
    return chain;
  }

  /** Bytes that are left. */
  long room() {
    return size - position;
  }

  boolean isEmpty() {
    return position == Format.SEGMENT_HEADER_BYTES;
  }

  long size() {
    return size;
  }

  /** Writes a group and forces it to the disk. */
  void write(byte[] group, int length, int nextChain) throws IOException {
    file.write(position, group, 0, length);
    file.force();
    position += length;
    chain = nextChain;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
