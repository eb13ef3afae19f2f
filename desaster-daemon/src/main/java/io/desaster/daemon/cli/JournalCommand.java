/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.core.event.EventCodec;
import io.desaster.core.log.BatchHeader;
import io.desaster.core.log.Input;
import io.desaster.core.log.JournalTool;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code journal}: the log on this host's disk. */
@Command(
    name = "journal",
    header = "Checks, prints and repairs the journal on this host's disk",
    description = "DIR is the journal directory inside the data directory, unless it is given.")
final class JournalCommand {
  private final Session session;

  JournalCommand(Session session) {
    this.session = session;
  }

  @Command(
      name = "check",
      header = "Reads all of the journal and verifies it; changes nothing",
      description = "May run beside a daemon. Exits with 1 if the journal is damaged.")
  int check(@Parameters(paramLabel = "DIR", arity = "0..1") Path directory) {
    return print(() -> JournalTool.check(journal(directory)));
  }

  @Command(
      name = "dump",
      header = "Prints what is in the journal, a line for each event; changes nothing")
  int dump(@Parameters(paramLabel = "DIR", arity = "0..1") Path directory) {
    JournalTool.Report report =
        read(() -> JournalTool.dump(journal(directory), new Events(), session.printer().out()));
    report.lines().forEach(session.printer()::notice);
    return report.sound() ? ExitCode.OK : ExitCode.FAILED;
  }

  @Command(
      name = "repair",
      header = "Cuts the journal at its first damage and keeps what is cut beside it",
      description =
          "What comes after the damage is lost to the daemon: stop it and read what check and dump"
              + " say first.")
  int repair(@Parameters(paramLabel = "DIR", arity = "0..1") Path directory) {
    return print(() -> JournalTool.repair(journal(directory)));
  }

  private Path journal(Path directory) {
    return directory != null ? directory : session.config().dataDir().resolve("journal");
  }

  private interface Work {
    JournalTool.Report run() throws IOException;
  }

  private static JournalTool.Report read(Work work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new CliException(ExitCode.FAILED, "journal: " + e.getMessage(), e);
    }
  }

  private int print(Work work) {
    JournalTool.Report report = read(work);
    if (session.json()) {
      session.printer().json(Map.of("sound", report.sound(), "lines", report.lines()));
    } else {
      report.lines().forEach(session.printer()::line);
    }
    return report.sound() ? ExitCode.OK : ExitCode.FAILED;
  }

  /** Events as text. */
  private static final class Events implements JournalTool.EventPrinter {
    @Override
    public void batch(BatchHeader header, Input payload, PrintStream out) {
      String head = header.index() + " " + Instant.ofEpochMilli(header.atMillis()) + " ";
      EventCodec.decode(payload, event -> out.println(head + RecordText.of(event)));
    }

    @Override
    public void snapshotChunk(long index, Input chunk, PrintStream out) {
      out.println("snapshot up to " + index + ": a chunk of " + chunk.remaining() + " bytes");
    }
  }
}
