/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.query;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobState;
import io.desaster.api.operation.Operation;
import io.desaster.core.discipline.TreeUsage;
import io.desaster.core.event.TreeSet;
import io.desaster.core.forecast.Experience;
import io.desaster.core.log.ArchiveFiles;
import io.desaster.core.log.Input;
import io.desaster.core.log.Location;
import io.desaster.core.log.Output;
import io.desaster.core.log.ReplicatedLog;
import io.desaster.core.log.SnapshotSource;
import io.desaster.core.state.ArchivedJob;
import io.desaster.core.state.CoolDowns;
import io.desaster.core.state.JobHead;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.LargePayload;
import io.desaster.core.state.NodeRecord;
import io.desaster.core.state.OperationState;
import io.desaster.core.state.QueueRecord;
import io.desaster.core.state.QueueState;
import io.desaster.core.state.State;
import io.desaster.core.state.Tombstones;
import io.desaster.core.state.TreeRecord;
import io.desaster.core.state.WorkerRecord;
import io.desaster.core.tree.SavedUsages;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A picture of the state at one index. Taking it copies references only; job records, being
 * immutable, are encoded later, chunk by chunk, on another thread.
 */
public final class StateSnapshot implements SnapshotSource {
  private static final int CHUNK_BYTES = 256 * 1024;
  private static final int BEFORE_JOBS = 64;
  private static final int FORMAT = 1;
  private static final int HEAD = 1;
  private static final int JOBS = 2;
  private static final int STONES = 3;
  private static final int BEFORE = 4;
  private static final int TREE = 5;
  private static final int CLOCK = 6;
  private static final int USAGE = 7;
  private static final int EXPERIENCE = 30;
  private static final int ARCHIVED = 33;
  private static final int BEFORE_HEADS = 34;
  private static final int WORKERS = 48;

  // Kinds of entries in the last two.
  private static final int ABSENT = 0;
  private static final int RECORD = 1;
  private static final int WRITTEN = 2;
  private static final int UNWRITTEN = 3;

  private final ReplicatedLog log;
  private final long index;
  private final Output head = new Output(4096);
  private final JobRecord[] jobs;
  private final Iterator<ArchivedJob> archived;

  /** Records of archived jobs that are not in the archive's files yet. */
  private final Map<ArchivedJob, JobRecord> unwritten;

  private final FinishedArchive archive;

  /** Bytes needed of each of the archive's files. */
  private final Map<Long, Long> neededBytes = new HashMap<>();

  private final Set<Long> fullFiles;
  private final Tombstones.Stone[] stones;
  private final ArrayDeque<Before> befores = new ArrayDeque<>();
  private final ArrayDeque<TreeSet> trees = new ArrayDeque<>();
  private final long clockShiftMillis;
  private final SavedUsages.Writer usages;
  private boolean clockWritten;
  private final Output experience = new Output(256);
  private boolean experienceWritten;
  private final Output workers = new Output(64);
  private boolean workersWritten;
  private boolean headWritten;
  private int nextJob;
  private int nextStone;
  private int chunk;
  private final List<LargePayload> payloads = new ArrayList<>();
  private final List<int[]> places = new ArrayList<>();

  /** How an operation found its jobs; null for one that was not there. */
  private record Before(long operation, JobHead[] jobs) {}

  /**
   * Takes the picture; on the thread that owns the state.
   *
   * @param usages what the trees of the kinds remember
   * @param experience what was learned from the state's course
   * @param log where it will be written
   * @param archive has the records of archived jobs; null if nobody has
   */
  StateSnapshot(
      State state,
      Map<String, TreeUsage> usages,
      Experience experience,
      ReplicatedLog log,
      FinishedArchive archive) {
    this.log = log;
    this.archive = archive;
    this.clockShiftMillis = state.clockShiftMillis();
    this.usages = new SavedUsages.Writer(usages);
    index = state.appliedIndex();
    fullFiles = archive == null ? Set.of() : archive.full();
    unwritten = archive == null ? Map.of() : archive.unwritten();
    archived = state.archivedPicture();
    List<JobRecord> all = new ArrayList<>(state.jobCount() - state.archivedCount());
    state.forEachJob(all::add);
    jobs = all.toArray(new JobRecord[0]);
    stones = state.tombstones().all().toArray(new Tombstones.Stone[0]);
    for (TreeRecord tree : state.trees()) {
      tree.versions().forEach(version -> trees.add(new TreeSet(tree.kind(), version)));
    }
    encodeHead(state);
    this.experience.writeByte(EXPERIENCE);
    experience.encode(this.experience);
    workers.writeByte(WORKERS);
    workers.writeVarint(state.remoteWorkers().knownSlots());
    state.remoteWorkers().all().forEach(worker -> worker.encode(workers));
  }

