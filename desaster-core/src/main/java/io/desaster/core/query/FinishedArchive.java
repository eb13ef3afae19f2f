/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.query;

import io.desaster.core.log.ArchiveFiles;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.Archive;
import io.desaster.core.state.ArchivedJob;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of archived jobs on this node's disk. A record stays on the heap until it is written;
 * what is written counts only when the next snapshot says where it is, and is forced before. Until
 * then the journal has all of it, so a crash at any write loses and doubles nothing: the records
 * are written again, into another file. Files of which a snapshot needs nothing any more are
 * deleted; those of which it needs little are emptied into the newest file.
 *
 * <p>Lives on the copy's thread; reads and writes on another.
 */
public final class FinishedArchive implements Archive {
  private static final Logger LOG = LoggerFactory.getLogger(FinishedArchive.class);

  /** Records written at once. */
  private static final int SLICE = 8192;

  private static final long SLICE_BYTES = 4 << 20;

  /** Room left to the journal and to others. */
  private static final long MIN_FREE_BYTES = 96L << 20;

  /** Records moved after one snapshot, so that the disk is not busy with them. */
  private static final int MOVED_MAX = 50_000;

  private final ArchiveFiles files;
  private final Consumer<Throwable> onFailure;
  private final long minFreeBytes;
  private final Map<ArchivedJob, JobRecord> unwritten = new HashMap<>();
  private final ArrayDeque<ArchivedJob> toWrite = new ArrayDeque<>();
  private Executor executor;
  private Executor reader;
  private boolean writing;
  private boolean failed;

  /** Writes whose places are not known yet, and the files that were full before the first. */
  private int underWay;

  private Set<Long> fullBefore = Set.of();

  /** Files to be emptied when the next snapshot looks at all jobs anyway. */
  private Set<Long> toEmpty = Set.of();

  /**
   * An archive in these files.
   *
   * @param onFailure called if the disk does not keep what was written; the node must stop
   */
  public FinishedArchive(ArchiveFiles files, Consumer<Throwable> onFailure) {
    this(files, onFailure, MIN_FREE_BYTES);
  }

  /**
   * As the other.
   *
   * @param minFreeBytes nothing is written that would leave less on the disk
   */
  public FinishedArchive(ArchiveFiles files, Consumer<Throwable> onFailure, long minFreeBytes) {
    this.files = files;
    this.onFailure = onFailure;
    this.minFreeBytes = minFreeBytes;
  }

  /**
   * Begins to write; what was added before belongs to the recovered state.
   *
   * @param copyThread runs one task at a time, in order
   * @param diskThread runs tasks that use the disk
   */
  void start(Executor copyThread, Executor diskThread) {
    executor = copyThread;
    reader = diskThread;
    write();
  }

  @Override
  public void add(JobRecord job, ArchivedJob archived) {
    unwritten.put(archived, job);
    toWrite.add(archived);
    // After a failure the next snapshot tries again.
    if (executor != null && !failed) {
      write();
    }
  }

  /** What is not on the disk yet, whatever happens afterwards. */
  Map<ArchivedJob, JobRecord> unwritten() {
    return Map.copyOf(unwritten);
  }

  /** The record if it is not on the disk yet, else null. */
  JobRecord unwritten(ArchivedJob job) {
    return unwritten.get(job);
  }

  // Writing.

  private void write() {
    if (writing || toWrite.isEmpty()) {
      return;
    }
    List<ArchivedJob> jobs = new ArrayList<>();
    List<Consumer<Output>> records = new ArrayList<>();
    long bytes = 0;
    while (!toWrite.isEmpty() && jobs.size() < SLICE && bytes < SLICE_BYTES) {
      ArchivedJob job = toWrite.poll();
      JobRecord record = unwritten.get(job);
      bytes += record.payloadBytes();
      jobs.add(job);
      records.add(out -> encode(record, out));
    }
    writing = true;
    begin();
    run(() -> write(records, places -> settle(jobs, places), () -> postpone(jobs)));
  }

  private static void encode(JobRecord record, Output out) {
    int at = out.size();
    try {
      record.encode(out);
    } catch (UncheckedIOException e) {
      // It was forgotten meanwhile, and its payload's place in the journal with it.
      LOG.debug("job {} cannot be archived", record.id(), e);
      out.truncate(at);
    }
  }

  private void run(Runnable work) {
    execute(reader, work);
  }

  private void onCopyThread(Runnable work) {
    execute(executor, work);
  }

  private static void execute(Executor where, Runnable work) {
    try {
      where.execute(work);
    } catch (RejectedExecutionException closing) {
      // The journal has what was not written.
    }
  }

  private void write(List<Consumer<Output>> records, Consumer<long[]> done, Runnable postponed) {
    try {
      if (files.freeBytes() < minFreeBytes) {
        throw new IOException(
            "the disk has only "
                + files.freeBytes()
                + " bytes left, "
                + minFreeBytes
                + " are kept");
      }
      long[] places = files.write(records);
      onCopyThread(() -> done.accept(places));
    } catch (IOException e) {
      LOG.warn(
          "records of finished jobs cannot be archived and stay in memory, they will be tried again"
              + " with the next snapshot: {}",
          e.toString());
      onCopyThread(postponed);
    }
  }

  private void begin() {
    if (underWay++ == 0) {
      fullBefore = files.full().keySet();
    }
  }

  private void settle(List<ArchivedJob> jobs, long[] places) {
    underWay--;
    for (int i = 0; i < places.length; i++) {
      jobs.get(i).settle(places[i]);
      unwritten.remove(jobs.get(i));
    }
    writing = false;
    failed = false;
    write();
  }

