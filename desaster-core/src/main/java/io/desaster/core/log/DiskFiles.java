/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** A log's directory on a real file system. */
final class DiskFiles implements LogFiles {
  private static final long FREED_AT_ONCE = 1 << 20;

  private final Path directory;
  private final FileStore store;
  private DirectoryLock lock;

  /** Makes the directory if it is missing. */
  DiskFiles(Path directory) throws IOException {
    Files.createDirectories(directory);
    this.directory = directory.toRealPath();
    this.store = Files.getFileStore(this.directory);
  }

  @Override
  public List<String> list() throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(path -> names.add(path.getFileName().toString()));
    } catch (DirectoryIteratorException | UncheckedIOException e) {
      throw new IOException("cannot list " + directory + ": " + e.getCause().getMessage(), e);
    }
    return names;
  }

  @Override
  public LogFile create(String name) throws IOException {
    try {
      return new DiskFile(FileChannel.open(directory.resolve(name), READ, WRITE, CREATE_NEW), 0);
    } catch (IOException e) {
      throw explained(e, 1);
    }
  }

  @Override
  public LogFile open(String name) throws IOException {
    FileChannel channel = FileChannel.open(directory.resolve(name), READ, WRITE);
    return new DiskFile(channel, channel.size());
  }

  @Override
  public LogFile openToRead(String name) throws IOException {
    FileChannel channel = FileChannel.open(directory.resolve(name), READ);
    return new DiskFile(channel, channel.size());
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(
        directory.resolve(from),
        directory.resolve(to),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * {@inheritDoc}
   *
   * <p>A large one is cut short in steps before it goes: a file system that frees all of it at once
   * holds up the forces of other files for tens of milliseconds.
   */
  @Override
  public void delete(String name) throws IOException {
    Path file = directory.resolve(name);
    if (Files.notExists(file)) {
      return;
    }
    if (Files.size(file) > FREED_AT_ONCE) {
      Path unfinished = directory.resolve(name + Names.UNFINISHED);
      Files.move(file, unfinished, StandardCopyOption.ATOMIC_MOVE);
      file = unfinished;
      cutShort(file);
    }
    Files.delete(file);
  }

  private static void cutShort(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, WRITE)) {
      for (long size = channel.size(); size > FREED_AT_ONCE; size -= FREED_AT_ONCE) {
        channel.truncate(size - FREED_AT_ONCE);
      }
    }
  }

  @Override
  public void sync() throws IOException {
    try (FileChannel channel = FileChannel.open(directory, READ)) {
      channel.force(true);
    }
  }

  @Override
  public long freeBytes() throws IOException {
    return store.getUsableSpace();
  }

  @Override
  public String path(String name) {
    return directory.resolve(name).toString();
  }

  @Override
  public synchronized void lock() throws IOException {
    if (lock == null) {
      lock = DirectoryLock.take(directory);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (lock != null) {
      lock.close();
      lock = null;
    }
  }

  /** Message texts of the system are translated, the room that is left is not. */
  private IOException explained(IOException e, long wanted) {
    String message = String.valueOf(e.getMessage());
    boolean full =
        message.contains("No space left") || message.contains("quota") || free() < wanted;
    return full ? new NoRoomException(message, e) : e;
  }

  private long free() {
    try {
      return freeBytes();
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
  }

  private final class DiskFile implements LogFile {
    private final FileChannel channel;
    private long size;
    private boolean sizeForced;

    DiskFile(FileChannel channel, long size) {
      this.channel = channel;
      this.size = size;
    }

    @Override
    public int read(long position, byte[] bytes, int offset, int length) throws IOException {
      ByteBuffer target = ByteBuffer.wrap(bytes, offset, length);
      while (target.hasRemaining()) {
        int count = channel.read(target, position + target.position() - offset);
        if (count < 0) {
          break;
        }
      }
      return target.position() - offset;
    }

    @Override
    public void write(long position, byte[] bytes, int offset, int length) throws IOException {
      ByteBuffer source = ByteBuffer.wrap(bytes, offset, length);
      try {
        while (source.hasRemaining()) {
          channel.write(source, position + source.position() - offset);
        }
      } catch (IOException e) {
        throw position + length > size ? explained(e, length) : e;
      }
      if (position + length > size) {
        size = position + length;
        sizeForced = false;
      }
    }

    @Override
    public void force() throws IOException {
      channel.force(!sizeForced);
      sizeForced = true;
    }

    @Override
    public void truncate(long toSize) throws IOException {
      channel.truncate(toSize);
      size = toSize;
      sizeForced = false;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
