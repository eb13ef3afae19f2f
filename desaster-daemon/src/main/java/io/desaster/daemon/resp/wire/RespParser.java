/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.wire;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;

/**
 * Cuts what a client sends into commands: arrays of bulk strings, or lines of text (inline
 * commands). Works on one byte array that holds what was received and not yet consumed; a command
 * that comes in pieces is not scanned twice. A connection with nothing in flight holds no buffer.
 *
 * <p>Use: {@link #feed}, then {@link #next} until it says false. Not for use by several threads.
 */
public final class RespParser {
  /** A line (inline command, or a length) may be at most so long. */
  static final int LINE_MAX = 64 * 1024;

  /** Room for the verb and its options besides the largest word. */
  private static final int COMMAND_SLACK = 8 * 1024 * 1024;

  private static final byte[] EMPTY = {};

  private final Args args = new Args();
  private final int bulkMax;
  private final int argsMax;
  private boolean strict;

  private byte[] buf = EMPTY;
  private int base; // of the command being read
  private int pos;
  private int limit;
  private int expected = -1; // words of the command being read, -1: none is
  private int bulkLength = -1; // of the word being read, -1: its length is not known yet
  private int scanned; // bytes after pos known to hold no end of line
  private boolean held;

  public RespParser(int bulkMax, int argsMax) {
    this.bulkMax = bulkMax;
    this.argsMax = argsMax;
  }

  /** Whether the sender is a stranger, from whom only short commands are read. */
  public void strict(boolean strict) {
    this.strict = strict;
  }

  /** Takes what was received; the buffer is the parser's from now on. */
  public void feed(Buffer received) {
    int length = received.length();
    if (pos == limit && expected < 0 && !held) {
      ByteBuf bytes = ((BufferInternal) received).getByteBuf();
      if (bytes.hasArray()) {
        buf = bytes.array();
        pos = bytes.arrayOffset() + bytes.readerIndex();
      } else {
        buf = received.getBytes();
        pos = 0;
      }
      base = pos;
      limit = pos + length;
      return;
    }
    makeRoom(length);
    received.getBytes(0, length, buf, limit);
    limit += length;
  }

  /** Bytes held for commands that are not complete or not taken yet. */
  public int bufferedBytes() {
    return buf.length;
  }

  /** Whether part of a command is here and the rest is not. */
  public boolean incomplete() {
    return !held && (expected >= 0 || pos < limit);
  }

  /** The command that {@link #next} found. */
  public Args args() {
    return args;
  }

  /** Makes the next {@link #next} find the same command again. */
  public void hold() {
    held = true;
  }

  /**
   * Finds the next complete command.
   *
   * @return false if more bytes are needed
   */
  public boolean next() throws MalformedException {
    if (held) {
      held = false;
      return true;
    }
    while (pos < limit || expected >= 0) {
      if (expected < 0) {
        args.clear();
        base = pos;
        if (buf[pos] != '*') {
          if (!inline()) {
            return false;
          }
        } else if (!header()) {
          return false;
        }
      }
      if (expected > 0 && !words()) {
        return false;
      }
      expected = -1;
      if (args.count > 0) {
        args.bytes = buf;
        args.base = base;
        return true;
      }
    }
    release();
    return false;
  }

  private void release() {
    buf = EMPTY;
    base = 0;
    pos = 0;
    limit = 0;
  }

  private boolean header() throws MalformedException {
    int end = lineEnd("too big mbulk count string");
    if (end < 0) {
      return false;
    }
    long count = number(pos + 1, end, "invalid multibulk length");
    if (count > argsMax) {
      throw new MalformedException("invalid multibulk length");
    }
    if (strict && count > 10) {
      throw new MalformedException("unauthenticated multibulk length");
    }
    pos = end + 2;
    expected = (int) Math.max(0, count);
    return true;
  }

  private boolean words() throws MalformedException {
    while (args.count < expected) {
      if (bulkLength < 0 && !bulkHeader()) {
        return false;
      }
      if (limit - pos < bulkLength + 2) {
        return false;
      }
      args.add(pos - base, bulkLength);
      pos += bulkLength + 2;
      bulkLength = -1;
    }
    return true;
  }

  private boolean bulkHeader() throws MalformedException {
    int end = lineEnd("too big bulk count string");
    if (end < 0) {
      return false;
    }
    if (buf[pos] != '$') {
      throw new MalformedException("expected '$', got '" + printable(buf[pos]) + "'");
    }
    long length = number(pos + 1, end, "invalid bulk length");
    if (length < 0 || length > bulkMax) {
      throw new MalformedException("invalid bulk length");
    }
    if (strict && length > 16_384) {
      throw new MalformedException("unauthenticated bulk length");
    }
    pos = end + 2;
    if (pos - base + length > (long) bulkMax + COMMAND_SLACK) {
      throw new MalformedException("command too long");
    }
    bulkLength = (int) length;
    return true;
  }

