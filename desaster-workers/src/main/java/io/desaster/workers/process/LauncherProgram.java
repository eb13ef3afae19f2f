/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;

/** The launcher's program inside the jar: puts it where it can be executed, and starts it. */
final class LauncherProgram {
  static final int ALREADY_RUNNING = 3;
  private static final long START_SECONDS_MAX = 20;

  private final String resource;

  private LauncherProgram(String resource) {
    this.resource = resource;
  }

  /** The compiled launcher for this machine, if this build has one. */
  static Optional<LauncherProgram> compiled() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String machine = System.getProperty("os.arch");
    String name =
        switch (machine) {
          case "amd64" -> "x86_64";
          default -> machine;
        };
    LauncherProgram program = new LauncherProgram("desaster-launcher-" + system + "-" + name);
    return program.exists() ? Optional.of(program) : Optional.empty();
  }

  /** The launcher for {@code /bin/sh}. */
  static LauncherProgram script() {
    return new LauncherProgram("launcher.sh");
  }

  private boolean exists() {
    return LauncherProgram.class.getResource(resource) != null;
  }

  /**
   * Runs the program until it went to the background.
   *
   * @return its exit code: 0, or {@link #ALREADY_RUNNING}
   * @throws IOException if it cannot be started or says that it cannot serve
   */
  int start(RunDirectory directory, List<String> arguments, Map<String, String> environment)
      throws IOException {
    Path program = install(directory.path());
    ProcessBuilder builder = new ProcessBuilder(program.toString(), directory.path().toString());
    builder.command().addAll(arguments);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.directory(directory.path().toFile());
    builder.redirectErrorStream(true);
    Process process = builder.start();
    process.getOutputStream().close();
    try (InputStream output = process.getInputStream()) {
      // It closes its output when it goes to the background, so this ends.
      String said = new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(START_SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new IOException(program + " did not go to the background: " + said);
      }
      if (process.exitValue() != 0 && process.exitValue() != ALREADY_RUNNING) {
        throw new IOException(
            "cannot start the launcher %s: exit code %d: %s"
                .formatted(program, process.exitValue(), said));
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the launcher started", e);
    }
  }

  /** Writes the program beside the attempts under a name that changes with its contents. */
  private Path install(Path directory) throws IOException {
    byte[] bytes;
    try (InputStream in = LauncherProgram.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("this build of desaster holds no " + resource);
      }
      bytes = in.readAllBytes();
    }
    CRC32 crc = new CRC32();
    crc.update(bytes);
    Path target =
        directory.resolve(resource + "-" + HexFormat.of().toHexDigits((int) crc.getValue()));
    if (!Files.exists(target)) {
      Path temporary = directory.resolve(resource + ".new");
      Files.write(temporary, bytes);
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwx------"));
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    }
    return target;
  }
}
