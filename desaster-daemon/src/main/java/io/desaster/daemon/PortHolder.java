/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the process that listens on a TCP port, as far as this user may see it. */
final class PortHolder {
  private static final String LISTENING = "0A";

  private PortHolder() {}

  /** For example {@code pid 812 (redis-server)}. */
  static String describe(int port) {
    return find(port).orElse("a program that this user cannot see");
  }

  static Optional<String> find(int port) {
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      Optional<String> inode = inode(Path.of(table), port);
      if (inode.isPresent()) {
        return inode.flatMap(PortHolder::process);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> inode(Path table, int port) {
    String suffix = String.format(Locale.ROOT, ":%04X", port);
    try (Stream<String> lines = Files.lines(table)) {
      return lines
          .map(line -> line.trim().split("\\s+"))
          .filter(f -> f.length > 9 && f[1].endsWith(suffix) && f[3].equals(LISTENING))
          .map(f -> f[9])
          .findFirst();
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> process(String inode) {
    String link = "socket:[" + inode + "]";
    return ProcessHandle.allProcesses()
        .filter(process -> holds(process.pid(), link))
        .map(process -> "pid " + process.pid() + " (" + name(process.pid()) + ")")
        .findFirst();
  }

  private static boolean holds(long pid, String link) {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      return descriptors.anyMatch(descriptor -> link.equals(target(descriptor)));
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException closedMeanwhile) {
      return "";
    }
  }

  private static String name(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/comm")).strip();
    } catch (IOException endedMeanwhile) {
      return "?";
    }
  }
}
