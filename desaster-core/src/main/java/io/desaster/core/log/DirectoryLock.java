/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Set;

/**
 * One process at a time works in a directory. The lock is the system's and goes with the process;
 * the file's text only says who holds it.
 */
final class DirectoryLock implements Closeable {
  private static final int HOLDER_BYTES_MAX = 256;

  /**
   * Closing any channel on a file drops this process's locks on it (POSIX), so a second try from
   * within the process must not even open the file.
   */
  private static final Set<Path> HELD = new HashSet<>();

  private final Path directory;
  private final FileChannel channel;

  private DirectoryLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  static DirectoryLock take(Path directory) throws IOException {
    synchronized (HELD) {
      if (!HELD.add(directory)) {
        throw taken(directory, "this process (pid " + ProcessHandle.current().pid() + ")");
      }
      try {
        return lock(directory);
      } catch (IOException | RuntimeException e) {
        HELD.remove(directory);
        throw e;
      }
    }
  }

  private static DirectoryLock lock(Path directory) throws IOException {
    FileChannel channel = FileChannel.open(directory.resolve(Names.LOCK), READ, WRITE, CREATE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw taken(directory, holder(channel));
      }
      writeHolder(channel);
      return new DirectoryLock(directory, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static IOException taken(Path directory, String holder) {
    return new IOException(
        "cannot use "
            + directory
            + ": it is locked by "
            + holder
            + "; stop that process or choose another data directory");
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(HOLDER_BYTES_MAX);
    channel.read(text, 0);
    String holder = new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).strip();
    return holder.isEmpty() ? "another process" : holder;
  }

  /** A full disk must not keep a node from starting, so this may fail. */
  private static void writeHolder(FileChannel channel) {
    String text =
        "pid "
            + ProcessHandle.current().pid()
            + " since "
            + Instant.now().truncatedTo(ChronoUnit.SECONDS)
            + "\n";
    try {
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
    } catch (IOException e) {
      // The lock holds all the same; only its holder's number is missing.
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (HELD) {
      channel.close();
      HELD.remove(directory);
    }
  }
}
