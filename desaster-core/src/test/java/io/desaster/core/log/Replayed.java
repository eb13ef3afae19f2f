/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Keeps what a recovery hands over. */
final class Replayed implements ReplicatedLog.Replay {
  final List<BytesBatch> batches = new ArrayList<>();
  final List<Location> locations = new ArrayList<>();
  final List<Location> chunkLocations = new ArrayList<>();
  final ByteArrayOutputStream snapshot = new ByteArrayOutputStream();
  long snapshotIndex;

  @Override
  public void snapshotChunk(long index, byte[] bytes, int offset, int length, Location location) {
    snapshotIndex = index;
    snapshot.write(bytes, offset, length);
    chunkLocations.add(location);
  }

  @Override
  public void batch(BatchHeader header, byte[] bytes, int offset, int length, Location location) {
    batches.add(new BytesBatch(header, Arrays.copyOfRange(bytes, offset, offset + length)));
    locations.add(location);
  }

  List<Long> indices() {
    return batches.stream().map(batch -> batch.header().index()).toList();
  }
}
