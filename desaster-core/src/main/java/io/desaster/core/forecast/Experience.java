/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import io.desaster.api.job.JobState;
import io.desaster.api.job.Outcome;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.AttemptRecord;
import io.desaster.core.state.Index;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.LongMap;
import io.desaster.core.state.NodeRecord;
import io.desaster.core.state.QueueRecord;
import io.desaster.core.state.State;
import io.desaster.core.state.TreeRecord;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was learned from jobs that came and ended: how long they run, by kind, queue and {@link
 * JobType}, and how many come. Follows the committed state, on its thread; bounded, for of types
 * the {@value #TYPES_MAX} used last are kept.
 */
public final class Experience implements Index {
  static final int TYPES_MAX = 4096;
  private static final int FORMAT = 1;

  private final Map<String, History> kinds = new HashMap<>();
  private final LongMap<OfQueue> queues = new LongMap<>();
  private final Map<Long, History> types =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, History> eldest) {
          return size() > TYPES_MAX;
        }
      };

  /** What was learned of one queue. */
  static final class OfQueue {
    final int id;
    final String kind;
    final History ofKind;
    final Arrivals arrivals = new Arrivals();
    final History runs = new History();

    /** Run times as thousandths of what the jobs' submitters expected. */
    final History thousandths = new History();

    private OfQueue(int id, String kind, History ofKind) {
      this.id = id;
      this.kind = kind;
      this.ofKind = ofKind;
    }
  }

  @Override
  public void queueChanged(QueueRecord before, QueueRecord after) {
    if (after == null) {
      queues.remove(before.id());
    } else if (queues.get(after.id()) == null) {
      queues.put(after.id(), new OfQueue(after.id(), after.kind(), ofKind(after.kind())));
    }
  }

  /** Gets to know the queues that are there. */
  public void know(State state) {
    state.queues().forEach(queue -> queueChanged(null, queue.record()));
  }

  @Override
  public void nodeChanged(NodeRecord before, NodeRecord after) {}

  @Override
  public void treeChanged(TreeRecord tree) {}

  private History ofKind(String kind) {
    return kinds.computeIfAbsent(kind, name -> new History());
  }

  @Override
  public void jobChanged(JobRecord before, JobRecord after) {
    if (after == null) {
      return;
    }
    JobState was = before == null ? null : before.state();
    if (was == JobState.RUNNING) {
      if (after.state() != JobState.RUNNING) {
        ended(before, after);
      }
    } else if (after.state() == JobState.QUEUED && was != JobState.QUEUED) {
      queues.get(after.queueId()).arrivals.add(after, after.at());
    }
  }

  private void ended(JobRecord before, JobRecord after) {
    AttemptRecord began = before.course().last();
    AttemptRecord ended = after.course().last();
    if (ended == null || ended.number() != began.number() || !tells(ended.outcome())) {
      return;
    }
    OfQueue queue = queues.get(before.queueId());
    long ran = Math.max(0, ended.endedAt() - began.startedAt());
    queue.ofKind.add(ran);
    queue.runs.add(ran);
    long expected = before.options().estimateMillis();
    if (expected > 0) {
      queue.thousandths.add(Math.min(ran, Integer.MAX_VALUE) * RunTimes.THOUSAND / expected);
    }
    long type = JobType.of(before, queue.kind);
    if (type != JobType.NONE) {
      types.computeIfAbsent(type, any -> new History()).add(ran);
    }
  }

  /** Whether it tells how long such a job holds its slot. */
  private static boolean tells(Outcome outcome) {
    return switch (outcome) {
      case SUCCEEDED, FAILED, TIMED_OUT, LIMIT_EXCEEDED -> true;
      default -> false;
    };
  }

  OfQueue queue(int id) {
    return queues.get(id);
  }

  /** The history of a type, or null. */
  History type(long type) {
    return types.get(type);
  }

  /** Writes what was learned of run times. */
  public void encode(Output out) {
    out.writeVarint(FORMAT);
    out.writeVarint(kinds.size());
    kinds.forEach(
        (kind, history) -> {
          out.writeString(kind);
          history.encode(out);
        });
    out.writeVarint(queues.size());
    queues.forEach(
        queue -> {
          out.writeVarint(queue.id);
          queue.runs.encode(out);
          queue.thousandths.encode(out);
        });
    out.writeVarint(types.size());
    types.forEach(
        (type, history) -> {
          out.writeLong(type);
          history.encode(out);
        });
  }

  /** Reads it back; the queues must be known already. */
  public void decode(Input in) {
    int format = in.readVarint32();
    if (format != FORMAT) {
      throw new IllegalStateException(
          "format " + format + " of learned run times is not known to this version");
    }
    for (int i = in.readVarint32(); i > 0; i--) {
      ofKind(in.readString()).take(History.decode(in));
    }
    for (int i = in.readVarint32(); i > 0; i--) {
      int id = in.readVarint32();
      History runs = History.decode(in);
      History thousandths = History.decode(in);
      OfQueue queue = queues.get(id);
      if (queue != null) {
        queue.runs.take(runs);
        queue.thousandths.take(thousandths);
      }
    }
    for (int i = in.readVarint32(); i > 0; i--) {
      long type = in.readLong();
      types.put(type, History.decode(in));
    }
  }
}
