/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.io.IOException;
import java.util.Arrays;

/**
 * Writes a snapshot piece by piece beside the log: under a name that does not count until all of it
 * is on the disk.
 */
final class SnapshotWriter {
  private final LogFiles files;
  private final SnapshotSource source;
  private final SnapshotFormat.Header header;
  private final int pieceBytes;
  private final SnapshotFormat format = new SnapshotFormat();
  private final String name;
  private final String unfinished;
  private final LogFile file;
  private final Output out;

  /** Where in the file the first byte of what was gathered belongs. */
  private long position;

  /** How much of what was gathered is on the disk. */
  private int forced;

  private int chain;
  private long total;
  private long[] chunkOffsets = new long[64];
  private int chunks;

  SnapshotWriter(
      LogFiles files,
      SnapshotSource source,
      SnapshotFormat.Header header,
      long salt,
      int pieceBytes)
      throws IOException {
    this.files = files;
    this.source = source;
    this.header = header;
    this.pieceBytes = pieceBytes;
    this.name = Names.snapshot(header.index());
    this.unfinished = name + Names.UNFINISHED;
    this.out = new Output(pieceBytes + (64 << 10));
    files.delete(unfinished);
    this.file = files.create(unfinished);
    byte[] bytes = format.header(header, salt);
    this.chain = SnapshotFormat.chain(bytes);
    out.writeRaw(bytes, 0, bytes.length);
  }

  SnapshotFormat.Header header() {
    return header;
  }

  SnapshotSource source() {
    return source;
  }

  /** Where each chunk's first byte lies; all of them when {@link #finish()} returned. */
  long[] chunkOffsets() {
    return Arrays.copyOf(chunkOffsets, chunks);
  }

  /**
   * Gathers at least a piece in memory, and more if a chunk is larger; nothing may be left of what
   * was gathered before.
   *
   * @return false if there is nothing more; what was gathered is still to be written
   */
  boolean gather() throws IOException {
    while (out.size() < pieceBytes) {
      int at = out.size();
      out.advance(SnapshotFormat.CHUNK_HEADER_BYTES);
      if (!source.next(out)) {
        out.truncate(at);
        return false;
      }
      addChunk(at, out.size() - at - SnapshotFormat.CHUNK_HEADER_BYTES);
    }
    return true;
  }

  private void addChunk(int at, int length) {
    chain = format.sealChunk(out.array(), at, length, chain);
    if (chunks == chunkOffsets.length) {
      chunkOffsets = Arrays.copyOf(chunkOffsets, chunks * 2);
    }
    chunkOffsets[chunks++] = position + at + SnapshotFormat.CHUNK_HEADER_BYTES;
    total += length;
  }

  /**
   * Writes the next piece of what was gathered and forces it.
   *
   * @return whether something is left of it
   */
  boolean writePiece() throws IOException {
    int length = Math.min(pieceBytes, out.size() - forced);
    file.write(position + forced, out.array(), forced, length);
    file.force();
    forced += length;
    if (forced < out.size()) {
      return true;
    }
    position += out.size();
    out.clear();
    forced = 0;
    return false;
  }

  /** Writes the end and gives the snapshot its name; when this returns it is safe. */
  void finish() throws IOException {
    int at = out.size();
    out.advance(SnapshotFormat.END_BYTES);
    format.sealEnd(out.array(), at, chunks, total, chain);
    while (writePiece()) {
      // Only what is left, and the end.
    }
    file.close();
    files.rename(unfinished, name);
    files.sync();
  }

  /** Takes away what was written so far; a failure to do so does no harm. */
  void abandon() {
    try {
      file.close();
      files.delete(unfinished);
    } catch (IOException e) {
      // The next start deletes it.
    }
  }
}
