/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads back parts of segments and snapshots, and checks the whole record or chunk around them. It
 * opens the file for each read: a reader that is interrupted must not close a channel that the
 * journal writes to, and a file that was released is gone by its name. Any thread.
 *
 * <p>In a segment the group is found backwards from the location, by the trailer of the group
 * before it; so nothing has to be kept in memory per record.
 */
final class LocationReader {
  private static final int WINDOW_BYTES = 16 << 10;

  private final LogFiles files;
  private final Map<Long, long[]> snapshots = new ConcurrentHashMap<>();

  LocationReader(LogFiles files) {
    this.files = files;
  }

  /** Says where the chunks of a snapshot begin. */
  void snapshot(long index, long[] chunkOffsets) {
    snapshots.put(index, chunkOffsets);
  }

  void retainOnly(long index) {
    snapshots.keySet().retainAll(Set.of(index));
  }

  byte[] read(Location location) throws IOException {
    String name =
        location.file() < 0 ? Names.snapshot(-location.file()) : Names.segment(location.file());
    try (LogFile file = files.openToRead(name)) {
      return location.file() < 0 ? fromSnapshot(file, location) : fromSegment(file, location);
    } catch (NoSuchElementException e) {
      throw new IOException(
          "cannot read "
              + location.length()
              + " bytes at offset "
              + location.offset()
              + " of "
              + files.path(name)
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private byte[] fromSnapshot(LogFile file, Location location) throws IOException {
    long[] offsets = snapshots.get(-location.file());
    if (offsets == null) {
      throw new NoSuchElementException("that snapshot was replaced");
    }
    int found = Arrays.binarySearch(offsets, location.offset());
    int chunk = found >= 0 ? found : -found - 2;
    if (chunk < 0) {
      throw new NoSuchElementException("no chunk is there");
    }
    byte[] before = new byte[SnapshotFormat.CHUNK_HEADER_BYTES];
    file.read(offsets[chunk] - before.length, before, 0, before.length);
    byte[] bytes = readAll(file, offsets[chunk], Bytes.getInt(before, 0));
    int crc = new SnapshotFormat().crc(chainBefore(file, offsets, chunk), bytes, 0, bytes.length);
    if (crc != Bytes.getInt(before, 4)) {
      throw new NoSuchElementException("the bytes are not what was written (CRC)");
    }
    return slice(bytes, location.offset() - offsets[chunk], location.length());
  }

  private static int chainBefore(LogFile file, long[] offsets, int chunk) throws IOException {
    byte[] crc = new byte[4];
    long at = chunk == 0 ? SnapshotFormat.HEADER_BYTES : offsets[chunk - 1];
    file.read(at - crc.length, crc, 0, crc.length);
    return Bytes.getInt(crc, 0);
  }

  private byte[] fromSegment(LogFile file, Location location) throws IOException {
    SegmentScan scan = new SegmentScan(file, WINDOW_BYTES);
    if (!scan.hasHeader() || location.offset() > scan.size()) {
      throw new NoSuchElementException("no batch is there");
    }
    scan.seek(location.offset());
    int records = scan.next() ? scan.recordCount() : 0;
    for (int i = 0; i < records; i++) {
      long from = location.offset() - scan.payloadOffset(i);
      if (from >= 0 && from + location.length() <= scan.payloadLength(i)) {
        int at = scan.payloadStart(i) + (int) from;
        return Arrays.copyOfRange(scan.array(), at, at + location.length());
      }
    }
    throw new NoSuchElementException("the bytes are not what was written, or were released");
  }

  private static byte[] readAll(LogFile file, long at, int length) throws IOException {
    if (length < 0 || length > file.size() - at) {
      throw new NoSuchElementException("the bytes are not what was written");
    }
    byte[] bytes = new byte[length];
    if (file.read(at, bytes, 0, length) < length) {
      throw new NoSuchElementException("the file ends before");
    }
    return bytes;
  }

  private static byte[] slice(byte[] bytes, long from, int length) {
    if (from + length > bytes.length) {
      throw new NoSuchElementException("the chunk ends before");
    }
    return Arrays.copyOfRange(bytes, (int) from, (int) from + length);
  }
}
