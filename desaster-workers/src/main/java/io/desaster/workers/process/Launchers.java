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
    boolean script =
        switch (options.launcher()) {
          case COMPILED -> false;
          case SCRIPT -> !SocketLauncher.answers(directory);
          case AUTO -> compiled.isEmpty() || ScriptLauncher.lives(directory);
        };
    if (script) {
      return new ScriptLauncher(directory, options.environment());
    }
    LauncherProgram program =
        compiled.orElseThrow(
            () ->
                new IOException(
                    "this build of desaster has no compiled launcher for %s on %s; choose the script"
                        .formatted(System.getProperty("os.name"), System.getProperty("os.arch"))));
    return new SocketLauncher(
        directory, program, options.environment(), options.spareDirectories());
  }
}
