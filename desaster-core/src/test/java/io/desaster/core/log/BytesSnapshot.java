/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A snapshot of given bytes in chunks of a given size. */
final class BytesSnapshot implements SnapshotSource {
  private final long index;
  private final byte[] bytes;
  private final int chunkBytes;
  private int position;
  private final List<Location> written = new CopyOnWriteArrayList<>();

  BytesSnapshot(long index, byte[] bytes, int chunkBytes) {
    this.index = index;
    this.bytes = bytes;
    this.chunkBytes = chunkBytes;
  }

  @Override
  public long index() {
    return index;
  }

  @Override
  public boolean next(Output out) {
    int length = Math.min(chunkBytes, bytes.length - position);
    if (length == 0) {
      return false;
    }
    out.writeRaw(bytes, position, length);
    position += length;
    return true;
  }

  @Override
  public void written(long file, long[] chunkOffsets) {
    for (int i = 0; i < chunkOffsets.length; i++) {
      int length = Math.min(chunkBytes, bytes.length - i * chunkBytes);
      written.add(new Location(file, chunkOffsets[i], length));
    }
  }

  /** Where the chunks are, after they were written. */
  List<Location> chunks() {
    return List.copyOf(written);
  }
}
