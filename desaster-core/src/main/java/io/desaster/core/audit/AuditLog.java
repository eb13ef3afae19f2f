/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.audit;

import io.desaster.api.audit.AuditEntry;
import io.desaster.api.audit.AuditQuery;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.wire.AuditFields;
import io.desaster.api.wire.Json;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit log of a node: entries as lines of JSON in files of its own, written by a thread of its
 * own. What cannot be written is told once and counted, and never stops or delays the node: its
 * journal has every change anyway, only not who asked. Lines are not forced to the disk: they
 * survive the end of the process, not that of the host.
 */
public final class AuditLog implements Audit, Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
  private static final String FILE = "audit.log";
  private static final int WAITING_MAX = 1 << 14;
  private static final int WRITE_BYTES = 256 << 10;
  private static final int IDLE_SECONDS = 5;

  private final AuditLevel level;
  private final String node;
  private final RotatingFile file;
  private final Path directory;
  private final ArrayBlockingQueue<AuditEntry> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final AtomicBoolean asked = new AtomicBoolean();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong overflowed = new AtomicLong();
  private final ThreadPoolExecutor writer = oneThread("desaster-audit");
  private final ThreadPoolExecutor reader = oneThread("desaster-audit-reader");

  /** Number of the next entry; 0: not known yet. */
  private long next;

  private boolean failing;

  /**
   * An audit log; makes files at the first entry.
   *
   * @param bytesMax of one file
   * @param filesMax how many are kept, the one being written included
   */
  public AuditLog(Path directory, String node, AuditLevel level, long bytesMax, int filesMax) {
    this.directory = directory;
    this.node = node;
    this.level = level;
    this.file = new RotatingFile(directory, FILE, bytesMax, filesMax);
  }

  private static ThreadPoolExecutor oneThread(String name) {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  @Override
  public boolean keeps(AuditLevel wanted) {
    return wanted != AuditLevel.OFF && wanted.compareTo(level) <= 0;
  }

  @Override
  public void add(AuditEntry entry) {
    if (!waiting.offer(entry)) {
      overflowed.incrementAndGet();
    }
    if (!asked.getAndSet(true)) {
      try {
        writer.execute(this::write);
      } catch (RejectedExecutionException e) {
        // Closed: it is what was asked for while the node stopped.
        LOG.debug("an entry after the end of the audit log", e);
      }
    }
  }

  public AuditLevel level() {
    return level;
  }

  /** Entries that could not be written since the start. */
  public long lost() {
    return lost.get();
  }

  /**
   * Finds entries; shows all that were added before.
   *
   * @return the newest that match, the oldest of them first; ERR if the files cannot be read
   */
  public CompletionStage<List<AuditEntry>> list(AuditQuery query) {
    return CompletableFuture.runAsync(this::write, writer)
        .thenApplyAsync(written -> read(query), reader);
  }

  private List<AuditEntry> read(AuditQuery query) {
    try {
      return AuditReader.read(file.files(), query);
    } catch (IOException e) {
      throw new CompletionException(
          new DesasterException(
              ErrorCode.ERR,
              "the audit log in "
                  + directory
                  + " cannot be read: "
                  + e
                  + "; see to the directory and ask again",
              e));
    }
  }

  /** Writes all that waits. On the writer's thread only. */
  private void write() {
    asked.set(false);
    List<AuditEntry> entries = new ArrayList<>();
    while (waiting.drainTo(entries, WAITING_MAX) > 0 || overflowed.get() > 0) {
      int from = 0;
      while (from < entries.size()) {
        from = write(entries, from);
      }
      entries.clear();
      passOver(overflowed.getAndSet(0));
    }
  }

  private void passOver(long count) {
    if (count > 0) {
      next += next > 0 ? count : 0;
      lost(count, "more than " + WAITING_MAX + " changes waited to be written");
    }
  }

  /** Writes entries, as many as make a good write; the answer is the first that is left. */
  private int write(List<AuditEntry> entries, int from) {
    int at = from;
    try {
      if (next == 0) {
        next = lastNumber() + 1;
      }
      ByteArrayOutputStream lines = new ByteArrayOutputStream(1024);
      while (at < entries.size() && lines.size() < WRITE_BYTES) {
        lines.writeBytes(line(entries.get(at).at(next + at - from, node)));
        at++;
      }
      next += at - from;
      file.append(ByteBuffer.wrap(lines.toByteArray()));
      if (failing) {
        failing = false;
        LOG.info("the audit log in {} can be written again; {} lost", directory, lost.get());
      }
      return at;
    } catch (IOException e) {
      // What was not even tried is as lost as the rest: it would fail as well.
      int count = Math.max(at, entries.size()) - from;
      next += next > 0 ? from + count - at : 0;
      lost(count, e.toString());
      return entries.size();
    }
  }

  private static byte[] line(AuditEntry entry) {
    return (Json.write(AuditFields.of(entry)) + '\n').getBytes(StandardCharsets.UTF_8);
  }

  private long lastNumber() throws IOException {
    List<AuditEntry> last = AuditReader.read(file.files(), AuditQuery.NEWEST.withLimit(1));
    return last.isEmpty() ? 0 : last.get(0).number();
  }

  private void lost(long count, String why) {
    lost.addAndGet(count);
    if (!failing) {
      failing = true;
      LOG.warn(
          "the audit log in {} cannot be written: {}; changes go on and are in the journal, but"
              + " who asked for them is not kept; tried again at the next change, INFO tells"
              + " audit.lost",
          directory,
          why);
    }
  }

  /** Writes what waits; the second time nothing happens. */
  @Override
  public void close() {
    if (writer.isShutdown()) {
      return;
    }
    writer.execute(this::end);
    writer.shutdown();
    reader.shutdown();
    try {
      if (!writer.awaitTermination(IDLE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("the audit log in {} was not closed within {} s", directory, IDLE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end() {
    write();
    try {
      file.close();
    } catch (IOException e) {
      LOG.warn("the audit log in {} was not closed in order: {}", directory, e.toString());
    }
  }
}
