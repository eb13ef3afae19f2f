/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import java.nio.file.Path;
import java.util.Map;

/** Where the daemon of a user keeps its data if nothing else is said. */
final class DataDirectory {
  private DataDirectory() {}

  static Path of(Map<String, String> environment, String user) {
    String given = environment.get("DESASTER_DATA_DIR");
    if (given != null) {
      return Path.of(given).toAbsolutePath();
    }
    if (user.equals("root")) {
      return Path.of("/var/lib/desaster");
    }
    String state = environment.get("XDG_STATE_HOME");
    return state != null
        ? Path.of(state, "desaster").toAbsolutePath()
        : Path.of(System.getProperty("user.home"), ".local", "state", "desaster");
  }
}
