/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.io.Closeable;
import java.io.IOException;

/**
 * One open file of a log. Blocking; used by one thread at a time. After a failed write or force the
 * content is unknown and the file must not be written again.
 */
interface LogFile extends Closeable {

  /**
   * Reads up to {@code length} bytes at a position.
   *
   * @return bytes read; fewer than asked for only at the end of the file
   */
  int read(long position, byte[] bytes, int offset, int length) throws IOException;

  /**
   * Writes all bytes at a position, growing the file if need be.
   *
   * @throws NoRoomException if the file had to grow and the disk is full
   */
  void write(long position, byte[] bytes, int offset, int length) throws IOException;

  /**
   * When this returns, everything written is on the disk, and the file's size too. Its name is only
   * after {@link LogFiles#sync()}.
   */
  void force() throws IOException;

  /** Cuts the file to a smaller size. */
  void truncate(long size) throws IOException;

  long size() throws IOException;

  @Override
  void close() throws IOException;
}
