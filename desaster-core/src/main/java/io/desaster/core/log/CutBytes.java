/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** Keeps bytes that are taken out of a log in files beside it. */
final class CutBytes {
  private static final int PIECE_BYTES = 1 << 20;

  private CutBytes() {}

  /**
   * Copies a part of a file to {@code cut-<index>}, safe on disk.
   *
   * @return the name of the copy
   */
  static String keep(LogFiles files, String name, long from, long to, long index)
      throws IOException {
    String kept = freeName(files, Names.cut(index));
    byte[] piece = new byte[(int) Math.min(PIECE_BYTES, Math.max(1, to - from))];
    try (LogFile source = files.openToRead(name);
        LogFile copy = files.create(kept)) {
      for (long at = from; at < to; ) {
        int count = source.read(at, piece, 0, (int) Math.min(piece.length, to - at));
        if (count <= 0) {
          break;
        }
        copy.write(at - from, piece, 0, count);
        at += count;
      }
      copy.force();
    }
    files.sync();
    return kept;
  }

  /** A name that is not taken: {@code wanted}, else with a number behind it. */
  static String freeName(LogFiles files, String wanted) throws IOException {
    Set<String> taken = new HashSet<>(files.list());
    String name = wanted;
    for (int i = 2; taken.contains(name); i++) {
      name = wanted + "-" + i;
    }
    return name;
  }
}
