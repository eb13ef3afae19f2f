/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import io.desaster.core.log.SegmentScan.Tail;
import io.desaster.core.log.SegmentScan.TailKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Reads a whole log and changes nothing: the newest good snapshot, every batch after it, and what
 * is wrong. Recovery, check, dump and repair all begin with it, so they cannot disagree.
 */
final class Inspection {

  /**
   * Damage that must not be cut without being asked.
   *
   * @param file name of the file
   * @param offset where in it
   * @param found what is there
   * @param segment number of the segment, 0 if the damage is not in a segment
   * @param firstGone index of the first batch that cannot be read any more
   * @param lastKnown last index that is told of at or behind the damage, 0 if unknown
   */
  record Problem(
      String file, long offset, String found, long segment, long firstGone, long lastKnown) {}

  /**
   * What is to be cut off at the log's end.
   *
   * @param segment number of the segment
   * @param tail what is there
   * @param wholeRecords records that are whole, in a group that has no trailer
   */
  record Cut(long segment, Tail tail, int wholeRecords) {}

  private final LogFiles files;
  private final List<String> unfinished = new ArrayList<>();
  private final List<String> spares = new ArrayList<>();
  private final List<String> stale = new ArrayList<>();
  private final List<Long> snapshots = new ArrayList<>();
  private final TreeMap<Long, String> segments = new TreeMap<>();
  private final List<SegmentSummary> summaries = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Epochs epochs = new Epochs();

  private SnapshotFormat.Header snapshot;
  private long[] snapshotOffsets = new long[0];
  private long firstSegment = 1;
  private long lastIndex;
  private int incarnation;
  private int term;
  private long bytes;
  private Problem problem;
  private Cut cut;

  Inspection(LogFiles files) {
    this.files = files;
  }

  void run(ReplicatedLog.Replay replay) throws IOException {
    sortNames();
    chooseSnapshot();
    if (problem == null && snapshot != null) {
      replaySnapshot(replay);
    }
    if (problem == null) {
      replaySegments(replay);
    }
  }

  /** Null if the log can be used, perhaps after {@link #cut()}. */
  Problem problem() {
    return problem;
  }

  /** Null if the log ends cleanly. */
  Cut cut() {
    return cut;
  }

  /** Null if there is none. */
  SnapshotFormat.Header snapshot() {
    return snapshot;
  }

  long[] snapshotOffsets() {
    return snapshotOffsets.clone();
  }

  /** The segments that count, in order, as far as they were read. */
  List<SegmentSummary> summaries() {
    return summaries;
  }

  /** Indices of all snapshot files, newest first. */
  List<Long> snapshots() {
    return snapshots;
  }

  /** All segment files. */
  TreeMap<Long, String> segments() {
    return segments;
  }

  /** Segments that the snapshot replaces. */
  List<String> stale() {
    return stale;
  }

  List<String> spares() {
    return spares;
  }

  List<String> unfinished() {
    return unfinished;
  }

  List<String> notes() {
    return notes;
  }

  Epochs epochs() {
    return epochs;
  }

  long lastIndex() {
    return lastIndex;
  }

  int incarnation() {
    return incarnation;
  }

  int term() {
    return term;
  }

  /** Payload bytes of the batches after the snapshot. */
  long bytes() {
    return bytes;
  }

  private void sortNames() throws IOException {
    for (String name : files.list()) {
      if (Names.isUnfinished(name)) {
        unfinished.add(name);
      } else if (Names.spareNumber(name) > 0) {
        spares.add(name);
      } else if (Names.snapshotIndex(name) > 0) {
        snapshots.add(Names.snapshotIndex(name));
      } else if (Names.segmentNumber(name) > 0) {
        segments.put(Names.segmentNumber(name), name);
      }
    }
    spares.sort(Comparator.naturalOrder());
    snapshots.sort(Comparator.reverseOrder());
  }

  // The snapshot.

