/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A growing byte buffer with the journal's encodings: varints (LEB128), fixed 64-bit numbers (big
 * endian), and strings and byte arrays with their length before them.
 */
public final class Output {
  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  private byte[] bytes;
  private int size;
  private List<Mark> marks = List.of();

  /**
   * Something whose place in the output somebody wants to know.
   *
   * @param offset position of its first byte
   */
  public record Mark(Object what, int offset) {}

  public Output(int capacity) {
    bytes = new byte[capacity];
  }

  public int size() {
    return size;
  }

  /** The buffer itself, valid up to {@link #size()} until the next write. */
  public byte[] array() {
    return bytes;
  }

  public ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes, 0, size);
  }

  public void clear() {
    size = 0;
    marks = List.of();
  }

  /** Remembers that {@code what} is written from here on. */
  public void mark(Object what) {
    if (marks.isEmpty()) {
      marks = new ArrayList<>();
    }
    marks.add(new Mark(what, size));
  }

  /** The marks set since the last call. */
  public List<Mark> takeMarks() {
    List<Mark> taken = marks;
    marks = List.of();
    return taken;
  }

  /** Sets the size back to an earlier one. */
  public void truncate(int toSize) {
    if (toSize > size) {
      throw new IllegalArgumentException("cannot truncate " + size + " bytes to " + toSize);
    }
    size = toSize;
  }

  /** Leaves room for bytes that are filled in later. */
  void advance(int count) {
    ensure(count);
    size += count;
  }

  public void ensure(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, grown(bytes.length, size, more));
    }
  }

  /** Drops the upper byte of each character, which is what is wanted here, and is intrinsic. */
  @SuppressWarnings("deprecation")
  private void copyAscii(String text, int length) {
    text.getBytes(0, length, bytes, size);
  }

  private static int grown(int length, int size, int more) {
    int needed = Math.addExact(size, more);
    return length > MAX_ARRAY / 2 ? Math.max(needed, MAX_ARRAY) : Math.max(length * 2, needed);
  }

  public void writeByte(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
  }

  public void writeBoolean(boolean value) {
    writeByte(value ? 1 : 0);
  }

  /** Any number; small non-negative ones are short, negative ones take ten bytes. */
  public void writeVarint(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) ((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** Any number; those near zero of either sign are short. */
  public void writeSigned(long value) {
    writeVarint((value << 1) ^ (value >> 63));
  }

  public void writeInt(int value) {
    ensure(4);
    Bytes.putInt(bytes, size, value);
    size += 4;
  }

  public void writeLong(long value) {
    ensure(8);
    Bytes.putLong(bytes, size, value);
    size += 8;
  }

  public void writeDouble(double value) {
    writeLong(Double.doubleToRawLongBits(value));
  }

  public void writeRaw(byte[] source, int offset, int length) {
    ensure(length);
    System.arraycopy(source, offset, bytes, size, length);
    size += length;
  }

  public void writeBytes(byte[] source) {
    writeVarint(source.length);
    writeRaw(source, 0, source.length);
  }

  public void writeString(String text) {
    int length = text.length();
    boolean ascii = true;
    for (int i = 0; i < length && ascii; i++) {
      ascii = text.charAt(i) < 0x80;
    }
    if (!ascii) {
      writeBytes(text.getBytes(StandardCharsets.UTF_8));
      return;
    }
    writeVarint(length);
    ensure(length);
    copyAscii(text, length);
    size += length;
  }
}
