/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads what {@link Output} wrote. Reading past the end is an {@link IndexOutOfBoundsException}.
 */
public final class Input {
  private final byte[] bytes;
  private final int start;
  private final int end;
  private int position;
  private ReplicatedLog log;
  private Location location;

  public Input(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.start = offset;
    this.position = offset;
    this.end = offset + length;
  }

  public Input(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  /** As this one, and knows that the log has its first byte at {@code location}. */
  public Input from(ReplicatedLog log, Location location) {
    this.log = log;
    this.location = location;
    return this;
  }

  /** The log the bytes come from, or null. */
  public ReplicatedLog log() {
    return log;
  }

  /** Where the log has the next {@code length} bytes; only if there is a {@link #log()}. */
  public Location locationOfNext(int length) {
    return new Location(location.file(), location.offset() + position(), length);
  }

  /** Bytes read so far. */
  public int position() {
    return position - start;
  }

  public int remaining() {
    return end - position;
  }

  public byte readByte() {
    require(1);
    return bytes[position++];
  }

  public boolean readBoolean() {
    return readByte() != 0;
  }

  public long readVarint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = readByte();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalStateException("a varint of more than ten bytes at " + position());
  }

  public int readVarint32() {
    return Math.toIntExact(readVarint());
  }

  public long readSigned() {
    long value = readVarint();
    return (value >>> 1) ^ -(value & 1);
  }

  public int readInt() {
    require(4);
    int value = Bytes.getInt(bytes, position);
    position += 4;
    return value;
  }

  public long readLong() {
    require(8);
    long value = Bytes.getLong(bytes, position);
    position += 8;
    return value;
  }

  public double readDouble() {
    return Double.longBitsToDouble(readLong());
  }

  public byte[] readBytes() {
    return readRaw(readVarint32());
  }

  /** Bytes whose number is known. */
  public byte[] readRaw(int length) {
    require(length);
    byte[] copy = Arrays.copyOfRange(bytes, position, position + length);
    position += length;
    return copy;
  }

  public void skip(int count) {
    require(count);
    position += count;
  }

  public String readString() {
    int length = readVarint32();
    require(length);
    String text = new String(bytes, position, length, StandardCharsets.UTF_8);
    position += length;
    return text;
  }

  private void require(int count) {
    if (count < 0 || end - position < count) {
      throw new IndexOutOfBoundsException(
          "need " + count + " bytes at " + position() + ", " + (end - position) + " are left");
    }
  }
}
