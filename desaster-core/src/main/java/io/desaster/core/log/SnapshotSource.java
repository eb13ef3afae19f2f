/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.io.IOException;

/** A consistent picture of the committed state, produced chunk by chunk on a background thread. */
public interface SnapshotSource {
  /** Index of the last batch it contains. */
  long index();

  /**
   * Writes the next chunk, about 64 KiB to 1 MiB.
   *
   * @return false if there was nothing left to write
   */
  boolean next(Output out) throws IOException;

  /**
   * The snapshot is safe on disk as {@code file}; chunk {@code n} begins at {@code
   * chunkOffsets[n]}. Locations in files older than this snapshot become invalid when this returns.
   */
  void written(long file, long[] chunkOffsets);
}
