/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.sim;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobState;
import io.desaster.core.event.TreeSet;
import io.desaster.core.log.Output;
import io.desaster.core.state.ArchivedJob;
import io.desaster.core.state.CoolDowns;
import io.desaster.core.state.JobHead;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.NodeRecord;
import io.desaster.core.state.OperationState;
import io.desaster.core.state.QueueState;
import io.desaster.core.state.State;
import io.desaster.core.state.Tombstones;
import io.desaster.core.state.TreeRecord;
import io.desaster.core.state.WorkerRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The content of a state as bytes that do not depend on how it came about: two states are equal if
 * these are. What is over by the state's own time (tombstones, cool-downs) may be there or not.
 */
public final class Canon {
  private Canon() {}

  public static byte[] of(State state) {
    Output out = new Output(1 << 14);
    write(state, (what, content) -> content.accept(out));
    return Arrays.copyOf(out.array(), out.size());
  }

  private interface Sink {
    void part(String what, Consumer<Output> content);
  }

  private static void write(State state, Sink sink) {
    sink.part("counters", out -> counters(state, out));
    for (QueueState queue : state.queues()) {
      sink.part("queue " + queue.record().name(), out -> queue(queue, out));
    }
    for (NodeRecord node : state.nodes()) {
      sink.part("node " + node.name(), node::encode);
    }
    sink.part("remote slots", out -> out.writeVarint(state.remoteWorkers().knownSlots()));
    for (WorkerRecord worker : state.remoteWorkers().all()) {
      sink.part("worker " + worker.name(), worker::encode);
    }
    for (TreeRecord tree : state.trees()) {
      sink.part(
          "tree " + tree.kind(),
          out -> tree.versions().forEach(version -> new TreeSet(tree.kind(), version).encode(out)));
    }
    coolDowns(state).forEach(entry -> sink.part("cool-down " + entry.key(), o -> write(entry, o)));
    for (OperationState operation : state.operations()) {
      sink.part("operation " + operation.id(), out -> operation(operation, out));
    }
    for (Tombstones.Stone stone : stones(state)) {
      sink.part("stone " + new JobId(stone.high(), stone.low()), out -> stone(stone, out));
    }
    for (JobRecord job : jobs(state)) {
      sink.part("job " + job.id(), job::encode);
    }
    for (ArchivedJob job : archived(state)) {
      sink.part("archived " + job.id(), job::encode);
    }
  }

  private static void counters(State state, Output out) {
    out.writeVarint(state.appliedIndex());
    out.writeVarint(state.nowMillis());
    out.writeVarint(state.nextOrder());
    out.writeVarint(state.nextQueueId());
    out.writeVarint(state.nextOperationId());
    out.writeVarint(state.tombstones().horizon());
    out.writeVarint(state.jobCount());
    out.writeSigned(state.clockShiftMillis());
  }

  private static void queue(QueueState queue, Output out) {
    queue.record().encode(out);
    for (JobState state : JobState.values()) {
      out.writeVarint(queue.count(state));
      out.writeVarint(queue.ended(state));
    }
  }

  private static List<CoolDowns.Entry> coolDowns(State state) {
    List<CoolDowns.Entry> entries = new ArrayList<>(state.coolDowns().all());
    entries.removeIf(entry -> entry.until() <= state.nowMillis());
    entries.sort(
        Comparator.comparingInt(CoolDowns.Entry::queueId).thenComparing(CoolDowns.Entry::key));
    return entries;
  }

  private static void write(CoolDowns.Entry entry, Output out) {
    out.writeVarint(entry.queueId());
    out.writeString(entry.key());
    out.writeLong(entry.holder().high());
    out.writeLong(entry.holder().low());
    out.writeVarint(entry.until());
  }

  private static void operation(OperationState operation, Output out) {
    out.writeString(String.join(" ", operation.action().words()));
    out.writeString(operation.filter() + operation.by() + operation.state());
    out.writeVarint(operation.startedAt());
    out.writeVarint(operation.endedAt());
    out.writeVarint(operation.undoOf());
    out.writeVarint(operation.selectedCount());
    out.writeVarint(operation.skipped());
    for (long[] chunk : operation.selectedChunks()) {
      for (long half : chunk) {
        out.writeLong(half);
      }
    }
    for (JobHead job : operation.before()) {
      if (job instanceof JobRecord record) {
        record.encode(out);
      } else if (job != null) {
        ((ArchivedJob) job).encode(out);
      }
    }
  }

  private static List<Tombstones.Stone> stones(State state) {
    List<Tombstones.Stone> stones = new ArrayList<>(state.tombstones().all());
    stones.removeIf(stone -> stone.until() <= state.nowMillis());
    return stones;
  }

  private static void stone(Tombstones.Stone stone, Output out) {
    out.writeLong(stone.high());
    out.writeLong(stone.low());
    out.writeLong(stone.specHash());
    out.writeVarint(stone.until());
  }

  private static List<JobRecord> jobs(State state) {
    List<JobRecord> jobs = new ArrayList<>(state.jobCount());
    state.forEachJob(jobs::add);
    jobs.sort(Comparator.comparing(JobRecord::id));
    return jobs;
  }

  private static List<ArchivedJob> archived(State state) {
    List<ArchivedJob> jobs = new ArrayList<>(state.archivedCount());
    state.forEachArchived(jobs::add);
    jobs.sort(Comparator.comparing(ArchivedJob::id));
    return jobs;
  }

  /** The first parts that differ, for people. */
  public static String difference(State one, State other) {
    TreeMap<String, String> ones = parts(one);
    TreeMap<String, String> others = parts(other);
    List<String> lines = new ArrayList<>();
    ones.forEach(
        (what, text) -> {
          if (!text.equals(others.get(what))) {
            lines.add(what + ": " + text + "\n   but " + others.get(what));
          }
        });
    others.keySet().stream()
        .filter(what -> !ones.containsKey(what))
        .forEach(what -> lines.add(what + ": absent\n   but " + others.get(what)));
    return String.join("\n", lines.subList(0, Math.min(8, lines.size())));
  }

  private static TreeMap<String, String> parts(State state) {
    TreeMap<String, String> parts = new TreeMap<>();
    write(
        state,
        (what, content) -> {
          Output out = new Output(256);
          content.accept(out);
          parts.put(what, HexFormat.of().formatHex(out.array(), 0, out.size()));
        });
    state.forEachJob(
        job -> parts.computeIfPresent("job " + job.id(), (k, hex) -> job + " " + job.at() + hex));
    return parts;
  }
}
