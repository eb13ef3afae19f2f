/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks at a log from outside, and repairs it: {@code desaster journal check|dump|repair}. {@link
 * #check} and {@link #dump} change nothing and may be used while a daemon runs; then the end they
 * see is wherever the daemon just was.
 */
public final class JournalTool {

  /** Turns what is in the log into text. */
  public interface EventPrinter {
    /** Prints the events of a batch, one line each. */
    void batch(BatchHeader header, Input payload, PrintStream out);

    /** Prints what is in a chunk of the snapshot. */
    void snapshotChunk(long index, Input chunk, PrintStream out);
  }

  /**
   * What was found.
   *
   * @param sound whether the log can be used; a torn end, which the next start cuts, is no harm
   * @param lines what to tell, one line each
   */
  public record Report(boolean sound, List<String> lines) {}

  private static final ReplicatedLog.Replay NOTHING = new Ignored();

  private JournalTool() {}

  /**
   * Reads all of a log and verifies every byte that counts.
   *
   * @throws IOException if the directory is missing or cannot be read
   */
  public static Report check(Path directory) throws IOException {
    return check(existing(directory));
  }

  static Report check(LogFiles files) throws IOException {
    Inspection found = new Inspection(files);
    found.run(NOTHING);
    return report(files, found);
  }

  /**
   * Prints the snapshot and all batches as text, and as far as it goes what is damaged or was cut.
   *
   * @throws IOException if the directory is missing or cannot be read
   */
  public static Report dump(Path directory, EventPrinter printer, PrintStream out)
      throws IOException {
    return dump(existing(directory), printer, out);
  }

  static Report dump(LogFiles files, EventPrinter printer, PrintStream out) throws IOException {
    Inspection found = new Inspection(files);
    found.run(new Printed(printer, out));
    if (found.cut() != null) {
      String name = found.segments().get(found.cut().segment());
      printInDoubt(files, name, found.cut().tail().offset(), printer, out);
    }
    if (found.problem() != null && found.problem().segment() > 0) {
      printInDoubt(files, found.problem().file(), found.problem().offset(), printer, out);
    }
    for (String name : files.list()) {
      if (Names.isCut(name)) {
        printInDoubt(files, name, 0, printer, out);
      }
    }
    return report(files, found);
  }

  /**
   * Cuts the log at its first damage and keeps what is cut in files named {@code cut-…} beside it.
   *
   * @return what was done and which batches are gone
   * @throws IOException if the directory is missing, in use, or cannot be written
   */
  public static Report repair(Path directory) throws IOException {
    try (LogFiles files = existing(directory)) {
      return repair(files);
    }
  }

  static Report repair(LogFiles files) throws IOException {
    files.lock();
    return new Report(true, List.copyOf(new Repair(files, LogOptions.defaults()).run(NOTHING)));
  }

  private static LogFiles existing(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new NotDirectoryException(directory + " holds no journal: it is not a directory");
    }
    return new DiskFiles(directory);
  }

  private static Report report(LogFiles files, Inspection found) {
    List<String> lines = new ArrayList<>();
    if (found.snapshot() != null) {
      lines.add(
          files.path(Names.snapshot(found.snapshot().index()))
              + ": good, batches up to "
              + found.snapshot().index()
              + " in "
              + found.snapshotOffsets().length
              + " chunks");
    }
    for (SegmentSummary summary : found.summaries()) {
      lines.add(line(files, summary));
    }
    lines.addAll(found.notes());
    if (found.cut() != null) {
      lines.add(line(files, found.cut(), found));
    }
    if (found.problem() != null) {
      lines.add(found.refusal().getMessage());
    } else {
      lines.add(
          "the log is sound up to batch "
              + found.lastIndex()
              + ", epoch "
              + found.incarnation()
              + "."
              + found.term());
    }
    return new Report(found.problem() == null, List.copyOf(lines));
  }

  private static String line(LogFiles files, SegmentSummary summary) {
    String batches =
        summary.isEmpty()
            ? "no batches yet"
            : "batches " + summary.firstIndex() + " to " + summary.lastIndex();
    return files.path(Names.segment(summary.number()))
        + ": good, "
        + batches
        + ", "
        + summary.position()
        + " of "
        + summary.size()
        + " bytes used";
  }

  private static String line(LogFiles files, Inspection.Cut cut, Inspection found) {
    String end =
        cut.tail().kind() == SegmentScan.TailKind.DAMAGED
            ? "is not what was written (CRC) and is in doubt"
            : "was begun and not ended, so it was not acknowledged";
    return files.path(found.segments().get(cut.segment()))
        + ": at offset "
        + cut.tail().offset()
        + " batch "
        + (found.lastIndex() + 1)
        + " "
        + end
        + "; the next start cuts it";
  }

  /** A record whose CRC is wrong may still be read by a human, so its printer may fail. */
  private static void printInDoubt(
      LogFiles files, String name, long offset, EventPrinter printer, PrintStream out)
      throws IOException {
    if (offset < Format.SEGMENT_HEADER_BYTES && Names.segmentNumber(name) > 0
        || !files.list().contains(name)) {
      return;
    }
    byte[] head = new byte[Format.RECORD_HEADER_BYTES];
    try (LogFile file = files.openToRead(name)) {
      int length = file.read(offset, head, 0, head.length) < head.length ? -1 : lengthOf(head);
      if (length < 0 || length > file.size() - offset - head.length) {
        out.println("in doubt: " + files.path(name) + " offset " + offset + ", not readable");
        return;
      }
      byte[] payload = new byte[length];
      file.read(offset + head.length, payload, 0, length);
      BatchHeader header = Format.batchHeader(head, 0);
      out.println("in doubt: " + files.path(name) + " offset " + offset + ", " + text(header));
      printer.batch(header, new Input(payload), out);
    } catch (RuntimeException e) {
      out.println("in doubt: not readable from here on (" + e + ")");
    }
  }

  private static int lengthOf(byte[] head) {
    return Format.recordLength(head, 0);
  }

  private static String text(BatchHeader header) {
    return "batch "
        + header.index()
        + " epoch "
        + header.incarnation()
        + "."
        + header.term()
        + " at "
        + Instant.ofEpochMilli(header.atMillis());
  }

  private static final class Printed implements ReplicatedLog.Replay {
    private final EventPrinter printer;
    private final PrintStream out;

    Printed(EventPrinter printer, PrintStream out) {
      this.printer = printer;
      this.out = out;
    }

    @Override
    public void snapshotChunk(long index, byte[] bytes, int offset, int length, Location at) {
      out.println("snapshot " + index + " offset " + at.offset() + " length " + length);
      printer.snapshotChunk(index, new Input(bytes, offset, length), out);
    }

    @Override
    public void batch(BatchHeader header, byte[] bytes, int offset, int length, Location at) {
      out.println(
          text(header) + ", segment " + at.file() + " offset " + at.offset() + " length " + length);
      printer.batch(header, new Input(bytes, offset, length), out);
    }
  }

  private static final class Ignored implements ReplicatedLog.Replay {
    @Override
    public void snapshotChunk(long index, byte[] bytes, int offset, int length, Location at) {}

    @Override
    public void batch(BatchHeader header, byte[] bytes, int offset, int length, Location at) {}
  }
}
