/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.error.DesasterException;
import io.desaster.client.LocalDaemon;
import io.desaster.daemon.DaemonConfig;
import io.desaster.daemon.DataDirLock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Starts the daemon with the options of the session, by the script that started this process. */
final class LocalStarter implements DaemonStarter {
  /** The daemon shall not keep the directory busy that it happens to be started from. */
  private static final String IN_DATA_DIRECTORY = "cd \"$DESASTER_DATA_DIR\" && exec \"$@\"";

  @Override
  public void ensureRunning(Session session) {
    Address address = session.address();
    if (!address.local()) {
      return;
    }
    DaemonConfig config = session.config();
    try {
      LocalDaemon.builder()
          .port(address.port())
          .dataDirectory(config.dataDir())
          .key(session.keyFile().isPresent() || config.hasDefaultKey() ? "" : config.key())
          .command(command(session, config))
          .build()
          .ensureRunning();
    } catch (DesasterException e) {
      throw new CliException(ExitCode.UNREACHABLE, e.getMessage() + elsewhere(config), e);
    }
  }

  @Override
  public boolean startedOnDemand(Session session) {
    Address address = session.address();
    Path dataDir = session.config().dataDir();
    OptionalLong started = LocalDaemon.startedOnDemand(dataDir);
    return address.local()
        && started.isPresent()
        && DataDirLock.holder(dataDir)
            .filter(holder -> holder.port() == address.port())
            .filter(holder -> holder.pid() == started.getAsLong())
            .isPresent();
  }

  @Override
  public boolean died(Session session) {
    return DataDirLock.leftBehind(session.config().dataDir());
  }

  private static List<String> command(Session session, DaemonConfig config) {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", IN_DATA_DIRECTORY, "sh"));
    command.addAll(program());
    command.add("--port=" + config.port());
    command.add("--data-dir=" + config.dataDir());
    command.add("--log-file=" + config.logFile().orElse(config.dataDir().resolve("daemon.log")));
    session.keyFile().ifPresent(file -> command.add("--key-file=" + file));
    session.configFile().ifPresent(file -> command.add("--config=" + file));
    return command;
  }

  /** The start script where there is one, else this very Java with these very classes. */
  private static List<String> program() {
    String script = System.getProperty("desaster.command", "");
    if (!script.isEmpty()) {
      return List.of(script);
    }
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        "io.desaster.daemon.Main");
  }

  /** The usual mistake: the daemon of this directory runs, but on another port. */
  private static String elsewhere(DaemonConfig config) {
    return DataDirLock.holder(config.dataDir())
        .filter(holder -> holder.port() != config.port())
        .map(
            holder ->
                "\nThe daemon of this data directory (pid %d) listens on port %d: give --port=%d, or another --data-dir"
                    .formatted(holder.pid(), holder.port(), holder.port()))
        .orElse("");
  }
}
