/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.audit;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads the lines of a file from its end, so that the newest cost little. */
final class BackwardLines implements Closeable {
  private static final int BLOCK = 64 << 10;

  private final FileChannel channel;
  private final byte[] block = new byte[BLOCK];
  private long blockStart;
  private int at;

  BackwardLines(Path file) throws IOException {
    channel = FileChannel.open(file);
    blockStart = channel.size();
  }

  /** The line before, without its end; null if there is none. Lines may be empty. */
  String next() throws IOException {
    ByteArrayOutputStream reversed = new ByteArrayOutputStream(512);
    while (at > 0 || fill()) {
      byte b = block[--at];
      if (b == '\n') {
        return text(reversed);
      }
      reversed.write(b);
    }
    return reversed.size() == 0 ? null : text(reversed);
  }

  private boolean fill() throws IOException {
    int length = (int) Math.min(BLOCK, blockStart);
    ByteBuffer into = ByteBuffer.wrap(block, 0, length);
    long from = blockStart - length;
    while (into.hasRemaining()) {
      if (channel.read(into, from + into.position()) < 0) {
        throw new IOException("the file became shorter while it was read");
      }
    }
    blockStart = from;
    at = length;
    return length > 0;
  }

  private static String text(ByteArrayOutputStream reversed) {
    byte[] bytes = reversed.toByteArray();
    for (int i = 0, j = bytes.length - 1; i < j; i++, j--) {
      byte b = bytes[i];
      bytes[i] = bytes[j];
      bytes[j] = b;
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
