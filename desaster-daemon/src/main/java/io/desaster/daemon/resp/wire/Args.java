/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The words of one command, a view on the bytes received: valid only until the parser goes on. Word
 * 0 is the verb.
 */
public final class Args {
  private static final int KEPT = 64;

  byte[] bytes;
  int base;
  int count;
  boolean inline;

  /** Start and length of each word, relative to {@link #base}. */
  private int[] places = new int[16];

  Args() {}

  void clear() {
    count = 0;
    inline = false;
    if (places.length > KEPT) {
      places = new int[16];
    }
  }

  void add(int start, int length) {
    int at = count * 2;
    if (at == places.length) {
      places = Arrays.copyOf(places, at * 2);
    }
    places[at] = start;
    places[at + 1] = length;
    count++;
  }

  /** Number of words, the verb included. */
  public int count() {
    return count;
  }

  /** Whether the command came as a line of text. */
  public boolean inline() {
    return inline;
  }

  public int length(int word) {
    return places[word * 2 + 1];
  }

  /** A copy of the word's bytes. */
  public byte[] bytes(int word) {
    int from = start(word);
    return Arrays.copyOfRange(bytes, from, from + length(word));
  }

  /**
   * The word as text.
   *
   * @throws IllegalArgumentException if it is not UTF-8
   */
  public String text(int word) {
    int from = start(word);
    int length = length(word);
    if (ascii(from, length)) {
      return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, from, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "argument " + word + " is not UTF-8: '" + printable(word) + "'", e);
    }
  }

  /** The word as text; what is not UTF-8 in it is replaced. */
  public String lenient(int word) {
    return new String(bytes, start(word), length(word), StandardCharsets.UTF_8);
  }

  /** The word for use in a message: at most 128 bytes, all else than printable ASCII as '?'. */
  public String printable(int word) {
    int length = Math.min(128, length(word));
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      byte b = bytes[start(word) + i];
      text.append(b >= ' ' && b < 127 ? (char) b : '?');
    }
    return text.toString();
  }

  /** Whether the word is {@code upper} (ASCII, upper case), in upper or lower case. */
  public boolean is(int word, String upper) {
    int length = length(word);
    if (length != upper.length()) {
      return false;
    }
    int from = start(word);
    for (int i = 0; i < length; i++) {
      if (upper(bytes[from + i]) != upper.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the word's bytes are these. */
  public boolean equals(int word, byte[] other) {
    int from = start(word);
    return Arrays.equals(bytes, from, from + length(word), other, 0, other.length);
  }

  /** A hash of the word that is the same for upper and lower case. */
  public int hash(int word) {
    int hash = 0;
    int from = start(word);
    for (int i = from, end = from + length(word); i < end; i++) {
      hash = hash * 31 + upper(bytes[i]);
    }
    return hash;
  }

  private int start(int word) {
    if (word >= count) {
      throw new IndexOutOfBoundsException(word);
    }
    return base + places[word * 2];
  }

  private boolean ascii(int from, int length) {
    int all = 0;
    for (int i = from; i < from + length; i++) {
      all |= bytes[i];
    }
    return all >= 0;
  }

  private static int upper(byte b) {
    return b >= 'a' && b <= 'z' ? b - 32 : b;
  }
}
