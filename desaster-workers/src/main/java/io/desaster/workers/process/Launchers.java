/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.process;

import java.io.IOException;
import java.util.Optional;

/** Chooses the launcher. */
final class Launchers {
  private Launchers() {}

  /**
   * The launcher that runs already, whichever it is; else as chosen.
   *
   * @throws IOException if this build has no compiled launcher for the machine and it is demanded
   */
  static Launcher choose(RunDirectory directory, ProcessOptions options) throws IOException {
    Optional<LauncherProgram> compiled = LauncherProgram.compiled();
    if (compiled.isEmpty()) {
      throw new IOException(
          "this build of desaster has no compiled launcher for %s on %s"
              .formatted(System.getProperty("os.name"), System.getProperty("os.arch")));
    }
    return new SocketLauncher(
        directory, compiled.get(), options.environment(), options.spareDirectories());
  }
}
