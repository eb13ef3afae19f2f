/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.wire;

import io.desaster.api.job.JobId;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes replies as RESP2 or RESP3. What RESP2 has no type for is written as Redis does: maps as
 * flat arrays, sets and pushes as arrays, doubles and verbatim texts as bulk strings, booleans as 1
 * and 0. Not for use by several threads.
 */
public final class RespWriter {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int KEPT = 256 * 1024;

  private byte[] buf = new byte[4096];
  private int size;
  private boolean resp3;

  public RespWriter resp3(boolean resp3) {
    this.resp3 = resp3;
    return this;
  }

  public boolean isResp3() {
    return resp3;
  }

  public int size() {
    return size;
  }

  /** Takes back what was written since {@link #size} was {@code size}. */
  public void truncate(int newSize) {
    size = newSize;
  }

  /** All that was written; the writer is empty afterwards. */
  public Buffer take() {
    Buffer taken = Buffer.buffer(size).setBytes(0, buf, 0, size);
    size = 0;
    if (buf.length > KEPT) {
      buf = new byte[4096];
    }
    return taken;
  }

  /** A short text without line breaks. */
  public RespWriter simple(String text) {
    return mark('+').line(text);
  }

  /** An error; line breaks in it become spaces. */
  public RespWriter error(String text) {
    return mark('-').line(text);
  }

  public RespWriter integer(long number) {
    return header(':', number);
  }

  public RespWriter bulk(byte[] bytes) {
    header('$', bytes.length).ensure(bytes.length + 2);
    System.arraycopy(bytes, 0, buf, size, bytes.length);
    size += bytes.length;
    return crlf();
  }

  public RespWriter bulk(String text) {
    return bulk(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A job's id as a bulk string. */
  public RespWriter id(JobId id) {
    ensure(43);
    header('$', 36);
    hex(id.high(), 32, 8);
    buf[size++] = '-';
    hex(id.high(), 16, 4);
    buf[size++] = '-';
    hex(id.high(), 0, 4);
    buf[size++] = '-';
    hex(id.low(), 48, 4);
    buf[size++] = '-';
    hex(id.low(), 0, 12);
    return crlf();
  }

  /** A text to be shown as it stands. */
  public RespWriter verbatim(String text) {
    if (!resp3) {
      return bulk(text);
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    header('=', bytes.length + 4).ensure(bytes.length + 6);
    for (char c : "txt:".toCharArray()) {
      buf[size++] = (byte) c;
    }
    System.arraycopy(bytes, 0, buf, size, bytes.length);
    size += bytes.length;
    return crlf();
  }

  public RespWriter number(double number) {
    String text =
        number == Math.rint(number) && Math.abs(number) < 1e15
            ? Long.toString((long) number)
            : Double.toString(number);
    return resp3 ? mark(',').line(text) : bulk(text);
  }

  public RespWriter bool(boolean value) {
    return resp3 ? mark('#').line(value ? "t" : "f") : integer(value ? 1 : 0);
  }

  public RespWriter nil() {
    return resp3 ? mark('_').crlf() : mark('$').line("-1");
  }

  /** Begins an array of {@code count} elements. */
  public RespWriter array(int count) {
    return header('*', count);
  }

  /** Begins a map of {@code count} pairs. */
  public RespWriter map(int count) {
    return resp3 ? header('%', count) : header('*', 2L * count);
  }

  public RespWriter set(int count) {
    return header(resp3 ? '~' : '*', count);
  }

  /** Begins a message that answers nothing. */
  public RespWriter push(int count) {
    return header(resp3 ? '>' : '*', count);
  }

  /**
   * Writes a value by its type: null, Boolean, Integer, Long, Double, String, byte[], JobId, List
   * or Map with values of these types, or Set of words (written as simple strings).
   */
  public RespWriter value(Object value) {
    if (value == null) {
      return nil();
    }
    if (value instanceof String text) {
      return bulk(text);
    }
    if (value instanceof Long || value instanceof Integer) {
      return integer(((Number) value).longValue());
    }
    if (value instanceof Boolean bool) {
      return bool(bool);
    }
    if (value instanceof byte[] bytes) {
      return bulk(bytes);
    }
    if (value instanceof JobId id) {
      return id(id);
    }
    if (value instanceof Double number) {
      return number(number);
    }
    return composite(value);
  }

  private RespWriter composite(Object value) {
    if (value instanceof Map<?, ?> pairs) {
      map(pairs.size());
      pairs.forEach((name, content) -> value(name).value(content));
    } else if (value instanceof List<?> list) {
      array(list.size());
      list.forEach(this::value);
    } else if (value instanceof Set<?> elements) {
      set(elements.size());
      elements.forEach(word -> simple(word.toString()));
    } else {
      throw new IllegalArgumentException("no reply can hold a " + value.getClass());
    }
    return this;
  }

  private RespWriter mark(char type) {
    ensure(1);
    buf[size++] = (byte) type;
    return this;
  }

  private RespWriter header(char type, long number) {
    ensure(23);
    buf[size++] = (byte) type;
    if (number >= 0 && number < 10) {
      buf[size++] = (byte) ('0' + number);
    } else {
      digits(number);
    }
    return crlf();
  }

  private void digits(long number) {
    if (number < 0) {
      for (char c : Long.toString(number).toCharArray()) {
        buf[size++] = (byte) c;
      }
      return;
    }
    int length = 0;
    for (long rest = number; rest > 0; rest /= 10) {
      length++;
    }
    int at = size + length;
    for (long rest = number; rest > 0; rest /= 10) {
      buf[--at] = (byte) ('0' + rest % 10);
    }
    size += length;
  }

  private RespWriter line(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ensure(bytes.length + 2);
    for (byte b : bytes) {
      buf[size++] = b == '\r' || b == '\n' ? (byte) ' ' : b;
    }
    return crlf();
  }

  private RespWriter crlf() {
    ensure(2);
    buf[size++] = '\r';
    buf[size++] = '\n';
    return this;
  }

  private void hex(long bits, int shift, int digits) {
    for (int i = digits - 1; i >= 0; i--) {
      buf[size++] = HEX[(int) (bits >>> shift + i * 4) & 15];
    }
  }

  private RespWriter ensure(int room) {
    if (buf.length - size < room) {
      buf = Arrays.copyOf(buf, Math.max(size + room, buf.length * 2));
    }
    return this;
  }
}
