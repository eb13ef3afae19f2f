/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import io.desaster.core.log.Inspection.Cut;
import io.desaster.core.log.SegmentScan.TailKind;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The log's files, without any thread: every call does its work and returns when it is on disk.
 * What may be called by whom:
 *
 * <ul>
 *   <li>{@link #recover} once, before all else.
 *   <li>{@link #commit} by one thread, the journal's.
 *   <li>{@link #maintain} by one thread at a time, and often enough.
 *   <li>{@link #beginSnapshot} and {@link #finishSnapshot} by one thread at a time.
 *   <li>{@link #read} and the getters by any thread.
 * </ul>
 *
 * <p>After an exception from {@code commit} or {@code maintain} the store must not be used again.
 */
final class SegmentStore implements Closeable {

  /** Told of each batch that is on disk. */
  interface Committed {
    void committed(Batch batch, Location payload);
  }

  /** A segment and the index of its first batch, {@link Long#MAX_VALUE} while it has none. */
  private static final class Range {
    private final long number;
    private long firstIndex = Long.MAX_VALUE;

    Range(long number) {
      this.number = number;
    }
  }

  private final LogFiles files;
  private final LogOptions options;
  private final LongSupplier salts;
  private final Spares spares;
  private final GroupEncoder encoder = new GroupEncoder();
  private final LocationReader reader;
  private Epochs epochs = new Epochs();

  /** The segments that count, oldest first; the last one is written to. Guarded by itself. */
  private final Deque<Range> ranges = new ArrayDeque<>();

  private Segment current;
  private int[] payloads = new int[16];
  private long nextIndex = 1;
  private int incarnation;
  private int term;
  private volatile long committedIndex;
  private volatile long bytesSinceSnapshot;
  private volatile long snapshotIndex;

  SegmentStore(LogFiles files, LogOptions options, LongSupplier salts) {
    this.files = files;
    this.options = options;
    this.salts = salts;
    this.spares = new Spares(files, options, salts);
    this.reader = new LocationReader(files);
  }

  // Recovery.

  /**
   * Replays the log, cuts a torn end, and makes sure that all that was replayed is on the disk.
   *
   * @see ReplicatedLog#recover
   */
  Recovered recover(ReplicatedLog.Replay replay) throws IOException {
    // A name that is seen need not be on the disk yet, and what it replaces is about to go.
    files.sync();
    Inspection found = new Inspection(files);
    found.run(replay);
    if (found.problem() != null) {
      throw found.refusal();
    }
    for (String name : found.unfinished()) {
      files.delete(name);
    }
    List<String> notes = new ArrayList<>(found.notes());
    if (found.cut() != null) {
      notes.add(cut(found));
    }
    rewriteLastGroup(found);
    forceSegments(found);
    adopt(found);
    return new Recovered(
        snapshotIndex, found.lastIndex(), found.incarnation(), found.term(), List.copyOf(notes));
  }

  private String cut(Inspection found) throws IOException {
    Cut cut = found.cut();
    String name = found.segments().get(cut.segment());
    long index = found.lastIndex() + 1;
    long from = cut.tail().offset();
    long to = cut.tail().end();
    boolean damaged = cut.tail().kind() == TailKind.DAMAGED;
    String kept =
        damaged || cut.wholeRecords() > 0 ? CutBytes.keep(files, name, from, to, index) : null;
    try (LogFile file = files.open(name)) {
      file.truncate(from);
      file.force();
    }
    String where = files.path(name) + " was cut at offset " + from + ": ";
    String aside = kept == null ? "" : "; the bytes are kept in " + files.path(kept);
    return damaged
        ? where
            + (cut.tail().lastIndex() > index
                ? "batches " + index + " to " + cut.tail().lastIndex() + " are"
                : "batch " + index + " is")
            + " not what was written (CRC), at the end of the log; what is in doubt may have been"
            + " acknowledged"
            + aside
        : where
            + "batch "
            + index
            + " was begun and its end never reached the disk, so it was not acknowledged"
            + aside;
  }

  /**
   * The last group may be in the system's cache only: the process was killed before the force, or
   * the force failed and the system took the pages for clean. It is about to be believed, so it is
   * written again.
   */
  private void rewriteLastGroup(Inspection found) throws IOException {
    SegmentSummary last = lastWithBatches(found);
    if (last == null) {
      return;
    }
    int length = Math.toIntExact(last.position() - last.lastGroupStart());
    byte[] group = new byte[length];
    try (LogFile file = files.open(found.segments().get(last.number()))) {
      int count = file.read(last.lastGroupStart(), group, 0, length);
      if (count < length) {
        throw new IOException(files.path(found.segments().get(last.number())) + " got shorter");
      }
      file.write(last.lastGroupStart(), group, 0, length);
      file.force();
    }
  }

  /** An earlier recovery may have cut a segment and been killed before the cut was on the disk. */
  private void forceSegments(Inspection found) throws IOException {
    for (SegmentSummary summary : found.summaries()) {
      try (LogFile file = files.open(found.segments().get(summary.number()))) {
        file.force();
      }
    }
  }

  private static SegmentSummary lastWithBatches(Inspection found) {
    SegmentSummary last = null;
    for (SegmentSummary summary : found.summaries()) {
      last = summary.isEmpty() ? last : summary;
    }
    return last;
  }

  private void adopt(Inspection found) throws IOException {
    epochs = found.epochs();
    incarnation = found.incarnation();
    term = found.term();
    nextIndex = found.lastIndex() + 1;
    committedIndex = found.lastIndex();
    bytesSinceSnapshot = found.bytes();
    if (found.snapshot() != null) {
      snapshotIndex = found.snapshot().index();
      reader.snapshot(snapshotIndex, found.snapshotOffsets());
    }
    List<Segment> ready = new ArrayList<>();
    adoptSegments(found, ready);
    long highest = found.segments().isEmpty() ? 0 : found.segments().lastKey();
    spares.adopt(ready, usableSpares(found), highest + 1);
    if (current == null) {
      current = spares.createFirst();
      ranges.add(new Range(current.number()));
    }
    spares.recycle(found.stale());
    deleteSnapshotsBut(snapshotIndex, found.snapshots());
  }

  private void adoptSegments(Inspection found, List<Segment> ready) throws IOException {
    SegmentSummary last = lastWithBatches(found);
    for (SegmentSummary summary : found.summaries()) {
      boolean behind = current != null && (last == null || summary.number() > last.number());
      if (behind) {
        ready.add(segment(found, summary));
        continue;
      }
      Range range = new Range(summary.number());
      range.firstIndex = summary.isEmpty() ? Long.MAX_VALUE : summary.firstIndex();
      ranges.add(range);
      if (last == null || summary.number() == last.number()) {
        current = segment(found, summary);
      }
    }
  }

  private Segment segment(Inspection found, SegmentSummary summary) throws IOException {
    return new Segment(
        summary.number(),
        summary.salt(),
        files.open(found.segments().get(summary.number())),
        summary.position(),
        summary.chain());
  }

  private List<String> usableSpares(Inspection found) throws IOException {
    List<String> usable = new ArrayList<>();
    for (String name : found.spares()) {
      boolean fits;
      try (LogFile file = files.openToRead(name)) {
        fits = file.size() == options.segmentBytes() && usable.size() < options.maxSpares();
      }
      if (fits) {
        usable.add(name);
      } else {
        files.delete(name);
      }
    }
    return usable;
  }

  // Writing.

  /**
   * Writes batches and forces them to the disk, as one group if they fit into the segment.
   *
   * @param committed called for each batch, in order, when it is on disk
   */
  void commit(Batch[] batches, int count, Committed committed) throws IOException {
    int done = 0;
    while (done < count) {
      int encoded = encode(batches, done, count);
      if (encoded == 0) {
        rotate(batches[done]);
        continue;
      }
      writeGroup(batches, done, encoded, committed);
      done += encoded;
    }
  }

  /**
   * Writes one batch and forces it to the disk, if it fits into the segment.
   *
   * @return false if it does not fit; nothing was done then
   */
  boolean commitIfItFits(Batch[] batch, Committed committed) throws IOException {
    if (encode(batch, 0, 1) == 0) {
      return false;
    }
    writeGroup(batch, 0, 1, committed);
    return true;
  }

  private int encode(Batch[] batches, int from, int to) {
    encoder.begin(current.salt(), current.position(), current.chain());
    int encoded = 0;
    while (from + encoded < to && encoder.size() < LogOptions.GROUP_BYTES) {
      Batch batch = batches[from + encoded];
      requireNext(batch.header(), encoded);
      int payload = encoder.add(batch, current.room());
      if (payload < 0) {
        break;
      }
      if (encoded == payloads.length) {
        payloads = Arrays.copyOf(payloads, encoded * 2);
      }
      payloads[encoded++] = payload;
    }
    return encoded;
  }

  private void requireNext(BatchHeader header, int ahead) {
    if (header.index() != nextIndex + ahead) {
      throw new IllegalArgumentException(
          "batch " + header.index() + " was appended, " + (nextIndex + ahead) + " is next");
    }
    if (Epochs.compare(header, incarnation, term) < 0) {
      throw new IllegalArgumentException(
          "batch "
              + header.index()
              + " has epoch "
              + header.incarnation()
              + "."
              + header.term()
              + ", the log is at "
              + incarnation
              + "."
              + term);
    }
  }

  private void writeGroup(Batch[] batches, int from, int count, Committed committed)
      throws IOException {
    long start = current.position();
    int records = encoder.size();
    int chain = encoder.end();
    boolean first = current.isEmpty();
    current.write(encoder.array(), encoder.size(), chain);
    if (first) {
      synchronized (ranges) {
        ranges.getLast().firstIndex = nextIndex;
      }
    }
    long payloadBytes = 0;
    for (int i = 0; i < count; i++) {
      BatchHeader header = batches[from + i].header();
      int end = i + 1 < count ? payloads[i + 1] - Format.RECORD_HEADER_BYTES : records;
      int length = end - payloads[i];
      payloadBytes += length;
      incarnation = header.incarnation();
      term = header.term();
      epochs.add(header.index(), incarnation, term);
      nextIndex = header.index() + 1;
      committedIndex = header.index();
      committed.committed(
          batches[from + i], new Location(current.number(), start + payloads[i], length));
    }
    addBytes(payloadBytes);
  }

  private synchronized void addBytes(long bytes) {
    bytesSinceSnapshot += bytes;
  }

  private void rotate(Batch next) throws IOException {
    if (current.isEmpty() && current.size() >= options.segmentBytes()) {
      throw new IllegalArgumentException(
          "batch "
              + next.header().index()
              + " does not fit into a segment: it may have "
              + Format.maxPayload(options.segmentBytes())
              + " bytes");
    }
    Segment following = spares.take();
    current.close();
    current = following;
    synchronized (ranges) {
      ranges.add(new Range(current.number()));
    }
  }

  /** Prepares the next segment and the reserve; see {@link Spares#maintain()}. */
  boolean maintain() throws IOException {
    return spares.maintain();
  }

  // Snapshots.

  /**
   * Begins a snapshot.
   *
   * @throws IllegalArgumentException if the log is not so far, or has a newer one
   */
  SnapshotWriter beginSnapshot(SnapshotSource source) throws IOException {
    long index = source.index();
    if (index <= snapshotIndex || index > committedIndex) {
      throw new IllegalArgumentException(
          "a snapshot of batch "
              + index
              + " was asked for; there is one of "
              + snapshotIndex
              + " and the log is at "
              + committedIndex);
    }
    Epochs.Epoch epoch = epochs.at(index);
    SnapshotFormat.Header header =
        new SnapshotFormat.Header(index, epoch.incarnation(), epoch.term(), segmentAfter(index));
    return new SnapshotWriter(
        files, source, header, salts.getAsLong(), options.snapshotForceBytes());
  }

  /** The segment in which the batch after this index is, or will be unless it is rotated. */
  private long segmentAfter(long index) {
    synchronized (ranges) {
      long number = ranges.getFirst().number;
      for (Range range : ranges) {
        if (range.firstIndex <= index + 1) {
          number = range.number;
        }
      }
      return number;
    }
  }

  /**
   * Makes the snapshot count.
   *
   * @param bytesBefore {@link #bytesSinceSnapshot()} when its source was made
   */
  void finishSnapshot(SnapshotWriter writer, long bytesBefore) throws IOException {
    writer.finish();
    long index = writer.header().index();
    long[] offsets = writer.chunkOffsets();
    reader.snapshot(index, offsets);
    snapshotIndex = index;
    addBytes(-bytesBefore);
    writer.source().written(-index, offsets);
  }

  /** Recycles the segments and deletes the snapshots that the newest snapshot replaces. */
  void release(long firstSegment) throws IOException {
    List<String> names = new ArrayList<>();
    synchronized (ranges) {
      while (ranges.size() > 1 && ranges.getFirst().number < firstSegment) {
        names.add(Names.segment(ranges.poll().number));
      }
    }
    reader.retainOnly(snapshotIndex);
    deleteSnapshotsBut(snapshotIndex, snapshotFiles());
    spares.recycle(names);
    epochs.forgetBefore(snapshotIndex);
  }

  private List<Long> snapshotFiles() throws IOException {
    List<Long> indices = new ArrayList<>();
    for (String name : files.list()) {
      if (Names.snapshotIndex(name) > 0) {
        indices.add(Names.snapshotIndex(name));
      }
    }
    return indices;
  }

  private void deleteSnapshotsBut(long kept, List<Long> indices) throws IOException {
    for (long index : indices) {
      if (index < kept) {
        files.delete(Names.snapshot(index));
      }
    }
  }

  // Reading and telling.

  byte[] read(Location location) throws IOException {
    return reader.read(location);
  }

  long committedIndex() {
    return committedIndex;
  }

  long snapshotIndex() {
    return snapshotIndex;
  }

  long bytesSinceSnapshot() {
    return bytesSinceSnapshot;
  }

  boolean hasRoom() {
    return spares.hasRoom();
  }

  String roomExplanation() {
    return spares.explanation();
  }

  int segments() {
    synchronized (ranges) {
      return ranges.size();
    }
  }

  @Override
  public void close() throws IOException {
    if (current != null) {
      current.close();
    }
    spares.close();
  }
}
