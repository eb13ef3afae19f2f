/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Launchers outlive their daemon; a test ends those it started before its directory goes. */
public final class LauncherProcesses {
  private static final int SECONDS_TO_END = 60;

  private LauncherProcesses() {}

  /**
   * Ends the launcher, if there is one, whose run directory is {@code run} in the data directory.
   */
  public static void end(Path dataDir) {
    String run = dataDir.resolve("run").toString();
    ProcessHandle.allProcesses()
        .filter(process -> hasArgument(process, run))
        .forEach(LauncherProcesses::kill);
  }

  private static boolean hasArgument(ProcessHandle process, String argument) {
    try {
      Path commandLine = Path.of("/proc", Long.toString(process.pid()), "cmdline");
      String words = Files.readString(commandLine, StandardCharsets.ISO_8859_1);
      return ("\0" + words).contains("\0" + argument + "\0");
    } catch (IOException gone) {
      return false;
    }
  }

  private static void kill(ProcessHandle process) {
    process.destroyForcibly();
    process.onExit().orTimeout(SECONDS_TO_END, TimeUnit.SECONDS).join();
  }
}
