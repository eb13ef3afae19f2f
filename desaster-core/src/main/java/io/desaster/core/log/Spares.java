/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Room taken ahead: segments that are ready to be written to, and spare files that become segments.
 * The last {@link LogOptions#reserveSegments()} spares are the reserve for a full disk.
 *
 * <p>{@link #take()} belongs to the journal's thread and is quick while {@link #maintain()}, called
 * by another thread, keeps up. Filling a new file happens outside of the monitor.
 */
final class Spares {
  private static final byte[] ZEROS = new byte[256 << 10];

  private final LogFiles files;
  private final LogOptions options;
  private final LongSupplier salts;
  private final Format format = new Format();

  private final Deque<Segment> prepared = new ArrayDeque<>();
  private final Deque<String> spares = new ArrayDeque<>();
  private long nextNumber;
  private long nextSpare = 1;
  private boolean creating;
  private long creations;
  private boolean full;
  private volatile boolean hasRoom = true;
  private volatile String explanation = "";

  Spares(LogFiles files, LogOptions options, LongSupplier salts) {
    this.files = files;
    this.options = options;
    this.salts = salts;
  }

  /** Takes over what was found at the start. */
  synchronized void adopt(List<Segment> ready, List<String> names, long firstFreeNumber) {
    prepared.addAll(ready);
    spares.addAll(names);
    nextNumber = firstFreeNumber;
    for (String name : names) {
      nextSpare = Math.max(nextSpare, Names.spareNumber(name) + 1);
    }
  }

  /**
   * The next segment to write to.
   *
   * @throws NoRoomException if even the reserve is used up
   */
  synchronized Segment take() throws IOException {
    if (prepared.isEmpty()) {
      keepReserve();
    }
    // Looked at again: while it waited the other thread may have prepared one, with its number.
    if (!prepared.isEmpty()) {
      return prepared.poll();
    }
    if (spares.isEmpty()) {
      spares.add(createLast());
    }
    Segment next = prepare(spares.poll());
    updateRoom();
    return next;
  }

  /** The reserve is for a disk that is full, not for one on which the other thread is slow. */
  private void keepReserve() throws IOException {
    while (!full && spares.size() <= options.reserveSegments()) {
      if (creating) {
        awaitCreation();
        continue;
      }
      try {
        spares.add(createSpare(options.segmentBytes(), options.minFreeBytes()));
      } catch (NoRoomException e) {
        full = true;
      }
    }
  }

  private String createLast() throws IOException {
    try {
      return createSpare(options.segmentBytes(), 0);
    } catch (NoRoomException e) {
      throw new NoRoomException(
          "the journal's reserve is used up and the disk of "
              + files.path("")
              + " is still full; nothing more can be recorded, so the node stops: make room and"
              + " start it again",
          e);
    }
  }

  /** The log's very first segment. */
  synchronized Segment createFirst() throws IOException {
    return prepare(createSpare(options.firstSegmentBytes(), 0));
  }

  /**
   * Fills up what is missing: one prepared segment, and the reserve. A full disk is no failure but
   * seen in {@link #hasRoom()}.
   *
   * @return whether nothing is missing now
   */
  boolean maintain() throws IOException {
    boolean complete = true;
    while (complete && beginCreation()) {
      String created = null;
      boolean noRoom = false;
      try {
        created = createSpare(options.segmentBytes(), options.minFreeBytes());
      } catch (NoRoomException e) {
        noRoom = true;
      } finally {
        endCreation(created, noRoom);
      }
      complete = !noRoom;
    }
    prepareAhead();
    return complete;
  }

  private synchronized boolean beginCreation() {
    int wanted = options.reserveSegments() + (prepared.isEmpty() ? 1 : 0);
    creating = spares.size() < wanted;
    if (!creating) {
      full = false;
      updateRoom();
    }
    return creating;
  }

  private synchronized void endCreation(String created, boolean noRoom) {
    creating = false;
    creations++;
    full = noRoom;
    if (created != null) {
      spares.add(created);
    }
    updateRoom();
    notifyAll();
  }

  private synchronized void prepareAhead() throws IOException {
    if (prepared.isEmpty() && spares.size() > options.reserveSegments()) {
      prepared.add(prepare(spares.poll()));
    }
  }

  /**
   * Turns segments that are not needed any more into spares, or deletes them. Their new names need
   * not be on the disk: whatever their content gets to be, under the old ones they are not read.
   */
  void recycle(List<String> names) throws IOException {
    List<String> recycled = new ArrayList<>();
    for (String name : names) {
      String spare = spareFor(name, recycled.size());
      if (spare == null) {
        files.delete(name);
      } else {
        files.rename(name, spare);
        recycled.add(spare);
      }
    }
    synchronized (this) {
      spares.addAll(recycled);
      full &= spares.size() < options.reserveSegments();
      updateRoom();
    }
  }

  private synchronized String spareFor(String name, int more) throws IOException {
    if (spares.size() + more >= options.maxSpares()) {
      return null;
    }
    try (LogFile file = files.openToRead(name)) {
      return file.size() == options.segmentBytes() ? Names.spare(nextSpare++) : null;
    }
  }

  boolean hasRoom() {
    return hasRoom;
  }

  /** Why there is no room, or that there is. */
  String explanation() {
    return explanation;
  }

  synchronized void close() throws IOException {
    for (Segment segment : prepared) {
      segment.close();
    }
  }

  private void awaitCreation() throws IOException {
    long before = creations;
    try {
      while (creations == before) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for a new segment", e);
    }
  }

  private void updateRoom() {
    boolean room = !full || spares.size() >= options.reserveSegments();
    explanation = room ? "there is room for the journal" : explainFull();
    hasRoom = room;
  }

  private String explainFull() {
    return "the disk of "
        + files.path("")
        + " is full: the journal needs "
        + (options.segmentBytes() + options.minFreeBytes())
        + " bytes for its next segment and "
        + freeBytes()
        + " are free; submits are refused, ends of running jobs are still recorded in the reserve ("
        + spares.size() * options.segmentBytes()
        + " of "
        + options.reserveSegments() * options.segmentBytes()
        + " bytes left); make room, it is looked at every "
        + options.roomCheckMillis()
        + " ms";
  }

  private String freeBytes() {
    try {
      return Long.toString(files.freeBytes());
    } catch (IOException e) {
      return "unknown (" + e.getMessage() + ")";
    }
  }

  private String createSpare(long bytes, long leave) throws IOException {
    if (files.freeBytes() < bytes + leave) {
      throw new NoRoomException(
          "no room for a segment of " + bytes + " bytes in " + files.path(""));
    }
    String name;
    synchronized (this) {
      name = Names.spare(nextSpare++);
    }
    String unfinished = name + Names.UNFINISHED;
    try (LogFile file = files.create(unfinished)) {
      for (long at = 0; at < bytes; at += ZEROS.length) {
        file.write(at, ZEROS, 0, (int) Math.min(ZEROS.length, bytes - at));
      }
      file.force();
    } catch (NoRoomException e) {
      files.delete(unfinished);
      throw e;
    }
    files.rename(unfinished, name);
    return name;
  }

  /** Makes a spare file the next segment: a new header, and the name that makes it count. */
  private Segment prepare(String spare) throws IOException {
    long number = nextNumber;
    long salt = salts.getAsLong();
    byte[] header = format.segmentHeader(number, salt);
    LogFile file = files.open(spare);
    try {
      file.write(0, header, 0, header.length);
      file.force();
      files.rename(spare, Names.segment(number));
      files.sync();
      nextNumber++;
      return new Segment(
          number, salt, file, Format.SEGMENT_HEADER_BYTES, Format.segmentChain(header, 0));
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }
}
