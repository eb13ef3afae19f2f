/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A growing byte buffer with the journal's encodings: varints (LEB128), fixed 64-bit numbers (big
 * endian), and strings and byte arrays with their length before them.
 */
public final class Output {
  private byte[] bytes;
  private int size;

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
  }

  /** Sets the size back to an earlier one. */
  public void truncate(int toSize) {
    if (toSize > size) {
      throw new IllegalArgumentException("cannot truncate " + size + " bytes to " + toSize);
    }
    size = toSize;
  }

  public void ensure(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
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
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes[size++] = (byte) (value >>> shift);
    }
  }

  public void writeLong(long value) {
    ensure(8);
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes[size++] = (byte) (value >>> shift);
    }
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
    for (int i = 0; i < length; i++) {
      bytes[size++] = (byte) text.charAt(i);
    }
  }
}
