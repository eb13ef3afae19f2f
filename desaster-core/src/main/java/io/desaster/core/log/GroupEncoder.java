/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

/** Encodes batches into one group, ready for one write. The buffer is kept from group to group. */
final class GroupEncoder {
  private static final int KEPT_BYTES = 8 << 20;

  private final Format format = new Format();
  private Output out = new Output(256 << 10);
  private long groupStart;
  private long salt;
  private int chain;
  private long lastIndex;

  /** Begins a group at an offset of a segment. */
  void begin(long segmentSalt, long offset, int segmentChain) {
    if (out.array().length > KEPT_BYTES) {
      out = new Output(KEPT_BYTES);
    }
    out.clear();
    salt = segmentSalt;
    groupStart = offset;
    chain = segmentChain;
  }

  /**
   * Adds a batch unless the group, with its trailer, would get longer than {@code room} bytes.
   *
   * @return where its payload begins in the group, or -1 if it did not fit
   */
  int add(Batch batch, long room) {
    int at = out.size();
    out.ensure(Format.RECORD_HEADER_BYTES);
    out.advance(Format.RECORD_HEADER_BYTES);
    batch.encodeTo(out);
    if (Bytes.align(out.size()) + Format.TRAILER_BYTES > room) {
      out.truncate(at);
      return -1;
    }
    int payload = at + Format.RECORD_HEADER_BYTES;
    BatchHeader header = batch.header();
    chain = format.sealRecord(out.array(), at, out.size() - payload, header, chain);
    lastIndex = header.index();
    return payload;
  }

  /** Bytes of the group so far. */
  int size() {
    return out.size();
  }

  /**
   * Ends the group.
   *
   * @return what the next group is chained to
   */
  int end() {
    int at = Math.toIntExact(Bytes.align(out.size()));
    while (out.size() < at) {
      out.writeByte(0);
    }
    out.advance(Format.TRAILER_BYTES);
    chain =
        format.sealTrailer(out.array(), at, groupStart + at, salt, groupStart, lastIndex, chain);
    return chain;
  }

  byte[] array() {
    return out.array();
  }
}
