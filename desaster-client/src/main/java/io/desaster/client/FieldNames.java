/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Remembers the texts of field names, which come again with every reply, so that no strings are
 * made of them. A name that falls into the place of another replaces it. Threads may only lose an
 * entry to each other.
 */
final class FieldNames {
  private static final int SIZE = 512;
  private static final int LENGTH_MAX = 32;

  private record Name(ByteBuffer bytes, String text) {}

  private final Name[] names = new Name[SIZE];

  String text(ByteBuffer bytes) {
    if (bytes.remaining() > LENGTH_MAX) {
      return StandardCharsets.UTF_8.decode(bytes).toString();
    }
    int hash = bytes.hashCode();
    int slot = (hash ^ hash >>> 9) & SIZE - 1;
    Name known = names[slot];
    if (known != null && known.bytes.equals(bytes)) {
      return known.text;
    }
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    Name fresh = new Name(ByteBuffer.wrap(copy), new String(copy, StandardCharsets.UTF_8));
    names[slot] = fresh;
    return fresh.text;
  }
}
