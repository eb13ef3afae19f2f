/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import java.nio.file.Path;
import java.util.List;

/** A process that ensures a daemon and prints whether it started it. */
final class EnsureRunningMain {
  private EnsureRunningMain() {}

  public static void main(String[] arguments) {
    boolean started =
        LocalDaemon.builder()
            .port(Integer.parseInt(arguments[0]))
            .dataDirectory(Path.of(arguments[1]))
            .command(List.of(arguments[2]))
            .build()
            .ensureRunning();
    System.out.println(started ? "started" : "found");
  }
}