  /** Index of the CR of a line that is complete, or -1. */
  private int lineEnd(String tooLong) throws MalformedException {
    for (int i = pos + scanned; i < limit - 1; i++) {
      if (buf[i] == '\r') {
        scanned = 0;
        return i;
      }
    }
    scanned = Math.max(0, limit - 1 - pos);
    if (scanned > LINE_MAX) {
      throw new MalformedException(tooLong);
    }
    return -1;
  }

  private long number(int from, int end, String wrong) throws MalformedException {
    boolean negative = from < end && buf[from] == '-';
    int at = negative ? from + 1 : from;
    if (at == end || end - at > 18) {
      throw new MalformedException(wrong);
    }
    long number = 0;
    for (; at < end; at++) {
      int digit = buf[at] - '0';
      if (digit < 0 || digit > 9) {
        throw new MalformedException(wrong);
      }
      number = number * 10 + digit;
    }
    return negative ? -number : number;
  }

  private boolean inline() throws MalformedException {
    int end = pos + scanned;
    while (end < limit && buf[end] != '\n') {
      end++;
    }
    if (end - pos > LINE_MAX) {
      throw new MalformedException("too big inline request");
    }
    if (end == limit) {
      scanned = end - pos;
      return false;
    }
    scanned = 0;
    args.inline = true;
    int lineEnd = end > pos && buf[end - 1] == '\r' ? end - 1 : end;
    splitLine(pos, lineEnd);
    pos = end + 1;
    return true;
  }

  /** Splits a line at blanks; words may stand in quotes. The text is unescaped where it stands. */
  private void splitLine(int from, int end) throws MalformedException {
    int at = from;
    while (true) {
      while (at < end && blank(buf[at])) {
        at++;
      }
      if (at == end) {
        return;
      }
      at = word(at, end);
    }
  }

  private int word(int from, int end) throws MalformedException {
    int out = from;
    int at = from;
    while (at < end && !blank(buf[at])) {
      byte b = buf[at++];
      if (b != '"' && b != '\'') {
        buf[out++] = b;
        continue;
      }
      while (true) {
        if (at == end) {
          throw new MalformedException("unbalanced quotes in request");
        }
        byte c = buf[at++];
        if (c == b) {
          break;
        }
        if (c == '\\' && at < end && (b == '"' || buf[at] == '\'')) {
          int escaped = escape(at, end, b);
          buf[out++] = (byte) escaped;
          at += escaped >> 8;
        } else {
          buf[out++] = c;
        }
      }
      if (at < end && !blank(buf[at])) {
        throw new MalformedException("unbalanced quotes in request");
      }
    }
    args.add(from - base, out - from);
    return at;
  }

  /** The byte that an escape stands for, and above it how many bytes were used. */
  private int escape(int at, int end, byte quote) {
    byte c = buf[at];
    if (quote == '"' && c == 'x' && at + 2 < end) {
      int high = Character.digit(buf[at + 1], 16);
      int low = Character.digit(buf[at + 2], 16);
      if (high >= 0 && low >= 0) {
        return 3 << 8 | high << 4 | low;
      }
    }
    int value =
        quote != '"'
            ? c
            : switch (c) {
              case 'n' -> '\n';
              case 'r' -> '\r';
              case 't' -> '\t';
              case 'b' -> '\b';
              case 'a' -> 7;
              default -> c;
            };
    return 1 << 8 | value & 0xff;
  }

  private static boolean blank(byte b) {
    return b == ' ' || b == '\t' || b == '\n' || b == '\r' || b == 0;
  }

  private static char printable(byte b) {
    return b >= ' ' && b < 127 ? (char) b : '?';
  }

  private void makeRoom(int length) {
    int from = expected >= 0 || held ? base : pos;
    int kept = limit - from;
    if (buf.length - limit >= length) {
      return;
    }
    int needed = kept + length;
    // A large word is met by doubling, not by what its header promises: a promise costs nothing.
    int size =
        needed <= buf.length
            ? buf.length
            : Math.max(needed, Math.min(kept * 2, needed + (1 << 20)));
    byte[] target = size == buf.length ? buf : new byte[size];
    System.arraycopy(buf, from, target, 0, kept);
    buf = target;
    pos -= from;
    limit -= from;
    base = 0;
    if (held) {
      args.bytes = buf;
      args.base = 0;
    }
  }

  /** Forgets everything, so that a closed connection holds no bytes. */
  public void clear() {
    held = false;
    expected = -1;
    bulkLength = -1;
    args.clear();
    args.bytes = EMPTY;
    release();
  }
}
