/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Append-only files of records that are read back one by one. A record is {@code length:4 crc:4
 * bytes}, filled up to 16 bytes; the CRC also covers where it stands. After a restart or a failure
 * writing begins with a new file, so what a crash left at the end of one is never written over.
 * What was written is safe after {@link #force()} only.
 *
 * <p>A <em>place</em> is one number: the file's in 24 bits, the offset and the size in units of 16
 * bytes in 22 and 18 bits. Any thread.
 */
public final class ArchiveFiles implements Closeable {
  private static final String PREFIX = "archive-";
  private static final int UNIT = 16;
  private static final int HEADER = 8;
  private static final int OFFSET_BITS = 22;
  private static final int SIZE_BITS = 18;
  private static final int SIZE_MAX = (1 << SIZE_BITS) - 1;

  private final LogFiles files;
  private final long fileBytes;
  private final Output out = new Output(64 << 10);
  private final TreeMap<Long, Long> sizes = new TreeMap<>();
  private final Set<LogFile> unforced = new HashSet<>();
  private boolean namesChanged;
  private boolean closed;
  private LogFile current;
  private long number;
  private long position;

  private ArchiveFiles(LogFiles files, long fileBytes) throws IOException {
    this.files = files;
    this.fileBytes = fileBytes;
    for (String name : files.list()) {
      long found = number(name);
      if (found > 0) {
        try (LogFile file = files.openToRead(name)) {
          sizes.put(found, file.size());
        }
      } else if (name.startsWith(PREFIX) && name.endsWith(Names.UNFINISHED)) {
        files.delete(name);
      }
    }
    number = sizes.isEmpty() ? 0 : sizes.lastKey();
  }

  /**
   * Opens the files in a directory, which is made if it is missing.
   *
   * @param fileBytes a new file is begun when one is so large, up to 32 MiB
   */
  public static ArchiveFiles open(Path directory, long fileBytes) throws IOException {
    return new ArchiveFiles(new DiskFiles(directory), fileBytes);
  }

  static ArchiveFiles open(LogFiles files, long fileBytes) throws IOException {
    return new ArchiveFiles(files, fileBytes);
  }

  private static String name(long number) {
    return PREFIX + number;
  }

  private static long number(String name) {
    String digits = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : "";
    boolean all = !digits.isEmpty() && digits.length() < 10;
    return all && digits.chars().allMatch(c -> c >= '0' && c <= '9') ? Long.parseLong(digits) : 0;
  }

  /** Number of the file at a place. */
  public static long file(long place) {
    return place >>> (OFFSET_BITS + SIZE_BITS);
  }

  /** About how many bytes of its file the record at a place takes. */
  public static long bytes(long place) {
    return (place & SIZE_MAX) * UNIT;
  }

  private static long offset(long place) {
    return (place >>> SIZE_BITS & ((1 << OFFSET_BITS) - 1)) * UNIT;
  }

  private static long place(long file, long offset, int size) {
    return file << (OFFSET_BITS + SIZE_BITS)
        | offset / UNIT << SIZE_BITS
        | Math.min(size / UNIT, SIZE_MAX);
  }

  /**
   * Writes records.
   *
   * @return their places, in order
   * @throws IOException if none of them was surely written; the next ones go into a new file
   */
  public synchronized long[] write(List<? extends Consumer<Output>> records) throws IOException {
    if (closed) {
      throw new IOException("the archive is closed");
    }
    try {
      long[] places = new long[records.size()];
      out.clear();
      for (int i = 0; i < places.length; i++) {
        if (current == null || position + out.size() >= fileBytes) {
          flush();
          begin();
        }
        places[i] = encode(records.get(i));
      }
      flush();
      return places;
    } catch (IOException | RuntimeException e) {
      // Nobody knows what is at the file's end now.
      out.clear();
      current = null;
      throw e;
    }
  }

  private long encode(Consumer<Output> record) {
    int at = out.size();
    out.ensure(HEADER);
    out.advance(HEADER);
    record.accept(out);
    out.takeMarks();
    int length = out.size() - at - HEADER;
    while (out.size() % UNIT != 0) {
      out.writeByte(0);
    }
    Bytes.putInt(out.array(), at, length);
    Bytes.putInt(out.array(), at + 4, crc(number, position + at, out.array(), at, length));
    return place(number, position + at, out.size() - at);
  }

  private int crc(long file, long offset, byte[] bytes, int at, int length) {
    int chain = (int) (file * 31 + offset) ^ length;
    return new Format().chainedCrc(chain, bytes, at + HEADER, length);
  }

  private void begin() throws IOException {
    // One that cannot be made leaves its number unused.
    number++;
    current = files.create(name(number));
    namesChanged = true;
    position = 0;
    sizes.put(number, 0L);
  }

  private void flush() throws IOException {
    if (out.size() > 0) {
      current.write(position, out.array(), 0, out.size());
      unforced.add(current);
      position += out.size();
      sizes.put(number, position);
      out.clear();
    }
  }

  /** When this returns all that was written is on the disk. */
  public synchronized void force() throws IOException {
    for (LogFile file : unforced) {
      file.force();
      if (file != current) {
        file.close();
      }
    }
    unforced.clear();
    if (namesChanged) {
      files.sync();
      namesChanged = false;
    }
  }

  /**
   * Reads back a record.
   *
   * @throws IOException if it cannot be read or is not what was written; the message says where
   */
  public byte[] read(long place) throws IOException {
    try (Reader reader = new Reader()) {
      return reader.read(place);
    }
  }

  /** Reads many records; keeps a file open as long as the next one is in it. One thread. */
  public final class Reader implements Closeable {
    private LogFile file;
    private long opened;

    /**
     * As {@link ArchiveFiles#read}.
     *
     * @throws IOException as there
     */
    public byte[] read(long place) throws IOException {
      long wanted = file(place);
      try {
        if (file == null || opened != wanted) {
          close();
          file = files.openToRead(name(wanted));
          opened = wanted;
        }
        return readRecord(place);
      } catch (IOException | NoSuchElementException e) {
        String where = "the record at offset " + offset(place) + " of " + files.path(name(wanted));
        throw new IOException(where + " cannot be read: " + e.getMessage(), e);
      }
    }

    private byte[] readRecord(long place) throws IOException {
      byte[] bytes = new byte[Math.toIntExact(bytes(place))];
      int count = file.read(offset(place), bytes, 0, bytes.length);
      int length = count < HEADER ? -1 : Bytes.getInt(bytes, 0);
      if (length < 0 || length > file.size() - offset(place) - HEADER) {
        throw new NoSuchElementException("it is not what was written");
      }
      if (length + HEADER > bytes.length) {
        // Too large for its size to stand in the place.
        bytes = new byte[length + HEADER];
        count = file.read(offset(place), bytes, 0, bytes.length);
      }
      boolean whole = count >= length + HEADER;
      if (!whole || crc(opened, offset(place), bytes, 0, length) != Bytes.getInt(bytes, 4)) {
        throw new NoSuchElementException("it is not what was written (CRC)");
      }
      byte[] record = new byte[length];
      System.arraycopy(bytes, HEADER, record, 0, length);
      return record;
    }

    @Override
    public void close() throws IOException {
      if (file != null) {
        file.close();
        file = null;
      }
    }
  }

  public Reader reader() {
    return new Reader();
  }

  /** Bytes of each file by its number, the one that is written to left out. */
  public synchronized TreeMap<Long, Long> full() {
    TreeMap<Long, Long> full = new TreeMap<>(sizes);
    if (current != null) {
      full.remove(number);
    }
    return full;
  }

  /** How many files there are. */
  public synchronized int count() {
    return sizes.size();
  }

  /** Bytes of all files. */
  public synchronized long bytes() {
    return sizes.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Room left on the disk, bytes. */
  public long freeBytes() throws IOException {
    return files.freeBytes();
  }

  /** Deletes files of which no record is needed any more. */
  public void delete(Set<Long> numbers) throws IOException {
    List<Long> present = new ArrayList<>(numbers);
    for (long gone : present) {
      files.delete(name(gone));
      synchronized (this) {
        sizes.remove(gone);
      }
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    force();
    if (current != null) {
      current.close();
      current = null;
    }
    files.close();
  }
}
