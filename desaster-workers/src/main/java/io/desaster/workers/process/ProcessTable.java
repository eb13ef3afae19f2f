/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/**
 * The processes of this host as {@code /proc} shows them. Whoever goes away while it is read is
 * left out, as are processes of other users whose environment or files are not for us to see.
 */
final class ProcessTable {
  private static final Path PROC = Path.of("/proc");
  private static final int AFTER_NAME_STATE = 0;
  private static final int AFTER_NAME_SESSION = 3;
  private static final int AFTER_NAME_START = 19;

  private ProcessTable() {}

  static String bootId() throws IOException {
    return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
  }

  static List<Long> pids(LongPredicate wanted) throws IOException {
    List<Long> pids = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        long pid = Long.parseLong(process.getFileName().toString());
        if (wanted.test(pid)) {
          pids.add(pid);
        }
      }
    }
    return pids;
  }

  /** Whether it is there and no zombie. */
  static boolean alive(long pid) {
    String[] fields = stat(pid);
    return fields.length > AFTER_NAME_START && !"ZX".contains(fields[AFTER_NAME_STATE]);
  }

  /** Session; 0 if its leader is outside of this PID namespace, -1 if the process is gone. */
  static long session(long pid) {
    String[] fields = stat(pid);
    return fields.length <= AFTER_NAME_START ? -1 : Long.parseLong(fields[AFTER_NAME_SESSION]);
  }

  /** Start since boot in ticks of the kernel, -1 if the process is gone. */
  static long startTicks(long pid) {
    String[] fields = stat(pid);
    return fields.length <= AFTER_NAME_START ? -1 : Long.parseLong(fields[AFTER_NAME_START]);
  }

  private static String[] stat(long pid) {
    try {
      String text = Files.readString(process(pid, "stat"), StandardCharsets.ISO_8859_1);
      return text.substring(text.lastIndexOf(')') + 2).split(" ");
    } catch (IOException gone) {
      return new String[0];
    }
  }

  /** The environment it was started with; no value if that is not to be seen. */
  static Optional<Map<String, String>> environment(long pid) {
    try {
      Map<String, String> environment = new TreeMap<>();
      String text = Files.readString(process(pid, "environ"), StandardCharsets.ISO_8859_1);
      for (String entry : text.split("\0")) {
        int equals = entry.indexOf('=');
        if (equals > 0) {
          environment.put(entry.substring(0, equals), entry.substring(equals + 1));
        }
      }
      return Optional.of(environment);
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /** Whether it has a file below {@code directory} open. */
  static boolean holds(long pid, Path directory) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process(pid, "fd"))) {
      for (Path file : files) {
        if (target(file).startsWith(directory)) {
          return true;
        }
      }
    } catch (IOException gone) {
      return false;
    }
    return false;
  }

  private static Path target(Path link) throws IOException {
    try {
      return Files.readSymbolicLink(link);
    } catch (NoSuchFileException closed) {
      return link;
    }
  }

  private static Path process(long pid, String file) {
    return PROC.resolve(Long.toString(pid)).resolve(file);
  }
}