  private void chooseSnapshot() throws IOException {
    Problem newest = null;
    for (long index : snapshots) {
      Problem fault = tryOne(index);
      if (fault == null) {
        break;
      }
      newest = newest == null ? fault : newest;
    }
    if (newest == null) {
      return;
    }
    if (segments.containsKey(firstSegment)) {
      notes.add(
          files.path(newest.file())
              + " is damaged at offset "
              + newest.offset()
              + " ("
              + newest.found()
              + "); it was not needed, "
              + (snapshot == null
                  ? "all batches"
                  : "snapshot " + snapshot.index() + " and all after it")
              + " are still there");
    } else {
      problem = newest;
    }
  }

  /** Takes a snapshot if all of it is good; it must be known before its first chunk is used. */
  private Problem tryOne(long index) throws IOException {
    String name = Names.snapshot(index);
    try (SnapshotReader reader = new SnapshotReader(files.openToRead(name))) {
      List<Long> offsets = new ArrayList<>();
      while (reader.next()) {
        offsets.add(reader.offset());
      }
      String fault = reader.fault();
      if (fault == null && reader.header().index() != index) {
        fault = "it is the snapshot of batch " + reader.header().index();
      }
      if (fault != null) {
        return new Problem(name, reader.position(), fault, 0, 1, index);
      }
      use(reader.header(), offsets);
      return null;
    }
  }

  private void use(SnapshotFormat.Header header, List<Long> offsets) {
    snapshot = header;
    snapshotOffsets = offsets.stream().mapToLong(Long::longValue).toArray();
    firstSegment = header.firstSegment();
    lastIndex = header.index();
    incarnation = header.incarnation();
    term = header.term();
    epochs.add(lastIndex, incarnation, term);
  }

  private void replaySnapshot(ReplicatedLog.Replay replay) throws IOException {
    long index = snapshot.index();
    String name = Names.snapshot(index);
    try (SnapshotReader reader = new SnapshotReader(files.openToRead(name))) {
      while (reader.next()) {
        int length = reader.length();
        replay.snapshotChunk(
            index, reader.array(), 0, length, new Location(-index, reader.offset(), length));
      }
      if (reader.fault() != null) {
        problem = new Problem(name, reader.position(), reader.fault(), 0, 1, index);
      }
    }
  }

  // The segments.

  private void replaySegments(ReplicatedLog.Replay replay) throws IOException {
    stale.addAll(segments.headMap(firstSegment).values());
    if (segments.isEmpty() && snapshot == null) {
      return;
    }
    long last = segments.isEmpty() ? firstSegment : Math.max(segments.lastKey(), firstSegment);
    for (long number = firstSegment; number <= last && problem == null; number++) {
      if (segments.containsKey(number)) {
        replaySegment(number, replay);
      } else {
        problem =
            new Problem(Names.segment(number), 0, "the file is missing", number, lastIndex + 1, 0);
      }
    }
  }

  private void replaySegment(long number, ReplicatedLog.Replay replay) throws IOException {
    try (SegmentScan scan = new SegmentScan(files.openToRead(segments.get(number)))) {
      String fault = headerFault(scan, number);
      if (fault != null) {
        report(scan, 0, fault, number);
        return;
      }
      long firstIndex = 0;
      long lastInSegment = 0;
      long lastGroupStart = 0;
      while (scan.next()) {
        if (cut != null) {
          reportDataBehindCut(scan);
          return;
        }
        for (int i = 0; i < scan.recordCount(); i++) {
          BatchHeader header = scan.header(i);
          fault = recordFault(scan, i, header);
          if (fault != null) {
            report(scan, scan.groupStart(), fault, number);
            return;
          }
          firstIndex = firstIndex == 0 ? header.index() : firstIndex;
          lastInSegment = header.index();
          replayBatch(scan, i, header, number, replay);
        }
        lastGroupStart = scan.groupStart();
      }
      summaries.add(
          new SegmentSummary(
              number,
              scan.salt(),
              scan.size(),
              scan.position(),
              scan.chain(),
              firstIndex,
              lastInSegment,
              lastGroupStart));
      lookBehind(scan, number);
    }
  }

