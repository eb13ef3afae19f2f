/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.audit;

import io.desaster.api.audit.AuditEntry;
import io.desaster.api.audit.AuditQuery;
import io.desaster.api.wire.AuditFields;
import io.desaster.api.wire.JsonReader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Finds entries in the files of an audit log. Files may be rotated meanwhile. */
final class AuditReader {
  private final AuditQuery query;
  private final Deque<AuditEntry> found = new ArrayDeque<>();
  private long lowest = Long.MAX_VALUE;

  private AuditReader(AuditQuery query) {
    this.query = query;
  }

  /**
   * Reads until enough are found.
   *
   * @param files the newest first
   * @return the newest that match, the oldest of them first
   */
  static List<AuditEntry> read(List<Path> files, AuditQuery query) throws IOException {
    AuditReader reader = new AuditReader(query);
    for (Path file : files) {
      if (!reader.read(file)) {
        break;
      }
    }
    return List.copyOf(reader.found);
  }

  /** False if no more are wanted. */
  private boolean read(Path file) throws IOException {
    try (BackwardLines lines = new BackwardLines(file)) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        AuditEntry entry = parse(line);
        // What was seen before comes again if the files are rotated between two of them.
        if (entry == null || entry.number() >= lowest) {
          continue;
        }
        lowest = entry.number();
        if (lowest <= query.after()) {
          return false;
        }
        if (query.matches(entry)) {
          found.addFirst(entry);
          if (found.size() == query.limit()) {
            return false;
          }
        }
      }
    } catch (NoSuchFileException e) {
      // The oldest, which has just made room for a new one.
      return true;
    }
    return true;
  }

  /** Null for what is not an entry: a line that was never written to its end. */
  private static AuditEntry parse(String line) {
    try {
      return line.isEmpty() ? null : AuditFields.readEntry(JsonReader.read(line));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
