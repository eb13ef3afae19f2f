/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.history;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.node.Series;
import io.desaster.api.node.Stats;
import io.desaster.api.spi.Clock;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node and its pools did, at four resolutions for up to a year: see {@code Nodes.stats} of
 * the API. Each has a file of fixed size, of about half a MiB a series, that lives in memory and is
 * brought to the disk once a minute and at the end, all on a thread of its own. A file that is
 * damaged is set aside as {@code *.damaged}, in place of an earlier one.
 */
public final class History implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(History.class);
  private static final long FLUSH_SECONDS = 60;
  private static final int VALUES_MAX = 10_000;

  private final Path directory;
  private final String node;
  private final Clock clock;
  private final Map<String, SeriesFile> files = new HashMap<>();
  private final List<String> notes = new CopyOnWriteArrayList<>();
  private final ScheduledThreadPoolExecutor thread;
  private boolean failing;

  /**
   * What was measured at one moment.
   *
   * @param name the node or a pool of it, {@code kind@node}
   * @param values those known
   */
  public record Reading(String name, Map<Series, Double> values) {}

  /**
   * That of one node. Nothing is read or written before the first sample or question.
   *
   * @param directory its own; made when there is something to write
   */
  public History(Path directory, String node, Clock clock) {
    this.directory = directory;
    this.node = node;
    this.clock = clock;
    thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, "desaster-history");
              made.setDaemon(true);
              return made;
            });
    thread.scheduleWithFixedDelay(this::flush, FLUSH_SECONDS, FLUSH_SECONDS, TimeUnit.SECONDS);
  }

  /** What damaged files were set aside since the start. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  /** Adds what is the case now; returns at once. Nothing is added after {@link #close}. */
  public CompletionStage<Void> add(List<Reading> readings) {
    long nowSeconds = nowSeconds();
    return onThread(
        () -> {
          for (Reading reading : readings) {
            add(reading, nowSeconds);
          }
          return null;
        });
  }

  private void add(Reading reading, long nowSeconds) throws IOException {
    SeriesFile file = file(reading.name());
    double[] values =
        file.series().stream()
            .mapToDouble(series -> reading.values().getOrDefault(series, Double.NaN))
            .toArray();
    file.add(nowSeconds, values);
  }

  private long nowSeconds() {
    return clock.wallMillis() / 1000;
  }

  /** See {@code Nodes.stats}. */
  public CompletionStage<Stats> stats(
      String name, Series series, Instant from, Instant to, Duration step) {
    return onThread(
        () -> {
          requireName(name);
          List<Series> there = seriesOf(name);
          if (!there.contains(series)) {
            throw invalid(
                "pool "
                    + name
                    + " has no series "
                    + series.word()
                    + "; it has "
                    + Series.words(there));
          }
          return read(name, series, from.getEpochSecond(), to.getEpochSecond(), step);
        });
  }

  private Stats read(String name, Series series, long from, long to, Duration step)
      throws IOException {
    long now = nowSeconds();
    long end = Math.min(to, now);
    if (from >= end) {
      throw invalid(
          "the time from which must be before that to which, and before now: from "
              + Instant.ofEpochSecond(from)
              + " to "
              + Instant.ofEpochSecond(to)
              + " is no time");
    }
    if (step.isNegative() || step.getNano() != 0) {
      throw invalid(
          "the step must be whole seconds, such as 10s or 1h, not " + step.toMillis() + "ms");
    }
    long wanted = Math.min(Math.max(1, step.getSeconds()), Math.max(1, end - from));
    int resolution = Resolution.choose(from, now, wanted);
    long rowSeconds = Resolution.ALL.get(resolution).stepSeconds();
    long stepSeconds = (wanted + rowSeconds - 1) / rowSeconds * rowSeconds;
    long first = Math.floorDiv(from, stepSeconds);
    long count = Math.max(1, Math.floorDiv(end, stepSeconds) - first);
    if (count > VALUES_MAX) {
      throw invalid(
          count
              + " values are more than the "
              + VALUES_MAX
              + " that are given at once; ask for a step of at least "
              + ((end - from) / (VALUES_MAX - 1) + 1)
              + "s, or for a shorter time");
    }
    return new Stats(
        name,
        series,
        Instant.ofEpochSecond(first * stepSeconds),
        Duration.ofSeconds(stepSeconds),
        file(name).read(series, resolution, first * stepSeconds, stepSeconds, (int) count));
  }

  private static DesasterException invalid(String message) {
    return new DesasterException(ErrorCode.INVALID, message);
  }

  private void requireName(String name) {
    if (!files.containsKey(name)
        && !name.equals(node)
        && !(isPool(name) && Files.exists(path(name)))) {
      throw new DesasterException(
          ErrorCode.NOTFOUND,
          "there is no history of '" + name + "'; NODE LIST and POOL LIST show nodes and pools");
    }
  }

  private boolean isPool(String name) {
    return name.endsWith('@' + node);
  }

  private List<Series> seriesOf(String name) {
    return name.equals(node) ? Series.ofNodes() : Series.ofPools();
  }

  private SeriesFile file(String name) throws IOException {
    SeriesFile file = files.get(name);
    if (file == null) {
      file = open(path(name), seriesOf(name));
      files.put(name, file);
    }
    return file;
  }

  private SeriesFile open(Path path, List<Series> series) throws IOException {
    if (Files.exists(path)) {
      try {
        return SeriesFile.open(path, series, nowSeconds());
      } catch (IOException e) {
        setAside(path, e);
      }
    }
    return SeriesFile.create(path, series, nowSeconds());
  }

  /** If it cannot be moved it is written over: a history is not worth a node without one. */
  private void setAside(Path path, IOException damage) {
    Path aside = path.resolveSibling(path.getFileName() + ".damaged");
    try {
      Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("{} cannot be moved to {} and will be replaced", path, aside, e);
    }
    notes.add(path.getFileName() + ": " + damage.getMessage());
    LOG.warn(
        "the history in {} is damaged: {}; it is kept as {} and begins anew",
        path,
        damage.getMessage(),
        aside.getFileName());
  }

  /** The kind of a pool may be any text, and no text may lead out of the directory. */
  private Path path(String name) {
    if (name.equals(node)) {
      return directory.resolve("node.rrd");
    }
    String kind = name.substring(0, name.length() - node.length() - 1);
    return directory.resolve("pool-" + URLEncoder.encode(kind, StandardCharsets.UTF_8) + ".rrd");
  }

  private void flush() {
    try {
      for (SeriesFile file : files.values()) {
        file.flush();
      }
      failing = false;
    } catch (IOException | RuntimeException e) {
      if (!failing) {
        LOG.warn(
            "the history cannot be written to {}: {}; it goes on in memory and is tried again each"
                + " minute",
            directory,
            e.toString());
      }
      failing = true;
    }
  }

  private <T> CompletableFuture<T> onThread(Callable<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    try {
      thread.execute(
          () -> {
            try {
              result.complete(task.call());
            } catch (Exception e) {
              result.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(
          new DesasterException(ErrorCode.STATE, "the node is stopping, its history is closed"));
    }
    return result;
  }

  /** Writes what is not written yet; blocks until it is, at most 5 s. */
  @Override
  public void close() {
    thread.execute(this::flush);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(true);
    thread.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    thread.shutdown();
    try {
      if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
        LOG.warn(
            "the history was not written to {} within 5 s; its last minute is lost", directory);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
