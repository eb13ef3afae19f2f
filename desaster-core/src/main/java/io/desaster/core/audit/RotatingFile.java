/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A file of lines that only its owner may read ({@code name}), and the older ones ({@code name.1}
 * the newest of them). Opened by the first write; a write that fails leaves no part of itself and
 * is tried on the file opened anew the next time. One thread writes.
 */
final class RotatingFile implements Closeable {
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private final Path directory;
  private final String name;
  private final long bytesMax;
  private final int filesMax;
  private FileChannel channel;
  private long size;

  RotatingFile(Path directory, String name, long bytesMax, int filesMax) {
    this.directory = directory;
    this.name = name;
    this.bytesMax = bytesMax;
    this.filesMax = filesMax;
  }

  /** Those that there are, the newest first. */
  List<Path> files() {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < filesMax; i++) {
      if (Files.exists(path(i))) {
        files.add(path(i));
      }
    }
    return files;
  }

  private Path path(int age) {
    return directory.resolve(age == 0 ? name : name + '.' + age);
  }

  /** Writes whole lines; to a new file if they do not fit into this one. */
  void append(ByteBuffer lines) throws IOException {
    if (channel != null && !Files.isRegularFile(path(0))) {
      // Somebody took it away.
      close();
    }
    if (channel == null) {
      open();
    }
    if (size > 0 && size + lines.remaining() > bytesMax) {
      rotate();
    }
    try {
      size += write(lines, size);
    } catch (IOException e) {
      takeBack(e);
      throw e;
    }
  }

  private int write(ByteBuffer bytes, long at) throws IOException {
    int length = bytes.remaining();
    long place = at;
    while (bytes.hasRemaining()) {
      place += channel.write(bytes, place);
    }
    return length;
  }

  private void takeBack(IOException cause) {
    try (FileChannel failed = channel) {
      channel = null;
      failed.truncate(size);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private void open() throws IOException {
    Files.createDirectories(directory, onlyOwner("rwx------"));
    channel =
        FileChannel.open(
            path(0),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            onlyOwner("rw-------"));
    try {
      size = channel.size();
      endLine();
    } catch (IOException e) {
      takeBack(e);
      throw e;
    }
  }

  private static FileAttribute<?>[] onlyOwner(String permissions) {
    return POSIX
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /** A line that the process died over must not spoil the next. */
  private void endLine() throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    if (size > 0 && channel.read(last, size - 1) == 1 && last.get(0) != '\n') {
      size += write(ByteBuffer.wrap(new byte[] {'\n'}), size);
    }
  }

  private void rotate() throws IOException {
    close();
    for (int age = filesMax - 1; age > 0; age--) {
      if (Files.exists(path(age - 1))) {
        Files.move(path(age - 1), path(age), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    open();
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
      channel = null;
    }
  }
}
