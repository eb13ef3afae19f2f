/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.process;

import io.desaster.api.job.JobId;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.ResourceUse;
import io.desaster.api.spi.AttemptEnd;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Gives orders to {@code launcher.sh} through its pipe and learns of ends by reading on in the
 * attempt log, which it forces to disk before it tells them. What the script cannot do well is done
 * here: attempt directories, tombstones, removal.
 */
final class ScriptLauncher implements Launcher {
  private static final long LOOK_MILLIS = 20;
  private static final int REASON_MAX = 1000;

  private final RunDirectory directory;
  private final Map<String, String> environment;
  private final Semaphore woken = new Semaphore(0);
  private final Queue<AttemptEnd> ends = new ArrayDeque<>();
  private final Set<AttemptKey> alive = new HashSet<>();
  private final Set<JobId> released = new HashSet<>();
  private final Map<AttemptKey, String> noRoom = new LinkedHashMap<>();
  private FileChannel orders;
  private FileChannel log;
  private long logPosition;
  private String torn = "";

  ScriptLauncher(RunDirectory directory, Map<String, String> environment) {
    this.directory = directory;
    this.environment = environment;
  }

  /** Whether a launcher of this kind serves the directory. */
  static boolean lives(RunDirectory directory) throws IOException {
    Path file = directory.path().resolve("launcher.pid");
    if (!Files.exists(file)) {
      return false;
    }
    String[] words = Files.readString(file).strip().split(" ");
    return words.length == 2
        && ProcessTable.startTicks(Long.parseLong(words[0])) == Long.parseLong(words[1]);
  }

  @Override
  public Set<AttemptKey> connect() throws IOException {
    close();
    ends.clear();
    if (!lives(directory)) {
      Leftovers.clear(directory);
      LauncherProgram.script().start(directory, List.of(), environment);
    }
    String pid = ProcessHandle.current().pid() + "\n";
    Files.writeString(directory.path().resolve("daemon.pid"), pid);
    Path file = directory.path().resolve("attempts.log");
    log = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    logPosition = log.size();
    log.force(false);
    alive.clear();
    // Orders that still lie in the pipe are not in the log; their directories are there.
    directory.forEach(
        key -> {
          if (directory.end(key).isEmpty()) {
            alive.add(key);
          }
        });
    // Opened for both, for a pipe opened to write alone waits for a reader that may be gone.
    orders =
        FileChannel.open(
            directory.path().resolve("launcher.fifo"),
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    return new HashSet<>(alive);
  }

  @Override
  public void start(ProcessOrder order) throws IOException {
    AttemptKey key = order.key();
    try {
      if (!directory.prepare(key)) {
        if (!alive.contains(key)) {
          directory.end(key).ifPresent(ends::add);
        }
        return;
      }
      write(key, "spec", order.encode(directory.progress(key)));
      if (order.process().stdin().length > 0) {
        write(key, "stdin", order.process().stdin());
      }
      write(key, "limits", utf8(RunScript.limits(order) + "\n"));
      write(key, "run.sh", utf8(RunScript.of(order, directory.of(key))));
    } catch (IOException e) {
      if (RunDirectory.lacksRoom(e)) {
        directory.delete(key);
        String what = "cannot prepare jobs in " + directory.path() + ": " + e.getMessage();
        noRoom.put(key, what + "; make room on its file system");
      } else {
        refuse(key, Outcome.NOT_STARTED, "cannot prepare " + directory.of(key) + ": " + e);
      }
      return;
    }
    alive.add(key);
    send("start " + key.job() + " " + key.attempt());
  }

  private void write(AttemptKey key, String name, byte[] bytes) throws IOException {
    Files.write(directory.of(key).resolve(name), bytes);
  }

  private void refuse(AttemptKey key, Outcome outcome, String why) throws IOException {
    AttemptEnd end =
        new AttemptEnd(
            key.job(),
            key.attempt(),
            outcome,
            -1,
            why,
            AttemptEnd.NO_RESULT,
            0,
            System.currentTimeMillis(),
            ResourceUse.NONE);
    if (outcome == Outcome.NOT_STARTED) {
      ends.add(end);
    }
    directory.writeEnd(end);
    AttemptLog.append(directory.path(), end);
  }

  @Override
  public void end(AttemptKey key, long graceMillis, String reason) throws IOException {
    if (alive.contains(key)) {
      String text = reason.replaceAll("\\p{Cntrl}", " ");
      String line = text.length() > REASON_MAX ? text.substring(0, REASON_MAX) : text;
      send("end " + key.job() + " " + key.attempt() + " " + graceMillis + " " + line);
    } else if (directory.prepare(key)) {
      refuse(key, Outcome.CANCELLED, reason);
    }
  }

  @Override
  public void release(JobId job) throws IOException {
    if (alive.stream().anyMatch(key -> key.job().equals(job))) {
      released.add(job);
      return;
    }
    for (AttemptKey key : directory.attempts(job)) {
      directory.delete(key);
    }
  }

  private void send(String line) throws IOException {
    requireLife();
    orders.write(ByteBuffer.wrap(utf8(line + "\n")));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void requireLife() throws IOException {
    if (orders == null || !lives(directory)) {
      close();
      throw new EOFException("the launcher of %s is gone".formatted(directory.path()));
    }
  }

  @Override
  public void await(long millis, Reports reports) throws IOException {
    requireLife();
    readLog();
    if (ends.isEmpty() && noRoom.isEmpty()) {
      pause(alive.isEmpty() ? millis : Math.min(millis, LOOK_MILLIS));
      readLog();
    }
    noRoom.forEach(reports::noRoom);
    noRoom.clear();
    for (AttemptEnd end = ends.poll(); end != null; end = ends.poll()) {
      alive.remove(new AttemptKey(end.job(), end.attempt()));
      reports.ended(end);
      if (released.remove(end.job())) {
        release(end.job());
      }
    }
  }

  private void pause(long millis) throws IOException {
    try {
      if (woken.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
        woken.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void readLog() throws IOException {
    long size = log.size();
    if (size <= logPosition) {
      return;
    }
    log.force(false);
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(size - logPosition, 1 << 20));
    int n = log.read(buffer, logPosition);
    logPosition += Math.max(0, n);
    String text = torn + new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
    int whole = text.lastIndexOf('\n') + 1;
    torn = text.substring(whole);
    for (String line : text.substring(0, whole).split("\n")) {
      EndLine.parse(line).ifPresent(this::take);
    }
  }

  /** Only what is awaited: the log also has the lines written from here. */
  private void take(AttemptEnd end) {
    if (alive.contains(new AttemptKey(end.job(), end.attempt()))) {
      ends.add(end);
    }
  }

  @Override
  public void wakeUp() {
    woken.release();
  }

  @Override
  public void close() {
    torn = "";
    for (FileChannel channel : new FileChannel[] {orders, log}) {
      if (channel != null) {
        try {
          channel.close();
        } catch (IOException alreadyBroken) {
          // Nothing was buffered here.
        }
      }
    }
    orders = null;
    log = null;
  }
}
