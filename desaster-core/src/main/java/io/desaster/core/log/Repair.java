/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import io.desaster.core.log.Inspection.Problem;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Cuts a log at its first damage, so that it can be used again. Nothing is thrown away: what is cut
 * is kept in files named {@code cut-…} beside the log. May be killed at any moment and run again.
 */
final class Repair {
  private static final int PIECE_BYTES = 1 << 20;

  private final LogFiles files;
  private final LogOptions options;
  private final List<String> lines = new ArrayList<>();

  Repair(LogFiles files, LogOptions options) {
    this.files = files;
    this.options = options;
  }

  /** What was done, one line each. */
  List<String> run(ReplicatedLog.Replay nothing) throws IOException {
    files.sync();
    Inspection found = new Inspection(files);
    found.run(nothing);
    if (found.problem() == null) {
      lines.add(
          found.cut() == null
              ? "there is nothing to repair: " + files.path("") + " is sound"
              : "there is nothing to repair: the torn end is cut by the next start");
      return lines;
    }
    Problem problem = found.problem();
    lines.add(
        files.path(problem.file())
            + " is damaged at offset "
            + problem.offset()
            + ": "
            + problem.found());
    boolean snapshotLost = problem.segment() == 0;
    long firstSegment = snapshotLost ? 0 : problem.segment();
    long lastGone = Math.max(problem.lastKnown(), setAside(found, firstSegment, problem));
    if (snapshotLost) {
      setSnapshotsAside(found);
    } else {
      cutSegment(problem);
      requireFirstSegment(found);
    }
    files.sync();
    tellGone(problem.firstGone(), lastGone);
    return lines;
  }

  /** Moves the segments behind the damage out of the way, the last one first. */
  private long setAside(Inspection found, long damaged, Problem problem) throws IOException {
    long lastGone = 0;
    for (Map.Entry<Long, String> segment :
        found.segments().tailMap(damaged, false).descendingMap().entrySet()) {
      lastGone = Math.max(lastGone, lastIndex(segment.getValue()));
      moveAside(segment.getValue(), problem.firstGone());
    }
    files.sync();
    return lastGone;
  }

  private long lastIndex(String segment) throws IOException {
    try (SegmentScan scan = new SegmentScan(files.openToRead(segment))) {
      return scan.hasHeader() ? scan.tail().lastIndex() : 0;
    }
  }

  private void moveAside(String name, long index) throws IOException {
    String aside = CutBytes.freeName(files, Names.cut(index) + "-" + name);
    files.rename(name, aside);
    lines.add(files.path(name) + " was moved to " + files.path(aside));
  }

  private void setSnapshotsAside(Inspection found) throws IOException {
    for (long index : found.snapshots()) {
      moveAside(Names.snapshot(index), index);
    }
    lines.add("the log begins again from nothing");
  }

  private void cutSegment(Problem problem) throws IOException {
    String name = problem.file();
    if (!files.list().contains(name)) {
      return;
    }
    if (problem.offset() < Format.SEGMENT_HEADER_BYTES) {
      moveAside(name, problem.firstGone());
      return;
    }
    String kept =
        CutBytes.keep(files, name, problem.offset(), endOfData(name), problem.firstGone());
    try (LogFile file = files.open(name)) {
      file.truncate(problem.offset());
      file.force();
    }
    lines.add(
        files.path(name)
            + " was cut at offset "
            + problem.offset()
            + "; the bytes are kept in "
            + files.path(kept));
  }

  /** Behind the last byte that is not zero. */
  private long endOfData(String name) throws IOException {
    long end = 0;
    byte[] piece = new byte[PIECE_BYTES];
    try (LogFile file = files.openToRead(name)) {
      for (long at = 0; at < file.size(); at += piece.length) {
        int count = file.read(at, piece, 0, piece.length);
        for (int i = 0; i < count; i++) {
          end = piece[i] == 0 ? end : at + i + 1;
        }
      }
    }
    return end;
  }

  /** The snapshot says in which segment the log goes on; that one must exist. */
  private void requireFirstSegment(Inspection found) throws IOException {
    long first = found.snapshot() == null ? 1 : found.snapshot().firstSegment();
    if (files.list().contains(Names.segment(first))) {
      return;
    }
    Spares spares = new Spares(files, options, new SecureRandom()::nextLong);
    spares.adopt(List.of(), found.spares(), first);
    spares.createFirst().close();
  }

  private void tellGone(long first, long last) {
    if (last < first) {
      lines.add(
          "batches from " + first + " on are gone if there were any; the last one cannot be told");
    } else {
      lines.add(
          first == last
              ? "batch " + first + " is gone"
              : "batches " + first + " to " + last + " are gone");
    }
  }
}
