/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.process;

import io.desaster.api.job.JobId;
import io.desaster.api.spi.AttemptEnd;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the launchers of a run directory have written to their attempt log: which attempts started
 * and did not end, and the ends of the others. A torn last line is passed over.
 */
final class AttemptLog {
  private final Set<AttemptKey> unfinished = new LinkedHashSet<>();
  private final Map<AttemptKey, AttemptEnd> ends = new LinkedHashMap<>();
  private String bootId = "";
  private long launcherPid = -1;
  private String cgroup = "";

  private AttemptLog() {}

  static AttemptLog read(Path runDirectory) throws IOException {
    AttemptLog log = new AttemptLog();
    for (String name : new String[] {"attempts.old", "attempts.log"}) {
      Path file = runDirectory.resolve(name);
      if (Files.exists(file)) {
        log.readFile(file);
      }
    }
    return log;
  }

  private void readFile(Path file) throws IOException {
    // A damaged byte must not hide the lines after it, so no strict decoding.
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        accept(line);
      }
    }
  }

  private void accept(String line) {
    if (line.startsWith("end ")) {
      EndLine.parse(line).ifPresent(this::acceptEnd);
    } else if (line.startsWith("start ") && line.endsWith(" .")) {
      Map<String, String> fields = EndLine.fields(line);
      AttemptKey key =
          new AttemptKey(JobId.parse(fields.get("job")), Integer.parseInt(fields.get("attempt")));
      if (!ends.containsKey(key)) {
        unfinished.add(key);
      }
    } else if (line.startsWith("launcher ") && line.endsWith(" .")) {
      Map<String, String> fields = EndLine.fields(line);
      bootId = fields.getOrDefault("boot", "");
      launcherPid = Long.parseLong(fields.getOrDefault("pid", "-1"));
      cgroup = fields.getOrDefault("cgroup", "");
    }
  }

  private void acceptEnd(AttemptEnd end) {
    AttemptKey key = new AttemptKey(end.job(), end.attempt());
    unfinished.remove(key);
    ends.put(key, end);
  }

  /** Adds an end and forces it to disk. */
  static void append(Path runDirectory, AttemptEnd end) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            runDirectory.resolve("attempts.log"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.APPEND)) {
      // The line before may be torn: this one begins on its own.
      channel.write(java.nio.ByteBuffer.wrap("\n".getBytes(StandardCharsets.UTF_8)));
      channel.write(java.nio.ByteBuffer.wrap(EndLine.bytes(end)));
      channel.force(false);
    }
  }

  Set<AttemptKey> unfinished() {
    return unfinished;
  }

  Map<AttemptKey, AttemptEnd> ends() {
    return ends;
  }

  /** The boot the last launcher ran in, empty if none ever did. */
  String bootId() {
    return bootId;
  }

  /** Process of the last launcher, -1 if none. */
  long launcherPid() {
    return launcherPid;
  }

  /** Directory of the cgroups of its jobs, empty if it had none. */
  String cgroup() {
    return cgroup;
  }
}
