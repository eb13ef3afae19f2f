/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.process;

import io.desaster.api.job.JobId;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.ResourceUse;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.api.spi.AttemptOrder;
import io.desaster.api.spi.Worker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs attempts as processes through the node's launcher, and keeps the promises of {@link Worker}
 * for them. One thread owns all state; callers only leave messages. When the launcher goes away the
 * thread connects again (which starts another) and compares what it knows with what it finds.
 */
public final class ProcessAttempts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessAttempts.class);
  private static final long REPEAT_MILLIS = 1_000;
  private static final long IDLE_MILLIS = 60_000;
  private static final int PROGRESS_BYTES = 512;
  private static final int READERS = 2;

  private final RunDirectory directory;
  private final ProcessOptions options;
  private final Function<AttemptOrder, ProcessSpec> reader;
  private final Thread thread;
  private final ExecutorService readers;
  private final Queue<Message> messages = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean asleep = new AtomicBoolean();
  private final Map<AttemptKey, Running> running = new HashMap<>();
  private final Map<AttemptKey, Ending> refused = new HashMap<>();
  private final List<AttemptEnd> unreported = new ArrayList<>();
  private volatile boolean closed;
  private volatile Launcher launcher;
  private volatile boolean sameBoot;
  private Worker.Host host;
  private boolean connected;
  private long progressAt;
  private long repeatAt;
  private boolean noRoom;
  private long roomAt;

  private final Launcher.Reports reports =
      new Launcher.Reports() {
        @Override
        public void ended(AttemptEnd end) {
          ProcessAttempts.this.ended(end);
        }

        @Override
        public void noRoom(AttemptKey key, String why) {
          ProcessAttempts.this.noRoom(key, why);
        }
      };

  /** A step on the thread; the launcher may turn out to be gone. */
  @FunctionalInterface
  private interface Message {
    void run() throws IOException;
  }

  private record Ending(long graceMillis, String reason) {}

  private static final class Running {
    /** Null for an attempt that an earlier process ordered. */
    private final ProcessOrder order;

    private Ending ending;
    private String progress = "";

    private Running(ProcessOrder order) {
      this.order = order;
    }
  }

  /**
   * @param runDirectory of this node alone; created if absent
   * @param name of the threads
   * @param reader tells the process an order means; its IllegalArgumentException is the reason why
   *     the attempt is not started
   */
  public ProcessAttempts(
      Path runDirectory,
      String name,
      ProcessOptions options,
      Function<AttemptOrder, ProcessSpec> reader) {
    this.directory = new RunDirectory(runDirectory);
    this.options = options;
    this.reader = reader;
    this.thread = new Thread(this::loop, name);
    this.thread.setDaemon(true);
    this.readers =
        Executors.newFixedThreadPool(
            READERS,
            task -> {
              Thread readerThread = new Thread(task, name + "-output");
              readerThread.setDaemon(true);
              return readerThread;
            });
  }

  /** As {@link Worker#open}. */
  public CompletionStage<List<Worker.Found>> open(Worker.Host newHost) {
    CompletableFuture<List<Worker.Found>> opened = new CompletableFuture<>();
    post(
        () -> {
          try {
            opened.complete(open0(newHost));
          } catch (IOException | RuntimeException e) {
            opened.completeExceptionally(e);
          }
        });
    thread.start();
    return opened;
  }

  private List<Worker.Found> open0(Worker.Host newHost) throws IOException {
    host = newHost;
    directory.create();
    String lastBoot = AttemptLog.read(directory.path()).bootId();
    sameBoot = lastBoot.isEmpty() || lastBoot.equals(ProcessTable.bootId());
    launcher = Launchers.choose(directory, options);
    Set<AttemptKey> alive = launcher.connect();
    connected = true;
    List<Worker.Found> found = new ArrayList<>();
    for (AttemptKey key : alive) {
      running.put(key, new Running(null));
      found.add(new Worker.Found(key.job(), key.attempt(), null));
    }
    directory.forEach(
        key -> {
          if (!alive.contains(key)) {
            // Without an end it began after the list was made, which nobody can have ordered.
            directory
                .end(key)
                .ifPresent(end -> found.add(new Worker.Found(key.job(), key.attempt(), end)));
          }
        });
    return found;
  }

  /**
   * As {@link Worker#durable}, to be asked after {@link #open}: false if the host was restarted
   * since, for a loss of power takes the traces of the last few starts with it.
   */
  public boolean durable() {
    return sameBoot;
  }

  /** As {@link Worker#start}. */
  public void start(AttemptOrder order) {
    post(() -> start0(order));
  }

  private void start0(AttemptOrder order) throws IOException {
    AttemptKey key = new AttemptKey(order.job(), order.attempt());
    if (running.containsKey(key)) {
      return;
    }
    ProcessOrder processOrder;
    try {
      processOrder = new ProcessOrder(order, reader.apply(order), options.outputBytesMax());
    } catch (IllegalArgumentException e) {
      report(notStarted(key, e.getMessage()));
      return;
    }
    running.put(key, new Running(processOrder));
    launcher.start(processOrder);
  }

  private static AttemptEnd notStarted(AttemptKey key, String why) {
    return new AttemptEnd(
        key.job(),
        key.attempt(),
        Outcome.NOT_STARTED,
        -1,
        why,
        AttemptEnd.NO_RESULT,
        0,
        System.currentTimeMillis(),
        ResourceUse.NONE);
  }

  /** As {@link Worker#end}. */
  public void end(JobId job, int attempt, long graceMillis, String reason) {
    post(() -> end0(new AttemptKey(job, attempt), new Ending(graceMillis, reason)));
  }

  private void end0(AttemptKey key, Ending ending) throws IOException {
    Running attempt = running.get(key);
    if (attempt != null) {
      attempt.ending = ending;
    } else {
      refused.put(key, ending);
    }
    launcher.end(key, ending.graceMillis(), ending.reason());
  }

  /** As {@link Worker#release}. */
  public void release(JobId job) {
    post(
        () -> {
          refused.keySet().removeIf(key -> key.job().equals(job));
          launcher.release(job);
        });
  }

  /** As {@link Worker#output}. */
  public CompletionStage<Worker.Output> output(
      JobId job, int attempt, boolean error, long offset, int bytesMax) {
    CompletableFuture<Worker.Output> answer = new CompletableFuture<>();
    readers.execute(
        () -> {
          try {
            answer.complete(
                directory.output(new AttemptKey(job, attempt), error, offset, bytesMax));
          } catch (IOException | RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  private void post(Message message) {
    messages.add(message);
    Launcher current = launcher;
    if (current != null && asleep.compareAndSet(true, false)) {
      current.wakeUp();
    }
  }

  private void loop() {
    try {
      while (!closed) {
        turn();
      }
    } catch (RuntimeException e) {
      LOG.error("bug: {} stops; jobs run on and are found at the next start", thread.getName(), e);
    } finally {
      leave();
    }
  }

  /**
   * Hands on the orders that came before the close; ends that come now are found at the next start.
   */
  private void leave() {
    Launcher current = launcher;
    if (current == null) {
      return;
    }
    try {
      handleMessages();
      current.await(0, end -> {});
    } catch (IOException e) {
      LOG.debug("orders given at the last moment are lost with the launcher", e);
    }
    current.close();
  }

  private void turn() {
    try {
      if (launcher != null && !connected) {
        reconnect();
      }
      handleMessages();
      if (launcher == null) {
        closed = true;
        return;
      }
      launcher.await(sleepMillis(), reports);
      asleep.set(false);
      long now = millis();
      if (now >= progressAt) {
        readProgress(now);
      }
      repeatReports(now);
      lookForRoom(now);
    } catch (IOException e) {
      lost(e);
    }
  }

  /** Messages left behind by a broken connection are handled after the next {@link #reconnect}. */
  private void handleMessages() throws IOException {
    for (Message message = messages.poll(); message != null; message = messages.poll()) {
      message.run();
    }
  }

  private long sleepMillis() {
    asleep.set(true);
    if (!messages.isEmpty() || closed) {
      return 0;
    }
    long until = running.isEmpty() ? IDLE_MILLIS : Math.max(1, progressAt - millis());
    return unreported.isEmpty() && !noRoom ? until : Math.min(until, REPEAT_MILLIS);
  }

  private void lost(IOException cause) {
    if (closed) {
      return;
    }
    if (connected) {
      LOG.warn(
          "the launcher in {} is gone with {} attempts ordered; another is started: {}",
          directory.path(),
          running.size(),
          cause.getMessage());
    }
    connected = false;
  }

  private void reconnect() throws IOException {
    try {
      Set<AttemptKey> alive = launcher.connect();
      connected = true;
      compare(alive);
    } catch (IOException e) {
      LOG.error(
          "no launcher for {}: {}; trying again in {} ms",
          directory.path(),
          e.getMessage(),
          REPEAT_MILLIS);
      pause();
      throw e;
    }
  }

  private void pause() {
    try {
      Thread.sleep(REPEAT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What was ordered either runs, or has an end on disk, or never came to be and is sent again. */
  private void compare(Set<AttemptKey> alive) throws IOException {
    for (Map.Entry<AttemptKey, Running> entry : List.copyOf(running.entrySet())) {
      AttemptKey key = entry.getKey();
      Running attempt = entry.getValue();
      Optional<AttemptEnd> end = alive.contains(key) ? Optional.empty() : directory.end(key);
      if (end.isPresent()) {
        ended(end.get());
        continue;
      }
      if (!alive.contains(key) && attempt.order != null) {
        launcher.start(attempt.order);
      }
      if (attempt.ending != null) {
        launcher.end(key, attempt.ending.graceMillis(), attempt.ending.reason());
      }
    }
    for (Map.Entry<AttemptKey, Ending> entry : refused.entrySet()) {
      launcher.end(entry.getKey(), entry.getValue().graceMillis(), entry.getValue().reason());
    }
  }

  private void ended(AttemptEnd end) {
    AttemptKey key = new AttemptKey(end.job(), end.attempt());
    Running attempt = running.get(key);
    if (attempt != null) {
      tellProgress(key, attempt);
      running.remove(key);
    }
    report(end);
  }

  /** Nothing was committed of it if the node stopped before: it is found missing at its start. */
  private void noRoom(AttemptKey key, String why) {
    running.remove(key);
    noRoom = true;
    roomAt = millis() + REPEAT_MILLIS;
    host.noRoom(key.job(), key.attempt(), why);
  }

  private void lookForRoom(long now) throws IOException {
    if (noRoom && now >= roomAt) {
      roomAt = now + REPEAT_MILLIS;
      if (directory.hasRoom()) {
        noRoom = false;
        host.roomAgain();
      }
    }
  }

  private void report(AttemptEnd end) {
    host.ended(end)
        .whenComplete(
            (done, failure) -> {
              if (failure != null && !closed) {
                post(() -> repeatLater(end));
              }
            });
  }

  private void repeatLater(AttemptEnd end) {
    unreported.add(end);
    repeatAt = millis() + REPEAT_MILLIS;
  }

  private void repeatReports(long now) {
    if (unreported.isEmpty() || now < repeatAt) {
      return;
    }
    List<AttemptEnd> again = List.copyOf(unreported);
    unreported.clear();
    again.forEach(this::report);
  }

  private void readProgress(long now) {
    progressAt = now + options.progressMillis();
    running.forEach(this::tellProgress);
  }

  private void tellProgress(AttemptKey key, Running attempt) {
    try {
      String line = directory.lastLine(directory.progress(key), PROGRESS_BYTES);
      if (!line.equals(attempt.progress)) {
        attempt.progress = line;
        ProgressLine.parse(line)
            .ifPresent(
                progress ->
                    host.progress(key.job(), key.attempt(), progress.percent(), progress.text()));
      }
    } catch (IOException e) {
      LOG.debug("cannot read the progress of {}", key, e);
    }
  }

  private static long millis() {
    return System.nanoTime() / 1_000_000;
  }

  /** Stops reporting; jobs go on. */
  @Override
  public void close() {
    closed = true;
    Launcher current = launcher;
    if (current != null) {
      current.wakeUp();
    }
    readers.shutdown();
    if (Thread.currentThread() != thread) {
      join();
    }
  }

  private void join() {
    try {
      thread.join(REPEAT_MILLIS * 5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