  private void postpone(List<ArchivedJob> jobs) {
    underWay--;
    for (int i = jobs.size() - 1; i >= 0; i--) {
      toWrite.addFirst(jobs.get(i));
    }
    writing = false;
    failed = true;
  }

  // Reading.

  /** The record of an archived job; asked for on the copy's thread, read on another. */
  CompletableFuture<JobRecord> record(ArchivedJob job) {
    JobRecord known = unwritten.get(job);
    if (known != null) {
      return CompletableFuture.completedFuture(known);
    }
    CompletableFuture<JobRecord> answer = new CompletableFuture<>();
    try {
      reader.execute(
          () -> {
            try (ArchiveFiles.Reader open = files.reader()) {
              answer.complete(read(open, job));
            } catch (IOException | RuntimeException e) {
              answer.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException closing) {
      answer.completeExceptionally(closing);
    }
    return answer;
  }

  ArchiveFiles.Reader reader() {
    return files.reader();
  }

  /** Reads a record; on the disk's thread. */
  static JobRecord read(ArchiveFiles.Reader reader, ArchivedJob job) throws IOException {
    while (true) {
      long place = job.place();
      try {
        byte[] bytes = reader.read(place);
        if (bytes.length == 0) {
          throw new IOException(
              "the record of job " + job.id() + " was lost before it was archived");
        }
        JobRecord record = JobRecord.decode(new Input(bytes));
        if (record.high() != job.high() || record.low() != job.low()) {
          throw new IOException("the record of job " + job.id() + " is that of " + record.id());
        }
        return record;
      } catch (IOException e) {
        if (place == job.place()) {
          throw e;
        }
        // It was moved meanwhile.
      }
    }
  }

  // Snapshots.

  /** All records that were written are on the disk when this returns; any thread. */
  void force() throws IOException {
    try {
      files.force();
    } catch (IOException e) {
      // What was written is on the heap no more; recovery makes it again from the journal.
      onFailure.accept(e);
      throw e;
    }
  }

  /**
   * Files that a snapshot taken now can make superfluous; nothing is added to them any more. One
   * that was filled by a write under way is not among them: the snapshot does not know yet which
   * jobs need it.
   */
  Set<Long> full() {
    return new HashSet<>(underWay > 0 ? fullBefore : files.full().keySet());
  }

  /**
   * A snapshot is safe.
   *
   * @param needed bytes that it needs of each file
   * @param full from {@link #full()} when it was taken
   */
  void snapshotWritten(Map<Long, Long> needed, Set<Long> full) {
    Set<Long> superfluous = new HashSet<>(full);
    superfluous.removeAll(needed.keySet());
    try {
      files.delete(superfluous);
    } catch (IOException e) {
      LOG.warn("an archive file that is not needed any more cannot be deleted: {}", e.toString());
    }
    // Sizes in places end at 4 MiB, so a file of huge records may be moved early.
    Map<Long, Long> sizes = files.full();
    Set<Long> sparse = new HashSet<>();
    for (long file : full) {
      Long size = sizes.get(file);
      if (size != null && needed.getOrDefault(file, size) < size / 2) {
        sparse.add(file);
      }
    }
    onCopyThread(
        () -> {
          failed = false;
          write();
          toEmpty = sparse;
        });
  }

  /** Moves records out of files that hold few; what the state needs of them is looked for here. */
  void emptySparseFiles(State state) {
    if (toEmpty.isEmpty()) {
      return;
    }
    List<ArchivedJob> jobs = new ArrayList<>();
    Consumer<Object> choose =
        job -> {
          if (job instanceof ArchivedJob archived
              && jobs.size() < MOVED_MAX
              && toEmpty.contains(ArchiveFiles.file(archived.place()))) {
            jobs.add(archived);
          }
        };
    state.forEachArchived(choose::accept);
    state.operations().forEach(operation -> operation.before().forEach(choose));
    toEmpty = Set.of();
    if (!jobs.isEmpty()) {
      begin();
      run(() -> move(jobs, 0));
    }
  }

  private void move(List<ArchivedJob> jobs, int from) {
    int to = Math.min(from + SLICE, jobs.size());
    List<Consumer<Output>> records = new ArrayList<>();
    List<ArchivedJob> moved = new ArrayList<>();
    try (ArchiveFiles.Reader open = files.reader()) {
      for (ArchivedJob job : jobs.subList(from, to)) {
        byte[] bytes = readOrNull(open, job);
        if (bytes != null) {
          records.add(out -> out.writeRaw(bytes, 0, bytes.length));
          moved.add(job);
        }
      }
    } catch (IOException e) {
      LOG.warn("an archive file cannot be closed: {}", e.toString());
    }
    write(
        records,
        places -> {
          for (int i = 0; i < places.length; i++) {
            moved.get(i).settle(places[i]);
          }
          if (to < jobs.size()) {
            run(() -> move(jobs, to));
          } else {
            underWay--;
          }
        },
        () -> underWay--);
  }

  private static byte[] readOrNull(ArchiveFiles.Reader open, ArchivedJob job) {
    try {
      return open.read(job.place());
    } catch (IOException e) {
      LOG.warn("an archived job cannot be read: {}", e.toString());
      return null;
    }
  }

  /** Bytes of its files; any thread. */
  public long bytes() {
    return files.bytes();
  }

  /** How many files it has; any thread. */
  public int fileCount() {
    return files.count();
  }

  /** Records that are not written yet; on the copy's thread. */
  public int unwrittenCount() {
    return unwritten.size();
  }
}
