/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One daemon per data directory: a lock that the kernel releases when its process ends, on a file
 * that says in one line who holds it.
 */
public final class DataDirLock implements AutoCloseable {
  private static final String FILE = "daemon.lock";
  private static final Pattern LINE =
      Pattern.compile("pid (\\d+) port (\\d+) node (\\S+) since (\\S+)");

  private final FileChannel channel;
  private final FileLock lock;

  private DataDirLock(FileChannel channel, FileLock lock) {
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Who holds a data directory.
   *
   * @param port its RESP port
   */
  public record Holder(long pid, int port, String node, Instant since) {}

  /**
   * Makes the directory if need be and locks it.
   *
   * @throws StartException if another process holds it, or it cannot be used
   */
  static DataDirLock acquire(Path dataDir) throws StartException {
    FileChannel channel = null;
    try {
      makeDirectory(dataDir);
      channel =
          FileChannel.open(
              dataDir.resolve(FILE),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock != null) {
        return new DataDirLock(channel, lock);
      }
      String holder = read(channel);
      channel.close();
      throw taken(dataDir, holder);
    } catch (IOException e) {
      closeQuietly(channel, e);
      throw new StartException(
          DaemonExit.CANNOT_START,
          "cannot use the data directory "
              + dataDir
              + ": "
              + ConfigFile.reason(e)
              + "; give another one with --data-dir",
          e);
    }
  }

  /** The daemon that holds the directory now; empty if none does or it is just starting. */
  public static Optional<Holder> holder(Path dataDir) {
    try (FileChannel channel =
        FileChannel.open(
            dataDir.resolve(FILE), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      FileLock lock = tryLock(channel);
      if (lock != null) {
        lock.release();
        return Optional.empty();
      }
      return parse(read(channel));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether the last daemon of the directory ended without letting go of it: killed, or broken. */
  public static boolean leftBehind(Path dataDir) {
    try (FileChannel channel =
        FileChannel.open(
            dataDir.resolve(FILE), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      FileLock lock = tryLock(channel);
      if (lock == null) {
        return false;
      }
      boolean left = parse(read(channel)).isPresent();
      lock.release();
      return left;
    } catch (IOException e) {
      return false;
    }
  }

  /** Writes who holds it. */
  void tell(int port, String node) throws IOException {
    String line =
        "pid %d port %d node %s since %s%n"
            .formatted(ProcessHandle.current().pid(), port, node, Instant.now());
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)), 0);
  }

  @Override
  public void close() {
    try (channel) {
      channel.truncate(0);
      lock.release();
    } catch (IOException e) {
      // The kernel releases it with the process, which is about to end.
    }
  }

  private static void makeDirectory(Path dataDir) throws IOException {
    if (!Files.isDirectory(dataDir)) {
      if (dataDir.getParent() != null) {
        Files.createDirectories(dataDir.getParent());
      }
      Files.createDirectories(
          dataDir,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      return null;
    }
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer line = ByteBuffer.allocate(512);
    channel.read(line, 0);
    return new String(line.array(), 0, line.position(), StandardCharsets.UTF_8).strip();
  }

  private static Optional<Holder> parse(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new Holder(
            Long.parseLong(matcher.group(1)),
            Integer.parseInt(matcher.group(2)),
            matcher.group(3),
            Instant.parse(matcher.group(4))));
  }

  private static StartException taken(Path dataDir, String line) {
    String who =
        parse(line)
            .map(
                holder ->
                    "the desaster daemon with pid %d, port %d, which runs since %s; stop it with 'kill %d'"
                        .formatted(holder.pid(), holder.port(), holder.since(), holder.pid()))
            .orElse("another desaster daemon, which is just starting; wait for it");
    return new StartException(
        DaemonExit.TAKEN,
        "cannot start: the data directory "
            + dataDir
            + " is in use by "
            + who
            + ", or give another directory with --data-dir",
        null);
  }

  private static void closeQuietly(FileChannel channel, IOException first) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        first.addSuppressed(e);
      }
    }
  }
}
