/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.history;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;

/**
 * Bytes in memory and their copy in a file. Of a few MiB a minute of history changes some dozens of
 * KiB, so only pages that changed are written; they are found by their checksums. Nothing is
 * forced: that would delay the journal, and after a crash of the host a graph may lack a minute.
 */
final class PageFile {
  private static final int PAGE_BYTES = 4096;

  private final Path file;
  private int[] written = {};

  PageFile(Path file) {
    this.file = file;
  }

  /** Reads the whole file, which has to be so long. */
  ByteBuffer read(long bytes) throws IOException {
    long found = Files.size(file);
    if (found != bytes) {
      throw new DamagedException("it has " + found + " bytes, not " + bytes);
    }
    ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file));
    written = sums(content);
    return content;
  }

  /** Brings the file up to date. A new one appears whole or not at all. */
  void write(ByteBuffer content) throws IOException {
    int[] sums = sums(content);
    if (written.length == 0) {
      create(content);
    } else {
      update(content, sums);
    }
    written = sums;
  }

  private void create(ByteBuffer content) throws IOException {
    Files.createDirectories(file.getParent());
    Path whole = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            whole,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      writeAt(channel, content.duplicate(), 0);
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(whole);
      throw e;
    }
  }

  private void update(ByteBuffer content, int[] sums) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int page = 0; page < sums.length; page++) {
        if (sums[page] != written[page]) {
          writeAt(channel, page(content, page), (long) page * PAGE_BYTES);
        }
      }
    }
  }

  private static void writeAt(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
    long position = at;
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
  }

  private static int[] sums(ByteBuffer content) {
    int[] sums = new int[(content.limit() + PAGE_BYTES - 1) / PAGE_BYTES];
    CRC32 crc = new CRC32();
    for (int page = 0; page < sums.length; page++) {
      crc.reset();
      crc.update(page(content, page));
      sums[page] = (int) crc.getValue();
    }
    return sums;
  }

  private static ByteBuffer page(ByteBuffer content, int page) {
    int begin = page * PAGE_BYTES;
    return content.slice(begin, Math.min(PAGE_BYTES, content.limit() - begin));
  }
}
