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
import io.desaster.core.state.QueueRecord;
import io.desaster.core.state.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What was learned from jobs that came and ended: how long they run, by kind, queue and {@link
 * JobType}, and how many come. Follows the committed state, on its thread; bounded, for of types
 * the {@value #TYPES_MAX} used last are kept.
 */
public final class Experience implements Index {
  static final int TYPES_MAX = 4096;
  private static final int OPEN_MAX = 4096;
  private static final int PERCENT = 100;

  /** Fewer judged predictions say little of the next ones. */
  private static final int TOLD_FROM = 20;

  private static final int FORMAT = 2;
  private static final int FORMAT_WITHOUT_SCORES = 1;

  private final Map<String, History> kinds = new HashMap<>();
  private final LongMap<OfQueue> queues = new LongMap<>();
  private final Map<Long, History> types =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, History> eldest) {
          return size() > TYPES_MAX;
        }
      };

  private final LongMap<Prediction> open = new LongMap<>();

  /**
   * When a waiting job was said to start; it will be judged.
   *
   * @param order of the job
   * @param madeAtMillis when it was said, milliseconds since 1970
   * @param told from then on
   * @param futures what its futures had, before they were stretched
   */
  record Prediction(long order, long madeAtMillis, Range told, Range futures) {}

  /** Two quantiles of a wait, ms. */
  record Range(long p50Millis, long p90Millis) {}

  /** What was learned of one queue. */
  static final class OfQueue {
    final int id;
    final String kind;
    final History ofKind;
    final Arrivals arrivals = new Arrivals();
    final Accuracy accuracy = new Accuracy();
    final Recalibration recalibration = new Recalibration();
    final History runs = new History();

    /** Run times as thousandths of what the jobs' submitters expected. */
    final History thousandths = new History();

    /** The job whose wait will be the next score; 0: none. */
    private long scored;

    private int scoresBegun;

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

  private History ofKind(String kind) {
    return kinds.computeIfAbsent(kind, name -> new History());
  }

  @Override
  public void jobChanged(JobRecord before, JobRecord after) {
    if (after == null) {
      open.remove(before.order());
      return;
    }
    JobState was = before == null ? null : before.state();
    if (was == JobState.QUEUED && after.state() != JobState.QUEUED && open.size() > 0) {
      judge(before, after);
    }
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

  private void judge(JobRecord before, JobRecord after) {
    Prediction made = open.remove(before.order());
    if (made != null && after.state() == JobState.RUNNING) {
      long wait = after.course().last().startedAt() - made.madeAtMillis();
      OfQueue queue = queues.get(before.queueId());
      queue.accuracy.add(wait, made.told().p50Millis(), made.told().p90Millis());
      if (queue.scored == before.order()) {
        queue.scored = 0;
        Range futures = made.futures();
        queue.recalibration.add(wait, futures.p50Millis(), futures.p90Millis());
      }
    }
  }

  /** Something was said of jobs that wait; of each the first prediction will be judged. */
  void predicted(List<Prediction> predictions, LiveJobs live, List<Integer> queueIds) {
    for (int i = 0; i < predictions.size() && open.size() < OPEN_MAX; i++) {
      Prediction one = predictions.get(i);
      if (open.get(one.order()) == null && live.isQueued(queueIds.get(i), one.order())) {
        open.put(one.order(), one);
      }
    }
    score(predictions, queueIds);
  }

  /**
   * Of each queue one prediction at a time becomes a score, now one of a short, now of a long wait.
   */
  private void score(List<Prediction> predictions, List<Integer> queueIds) {
    Map<Integer, List<Prediction>> telling = new LinkedHashMap<>();
    for (int i = 0; i < predictions.size(); i++) {
      Prediction one = predictions.get(i);
      Range futures = one.futures();
      if (open.get(one.order()) == one
          && Recalibration.tells(futures.p50Millis(), futures.p90Millis())) {
        telling.computeIfAbsent(queueIds.get(i), id -> new ArrayList<>()).add(one);
      }
    }
    telling.forEach(
        (id, some) -> {
          OfQueue queue = queues.get(id);
          if (queue != null && (queue.scored == 0 || open.get(queue.scored) == null)) {
            queue.scored = some.get(queue.scoresBegun++ % some.size()).order();
          }
        });
  }

  /** How good predictions for a queue were, in words; empty if none was judged. */
  public String accuracy(int queueId) {
    OfQueue queue = queues.get(queueId);
    if (queue == null || queue.accuracy.size() == 0) {
      return "";
    } else if (queue.accuracy.size() < TOLD_FROM) {
      return "not known yet how good they are, "
          + queue.accuracy.size()
          + " of at least "
          + TOLD_FROM
          + " were judged";
    }
    return String.format(
        Locale.ROOT,
        "off by %.0f %% of the wait at the median, %.0f %% of the jobs started before their P90"
            + " (of the last %d predictions)",
        queue.accuracy.medianError() * PERCENT,
        queue.accuracy.coverage() * PERCENT,
        queue.accuracy.size());
  }

  /**
   * How far the predicted waits were off, at the median, of the wait; NaN if too few were judged.
   */
  public double medianErrorRatio(int queueId) {
    OfQueue queue = queues.get(queueId);
    return queue == null || queue.accuracy.size() < TOLD_FROM
        ? Double.NaN
        : queue.accuracy.medianError();
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
          queue.accuracy.encode(out);
          queue.recalibration.encode(out);
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
    if (format != FORMAT && format != FORMAT_WITHOUT_SCORES) {
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
      Accuracy accuracy = new Accuracy();
      accuracy.decode(in);
      Recalibration recalibration = new Recalibration();
      if (format != FORMAT_WITHOUT_SCORES) {
        recalibration.decode(in);
      }
      OfQueue queue = queues.get(id);
      if (queue != null) {
        queue.accuracy.take(accuracy);
        queue.recalibration.take(recalibration);
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
