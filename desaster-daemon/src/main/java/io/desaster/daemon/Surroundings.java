/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the process finds around itself.
 *
 * @param environment variables
 * @param workingDirectory base of relative paths
 * @param home the user's home directory
 * @param root whether the process may do anything
 * @param hostName name of the machine
 */
public record Surroundings(
    Map<String, String> environment,
    Path workingDirectory,
    Path home,
    boolean root,
    String hostName) {

  public Surroundings {
    environment = Map.copyOf(environment);
  }

  /** Those of this process. */
  public static Surroundings ofThisProcess() {
    return new Surroundings(
        System.getenv(),
        Path.of("").toAbsolutePath(),
        Path.of(System.getProperty("user.home")),
        userId() == 0,
        readHostName());
  }

  /** Where a daemon keeps its data if it is not told. */
  public Path defaultDataDir() {
    String systemd = environment.getOrDefault("STATE_DIRECTORY", "");
    if (!systemd.isEmpty()) {
      return Path.of(systemd.split(":", 2)[0]);
    }
    if (root) {
      return Path.of("/var/lib/desaster");
    }
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    Path base = state.isEmpty() ? home.resolve(".local/state") : Path.of(state);
    return base.resolve("desaster");
  }

  private static int userId() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return "root".equals(System.getProperty("user.name")) ? 0 : -1;
    }
  }

  // Asking the resolver may take seconds where there is no name server.
  private static String readHostName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (IOException unknown) {
        return "localhost";
      }
    }
  }
}
