/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.daemon.resp.wire.Args;

/**
 * Remembers the texts of names that come again and again, so that the hot path makes no strings of
 * them. A name that falls into the place of another replaces it. For one thread at a time; several
 * may only lose an entry to each other.
 */
final class Names {
  private static final int SIZE = 1_024;
  private static final int LENGTH_MAX = 64;

  private record Name(byte[] bytes, String text) {}

  private final Name[] names = new Name[SIZE];

  String text(Args args, int word) {
    if (args.length(word) > LENGTH_MAX) {
      return args.text(word);
    }
    int slot = args.hash(word) & SIZE - 1;
    Name known = names[slot];
    if (known != null && args.equals(word, known.bytes)) {
      return known.text;
    }
    Name fresh = new Name(args.bytes(word), args.text(word));
    names[slot] = fresh;
    return fresh.text;
  }
}
