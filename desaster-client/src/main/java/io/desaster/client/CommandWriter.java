/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One command in the form of the wire, written once on the caller's thread and sent as it is, if
 * need be several times.
 */
final class CommandWriter {
  private static final byte[] LINE_END = {'\r', '\n'};

  private final String what;
  private byte[] body;
  private int length;
  private int words;

  /**
   * @param what the command in short, for messages
   */
  CommandWriter(String what, int bytesExpected) {
    this.what = what;
    body = new byte[bytesExpected];
  }

  /** A command that begins with these words, which name it in messages. */
  static CommandWriter of(String... words) {
    CommandWriter command = new CommandWriter(String.join(" ", words), 128);
    for (String word : words) {
      command.add(word);
    }
    return command;
  }

  CommandWriter add(String word) {
    return add(word.getBytes(StandardCharsets.UTF_8));
  }

  CommandWriter add(long number) {
    return add(Long.toString(number));
  }

  CommandWriter add(byte[] word) {
    byte[] size = Integer.toString(word.length).getBytes(StandardCharsets.ISO_8859_1);
    reserve(word.length + size.length + 5);
    body[length++] = '$';
    put(size);
    put(LINE_END);
    put(word);
    put(LINE_END);
    words++;
    return this;
  }

  /** A name and a value, if there is a value. */
  CommandWriter addIfAny(String name, String value) {
    return value.isEmpty() ? this : add(name).add(value);
  }

  String what() {
    return what;
  }

  private void reserve(int bytes) {
    if (length + bytes > body.length) {
      body = Arrays.copyOf(body, Math.max(body.length * 2, length + bytes));
    }
  }

  private void put(byte[] bytes) {
    System.arraycopy(bytes, 0, body, length, bytes.length);
    length += bytes.length;
  }

  void writeTo(ByteBuf out) {
    out.writeByte('*');
    out.writeCharSequence(Integer.toString(words), StandardCharsets.ISO_8859_1);
    out.writeBytes(LINE_END);
    out.writeBytes(body, 0, length);
  }
}
