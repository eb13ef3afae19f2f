/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * The directory of a log. Blocking; any thread, but one name is worked on by one thread at a time.
 * Names that were created, renamed or deleted survive a loss of power only after {@link #sync()},
 * each by itself: without it any of the changes may be lost and any other kept.
 */
interface LogFiles extends Closeable {

  /** Names of all files, in no order. */
  List<String> list() throws IOException;

  /** Creates an empty file for reading and writing; fails if there is one of that name. */
  LogFile create(String name) throws IOException;

  /** Opens an existing file for reading and writing. */
  LogFile open(String name) throws IOException;

  /** Opens an existing file for reading. */
  LogFile openToRead(String name) throws IOException;

  /** Gives a file another name, atomically; a file of that name is replaced. */
  void rename(String from, String to) throws IOException;

  /** Deletes a file if there is one. */
  void delete(String name) throws IOException;

  /** When this returns, all names are on the disk as they are. */
  void sync() throws IOException;

  /** Room left for this process, bytes. */
  long freeBytes() throws IOException;

  /** The file's whole path, for messages. */
  String path(String name);

  /**
   * Takes the directory for this process until {@link #close()}.
   *
   * @throws IOException if it is taken; the message says by whom
   */
  void lock() throws IOException;

  @Override
  void close() throws IOException;
}