  private void encodeHead(State state) {
    head.writeByte(HEAD);
    head.writeVarint(FORMAT);
    head.writeVarint(state.appliedIndex());
    head.writeVarint(state.nowMillis());
    head.writeVarint(state.nextOrder() - 1);
    head.writeVarint(state.lastQueueId());
    head.writeVarint(state.nextOperationId() - 1);
    head.writeVarint(state.tombstones().horizon());
    head.writeVarint(state.queues().size());
    for (QueueState queue : state.queues()) {
      queue.record().encode(head);
      head.writeVarint(queue.ended(JobState.SUCCEEDED));
      head.writeVarint(queue.ended(JobState.FAILED));
      head.writeVarint(queue.ended(JobState.CANCELLED));
    }
    head.writeVarint(state.nodes().size());
    state.nodes().forEach(node -> node.encode(head));
    head.writeVarint(state.coolDowns().all().size());
    for (CoolDowns.Entry entry : state.coolDowns().all()) {
      head.writeVarint(entry.queueId());
      head.writeString(entry.key());
      head.writeLong(entry.holder().high());
      head.writeLong(entry.holder().low());
      head.writeVarint(entry.until());
    }
    head.writeVarint(state.operations().size());
    state.operations().forEach(this::encode);
  }

  private void encode(OperationState operation) {
    head.writeVarint(operation.id());
    head.writeVarint(operation.action().words().size());
    operation.action().words().forEach(head::writeString);
    head.writeString(operation.filter());
    head.writeString(operation.by());
    head.writeVarint(operation.startedAt());
    head.writeVarint(operation.undoOf());
    head.writeVarint(operation.selectedChunks().size());
    for (long[] chunk : operation.selectedChunks()) {
      head.writeVarint(chunk.length);
      for (long half : chunk) {
        head.writeLong(half);
      }
    }
    head.writeVarint(operation.skipped());
    head.writeString(operation.state().name());
    head.writeVarint(operation.endedAt());
    head.writeVarint(operation.selectedCount());
    for (int from = 0; from < operation.before().size(); from += BEFORE_JOBS) {
      int to = Math.min(from + BEFORE_JOBS, operation.before().size());
      JobHead[] part = operation.before().subList(from, to).toArray(new JobHead[0]);
      befores.add(new Before(operation.id(), part));
    }
  }

  @Override
  public long index() {
    return index;
  }

  @Override
  public boolean next(Output out) throws IOException {
    int base = out.size();
    if (!headWritten) {
      headWritten = true;
      out.writeRaw(head.array(), 0, head.size());
    } else if (!clockWritten) {
      clockWritten = true;
      out.writeByte(CLOCK);
      out.writeSigned(clockShiftMillis);
    } else if (!experienceWritten) {
      experienceWritten = true;
      out.writeRaw(experience.array(), 0, experience.size());
    } else if (!workersWritten) {
      workersWritten = true;
      out.writeRaw(workers.array(), 0, workers.size());
    } else if (usages.hasNext()) {
      out.writeByte(USAGE);
      usages.next(out, CHUNK_BYTES);
    } else if (!trees.isEmpty()) {
      out.writeByte(TREE);
      trees.poll().encode(out);
    } else if (nextJob < jobs.length) {
      nextJobs(out);
    } else if (archived.hasNext()) {
      nextArchived(out);
    } else if (!befores.isEmpty()) {
      nextBefore(out);
    } else if (nextStone < stones.length) {
      nextStones(out);
    } else {
      if (archive != null) {
        archive.force();
      }
      return false;
    }
    for (Output.Mark mark : out.takeMarks()) {
      payloads.add((LargePayload) mark.what());
      places.add(new int[] {chunk, mark.offset() - base});
    }
    chunk++;
    return true;
  }

  private void nextJobs(Output out) {
    out.writeByte(JOBS);
    int start = out.size();
    while (nextJob < jobs.length && out.size() - start < CHUNK_BYTES) {
      jobs[nextJob].encode(out);
      jobs[nextJob++] = null;
    }
  }

  private void nextArchived(Output out) {
    out.writeByte(ARCHIVED);
    int start = out.size();
    while (archived.hasNext() && out.size() - start < CHUNK_BYTES) {
      encodeEntry(archived.next(), out);
    }
  }

  private void nextBefore(Output out) {
    Before before = befores.poll();
    out.writeByte(BEFORE_HEADS);
    out.writeVarint(before.operation());
    for (JobHead job : before.jobs()) {
      encodeEntry(job, out);
    }
  }

  private void encodeEntry(JobHead job, Output out) {
    if (job == null) {
      out.writeByte(ABSENT);
    } else if (job instanceof JobRecord record) {
      out.writeByte(RECORD);
      record.encode(out);
    } else if (unwritten.containsKey(job)) {
      out.writeByte(UNWRITTEN);
      unwritten.get(job).encode(out);
    } else {
      ArchivedJob stub = (ArchivedJob) job;
      out.writeByte(WRITTEN);
      stub.encode(out);
      long place = stub.place();
      out.writeLong(place);
      neededBytes.merge(ArchiveFiles.file(place), ArchiveFiles.bytes(place), Long::sum);
    }
  }

  private void nextStones(Output out) {
    out.writeByte(STONES);
    int start = out.size();
    while (nextStone < stones.length && out.size() - start < CHUNK_BYTES) {
      Tombstones.Stone stone = stones[nextStone++];
      out.writeLong(stone.high());
      out.writeLong(stone.low());
      out.writeLong(stone.specHash());
      out.writeVarint(stone.until());
    }
  }

