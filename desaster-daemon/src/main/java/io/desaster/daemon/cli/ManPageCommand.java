/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code man-page}: the man page, for packagers. */
@Command(name = "man-page", header = "Prints the man page", hidden = true)
final class ManPageCommand implements Callable<Integer> {
  private final Session session;

  @Spec private CommandSpec spec;

  ManPageCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    session.printer().out().print(ManPage.of(spec.root()));
    return ExitCode.OK;
  }
}
