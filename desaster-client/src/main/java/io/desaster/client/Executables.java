/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** Finds programs. */
final class Executables {
  private static final String DAEMON_CLASS = "io/desaster/daemon/Main.class";

  private Executables() {}

  /** The program of that name on the PATH. */
  static Optional<Path> find(String name) {
    String path = System.getenv("PATH");
    return Stream.of(path == null ? new String[0] : path.split(":"))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** How to start the daemon: from the jar this class is in, or from the PATH; empty if neither. */
  static List<String> daemonCommand() {
    Optional<Path> jar = ownJar().filter(Executables::holdsDaemon);
    if (jar.isPresent()) {
      String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      return List.of(java, "-jar", jar.get().toString());
    }
    return find("desaster").map(program -> List.of(program.toString())).orElse(List.of());
  }

  private static Optional<Path> ownJar() {
    CodeSource source = Executables.class.getProtectionDomain().getCodeSource();
    try {
      Path path = source == null ? null : Path.of(source.getLocation().toURI());
      return path != null && Files.isRegularFile(path) ? Optional.of(path) : Optional.empty();
    } catch (URISyntaxException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean holdsDaemon(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.getEntry(DAEMON_CLASS) != null;
    } catch (IOException e) {
      return false;
    }
  }
}