  @Override
  public void written(long file, long[] chunkOffsets) {
    for (int i = 0; i < places.size(); i++) {
      LargePayload payload = payloads.get(i);
      int[] place = places.get(i);
      long offset = chunkOffsets[place[0]] + place[1];
      payload.settle(log, new Location(file, offset, payload.length()));
    }
    if (archive != null) {
      archive.snapshotWritten(neededBytes, fullFiles);
    }
  }

  /** Reads one chunk back: into a state, what trees remembered, and what was learned. */
  static void read(Input in, State state, SavedUsages usages, Experience experience) {
    int type = in.readByte();
    switch (type) {
      case HEAD -> readHead(in, state);
      case JOBS -> {
        while (in.remaining() > 0) {
          state.put(JobRecord.decode(in));
        }
      }
      case CLOCK -> state.shiftClock(in.readSigned());
      case USAGE -> usages.read(in);
      case EXPERIENCE -> {
        experience.know(state);
        experience.decode(in);
      }
      case WORKERS -> {
        int known = in.readVarint32();
        while (in.remaining() > 0) {
          state.put(WorkerRecord.decode(in));
        }
        state.setKnownRemoteSlots(known);
      }
      case TREE -> TreeSet.decode(in).apply(state, state.nowMillis());
      case BEFORE -> {
        long operation = in.readVarint();
        while (in.remaining() > 0) {
          state.touched(operation, in.readBoolean() ? JobRecord.decode(in) : null);
        }
      }
      case ARCHIVED -> {
        while (in.remaining() > 0) {
          if (in.readByte() == WRITTEN) {
            state.restore(state.readArchived(in));
          } else {
            state.restore(JobRecord.decode(in));
          }
        }
      }
      case BEFORE_HEADS -> {
        long operation = in.readVarint();
        while (in.remaining() > 0) {
          state.touched(operation, decodeEntry(in, state));
        }
      }
      case STONES -> {
        while (in.remaining() > 0) {
          state.bury(
              new Tombstones.Stone(in.readLong(), in.readLong(), in.readLong(), in.readVarint()),
              state.nowMillis());
        }
      }
      default ->
          throw new IllegalStateException(
              "snapshot chunk type " + type + " is not known to this version");
    }
  }

  private static JobHead decodeEntry(Input in, State state) {
    int kind = in.readByte();
    return switch (kind) {
      case ABSENT -> null;
      case RECORD -> JobRecord.decode(in);
      case WRITTEN -> state.readArchived(in);
      case UNWRITTEN -> state.keep(JobRecord.decode(in));
      default -> throw new IllegalStateException("job of kind " + kind + " is not known");
    };
  }

  private static void readHead(Input in, State state) {
    int format = in.readVarint32();
    if (format != FORMAT) {
      throw new IllegalStateException(
          "snapshot format " + format + " is not known to this version");
    }
    state.batchApplied(in.readVarint(), in.readVarint());
    state.setCounters(in.readVarint(), in.readVarint32(), in.readVarint());
    state.setTombstoneHorizon(in.readVarint());
    for (int i = in.readVarint32(); i > 0; i--) {
      QueueRecord queue = QueueRecord.decode(in);
      state.put(queue);
      state.setEnded(queue.id(), JobState.SUCCEEDED, in.readVarint());
      state.setEnded(queue.id(), JobState.FAILED, in.readVarint());
      state.setEnded(queue.id(), JobState.CANCELLED, in.readVarint());
    }
    for (int i = in.readVarint32(); i > 0; i--) {
      state.put(NodeRecord.decode(in));
    }
    for (int i = in.readVarint32(); i > 0; i--) {
      int queueId = in.readVarint32();
      String key = in.readString();
      JobId holder = new JobId(in.readLong(), in.readLong());
      state.coolDowns().put(new CoolDowns.Entry(queueId, key, holder, in.readVarint()));
    }
    for (int i = in.readVarint32(); i > 0; i--) {
      readOperation(in, state);
    }
  }

  private static void readOperation(Input in, State state) {
    long id = in.readVarint();
    List<String> words = new ArrayList<>();
    for (int i = in.readVarint32(); i > 0; i--) {
      words.add(in.readString());
    }
    state.addOperation(
        id,
        new OperationState.Action(words),
        in.readString(),
        in.readString(),
        in.readVarint(),
        in.readVarint());
    for (int i = in.readVarint32(); i > 0; i--) {
      long[] chunk = new long[in.readVarint32()];
      for (int k = 0; k < chunk.length; k++) {
        chunk[k] = in.readLong();
      }
      state.select(id, chunk);
    }
    state.skipped(id, in.readVarint());
    Operation.State how = Operation.State.valueOf(in.readString());
    long endedAt = in.readVarint();
    long selected = in.readVarint();
    if (how != Operation.State.RUNNING) {
      state.restoreOperationEnd(id, how, endedAt, selected);
    }
  }
}
