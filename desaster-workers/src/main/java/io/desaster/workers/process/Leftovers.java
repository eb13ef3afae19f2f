/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.process;

import io.desaster.api.job.Outcome;
import io.desaster.api.job.ResourceUse;
import io.desaster.api.spi.AttemptEnd;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a launcher that is gone left behind. Its jobs' main processes died with it; whatever else
 * lives of them (told by cgroup, session, open files or environment) is killed, and only when
 * nothing is left the attempts are recorded as LOST. Run before a new launcher starts.
 */
final class Leftovers {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
  private static final long KILL_MILLIS_MAX = 30_000;
  private static final long KILL_AGAIN_MILLIS = 10;

  private final RunDirectory directory;
  private final AttemptLog log;
  private final boolean sameBoot;

  private Leftovers(RunDirectory directory) throws IOException {
    this.directory = directory;
    this.log = AttemptLog.read(directory.path());
    this.sameBoot = log.bootId().equals(ProcessTable.bootId());
  }

  /**
   * Kills and records.
   *
   * @throws IOException also if something does not die within 30 s
   */
  static void clear(RunDirectory directory) throws IOException {
    Leftovers leftovers = new Leftovers(directory);
    leftovers.restoreEnds();
    Set<AttemptKey> lost = leftovers.findLost();
    if (leftovers.sameBoot && !lost.isEmpty()) {
      leftovers.kill(lost);
    }
    for (AttemptKey key : lost) {
      leftovers.record(key);
    }
  }

  /** After a loss of power the log may have ends that the attempts' own files lost. */
  private void restoreEnds() throws IOException {
    for (Map.Entry<AttemptKey, AttemptEnd> entry : log.ends().entrySet()) {
      boolean kept = directory.exists(entry.getKey());
      if ((kept || !sameBoot) && directory.end(entry.getKey()).isEmpty()) {
        directory.writeEnd(entry.getValue());
      }
    }
  }

  /**
   * Attempts that have no end. In the same boot the log is whole: a directory it does not know was
   * prepared for an order that was never carried out, and goes.
   */
  private Set<AttemptKey> findLost() throws IOException {
    Set<AttemptKey> lost = new HashSet<>(log.unfinished());
    List<AttemptKey> neverStarted = new ArrayList<>();
    directory.forEach(
        key -> {
          if (directory.end(key).isPresent()) {
            lost.remove(key);
          } else if (sameBoot && !lost.contains(key)) {
            neverStarted.add(key);
          } else {
            lost.add(key);
          }
        });
    for (AttemptKey key : neverStarted) {
      directory.delete(key);
    }
    return lost;
  }

  private void kill(Set<AttemptKey> lost) throws IOException {
    long deadline = System.nanoTime() + KILL_MILLIS_MAX * 1_000_000;
    for (List<Long> left = living(lost); !left.isEmpty(); left = living(lost)) {
      LOG.debug("killing {}, left behind by launcher {}", left, log.launcherPid());
      left.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "cannot end what launcher %d left behind in %s: processes %s do not die; nothing is started here before they are gone"
                .formatted(log.launcherPid(), directory.path(), left));
      }
      pause();
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(KILL_AGAIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while processes left behind were ended", e);
    }
  }

  private List<Long> living(Set<AttemptKey> lost) throws IOException {
    Set<Long> sessions = new HashSet<>();
    Set<Path> directories = new HashSet<>();
    for (AttemptKey key : lost) {
      directories.add(directory.of(key));
      Map<String, String> start = directory.start(key);
      if (start.containsKey("pid")) {
        sessions.add(Long.parseLong(start.get("pid")));
      }
    }
    List<Long> living = new ArrayList<>(inCgroups());
    long self = ProcessHandle.current().pid();
    living.addAll(
        ProcessTable.pids(
            pid ->
                pid != self
                    && ProcessTable.alive(pid)
                    && belongs(pid, lost, sessions, directories)));
    return living;
  }

  /**
   * A session number alone proves nothing: its leader may be long dead and the number taken anew,
   * but hardly by someone without any environment.
   */
  private static boolean belongs(
      long pid, Set<AttemptKey> lost, Set<Long> sessions, Set<Path> directories) {
    Optional<Map<String, String>> environment = ProcessTable.environment(pid);
    if (environment.isEmpty()) {
      return false;
    }
    return names(environment.get(), lost)
        || (environment.get().isEmpty() && sessions.contains(ProcessTable.session(pid)))
        || directories.stream().anyMatch(directory -> ProcessTable.holds(pid, directory));
  }

  private static boolean names(Map<String, String> environment, Set<AttemptKey> lost) {
    String job = environment.get("DESASTER_JOB_ID");
    String attempt = environment.get("DESASTER_ATTEMPT");
    if (job == null || attempt == null) {
      return false;
    }
    return lost.stream()
        .anyMatch(
            key ->
                key.job().toString().equals(job)
                    && Integer.toString(key.attempt()).equals(attempt));
  }

  private List<Long> inCgroups() throws IOException {
    List<Long> pids = new ArrayList<>();
    if (log.cgroup().isEmpty() || !Files.isDirectory(Path.of(log.cgroup()))) {
      return pids;
    }
    try (DirectoryStream<Path> groups =
        Files.newDirectoryStream(Path.of(log.cgroup()), Files::isDirectory)) {
      for (Path group : groups) {
        for (String line : Files.readAllLines(group.resolve("cgroup.procs"))) {
          pids.add(Long.parseLong(line.strip()));
        }
      }
    }
    return pids;
  }

  private void record(AttemptKey key) throws IOException {
    Map<String, String> start = directory.start(key);
    String why =
        sameBoot
            ? "the launcher was killed (process %d) while it ran; what was left of it was ended"
                .formatted(log.launcherPid())
            : "the host was restarted while it ran";
    long startedAtMillis = Long.parseLong(start.getOrDefault("at", "0"));
    AttemptEnd end =
        new AttemptEnd(
            key.job(),
            key.attempt(),
            Outcome.LOST,
            -1,
            why,
            AttemptEnd.NO_RESULT,
            startedAtMillis,
            System.currentTimeMillis(),
            ResourceUse.NONE);
    directory.writeEnd(end);
    AttemptLog.append(directory.path(), end);
    LOG.warn("attempt {} of job {} is LOST: {}", key.attempt(), key.job(), why);
  }
}