  private String headerFault(SegmentScan scan, long number) {
    if (!scan.hasHeader()) {
      return "the segment's header is not what was written";
    }
    if (scan.version() != Format.VERSION) {
      return newer("the segment", scan.version());
    }
    return scan.number() == number ? null : "its header says segment " + scan.number();
  }

  private String recordFault(SegmentScan scan, int record, BatchHeader header) {
    if (scan.recordVersion(record) != Format.VERSION) {
      return newer("batch " + header.index(), scan.recordVersion(record));
    }
    boolean inSnapshot =
        snapshot != null && lastIndex == snapshot.index() && header.index() <= lastIndex;
    if (!inSnapshot && header.index() != lastIndex + 1) {
      return "batch " + header.index() + " follows batch " + lastIndex;
    }
    if (!inSnapshot && Epochs.compare(header, incarnation, term) < 0) {
      return "the epoch of batch " + header.index() + " is lower than the one before";
    }
    return null;
  }

  private static String newer(String subject, int version) {
    return subject
        + " has format "
        + version
        + ", this desaster reads format "
        + Format.VERSION
        + ": start the version that wrote it";
  }

  private void replayBatch(
      SegmentScan scan, int record, BatchHeader header, long number, ReplicatedLog.Replay replay)
      throws IOException {
    if (header.index() <= lastIndex) {
      return;
    }
    lastIndex = header.index();
    incarnation = header.incarnation();
    term = header.term();
    epochs.add(lastIndex, incarnation, term);
    int length = scan.payloadLength(record);
    bytes += length;
    replay.batch(
        header,
        scan.array(),
        scan.payloadStart(record),
        length,
        new Location(number, scan.payloadOffset(record), length));
  }

  /** Only at the very end of the log may something be cut. */
  private void lookBehind(SegmentScan scan, long number) throws IOException {
    int wholeRecords = scan.recordCount();
    Tail tail = scan.tail();
    if (tail.kind() == TailKind.CLEAN) {
      return;
    }
    if (cut != null) {
      reportDataBehindCut(scan);
    } else if (tail.kind() == TailKind.FOLLOWED) {
      problem =
          new Problem(
              segments.get(number),
              tail.offset(),
              "batch "
                  + (lastIndex + 1)
                  + " is not what was written (CRC), and committed batches up to "
                  + tail.lastIndex()
                  + " follow it",
              number,
              lastIndex + 1,
              tail.lastIndex());
    } else {
      cut = new Cut(number, tail, wholeRecords);
    }
  }

  private void reportDataBehindCut(SegmentScan behind) {
    String name = segments.get(cut.segment());
    problem =
        new Problem(
            name,
            cut.tail().offset(),
            "batch "
                + (lastIndex + 1)
                + " is not what was written, and segment "
                + behind.number()
                + " follows it",
            cut.segment(),
            lastIndex + 1,
            cut.tail().lastIndex());
    cut = null;
  }

  private void report(SegmentScan scan, long offset, String found, long number) throws IOException {
    Tail tail = scan.hasHeader() ? scan.tail() : new Tail(TailKind.CLEAN, 0, 0, 0);
    problem =
        new Problem(segments.get(number), offset, found, number, lastIndex + 1, tail.lastIndex());
    cut = null;
  }

  /** The error that refuses to start, or null. */
  CorruptLogException refusal() {
    if (problem == null) {
      return null;
    }
    return new CorruptLogException(
        files.path(problem.file())
            + " is damaged at offset "
            + problem.offset()
            + ": "
            + problem.found()
            + ". Nothing was changed. See `desaster journal check` and `desaster journal dump`; keep"
            + " a copy of the directory, then `desaster journal repair` cuts the log there, keeps"
            + " the bytes aside and says which batches are gone");
  }
}
