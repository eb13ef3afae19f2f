/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.daemon.Version;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code version}: of this program, without asking a daemon. */
@Command(name = "version", header = "Prints the version and the licence")
final class VersionCommand implements Callable<Integer> {
  private final Session session;

  VersionCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (session.json()) {
      session.printer().json(Map.of("version", Version.number()));
    } else {
      session.printer().line("desaster " + Version.number());
      session.printer().line(Version.notice().stripTrailing());
    }
    return ExitCode.OK;
  }
}
