/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobState;
import io.desaster.api.queue.QueueSettings;
import io.desaster.core.state.JobHead;
import io.desaster.core.state.LongMap;
import io.desaster.core.state.QueueRecord;
import io.desaster.core.state.State;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Finished jobs in the order in which they may be forgotten: for each queue those that failed and
 * those that did not, each with one retention time, so that the first of a line always goes first.
 * Jobs whose children still wait stand aside until the last child is gone. Logarithmic in the
 * number of queues.
 */
final class Retention {
  private static final Comparator<RetentionLine> BY_LINE =
      Comparator.comparingInt(RetentionLine::queueId).thenComparing(RetentionLine::failed);

  private final LongMap<RetentionLine> lines = new LongMap<>();
  private final TreeSet<RetentionLine> byEnd =
      new TreeSet<>(Comparator.comparingLong(RetentionLine::firstEnd).thenComparing(BY_LINE));
  private final TreeSet<RetentionLine> byAge =
      new TreeSet<>(Comparator.comparingLong(RetentionLine::firstAt).thenComparing(BY_LINE));

  /** Lines whose first job may be another than they think; they are in no order meanwhile. */
  private final ArrayDeque<RetentionLine> unordered = new ArrayDeque<>();

  private final Map<JobId, JobHead> aside = new HashMap<>();
  private int size;

  /** Whether more than {@code max} jobs are finished and one of them could go. */
  boolean tooMany(int max) {
    return size > max && size > aside.size();
  }

  /** A queue is new or has other retention times. */
  void queueChanged(QueueRecord queue) {
    QueueSettings settings = queue.settings();
    setKeep(line(queue.id(), true), settings.keepFailed().toMillis());
    setKeep(line(queue.id(), false), settings.keepSucceeded().toMillis());
  }

  private void setKeep(RetentionLine line, long millis) {
    disorder(line);
    line.setKeepMillis(millis);
  }

  /** The queue has no jobs any more. */
  void queueRemoved(int queueId) {
    for (boolean failed : new boolean[] {true, false}) {
      RetentionLine line = lines.remove(key(queueId, failed));
      disorder(line);
      unordered.remove(line);
    }
  }

  void add(JobHead job) {
    RetentionLine line = line(job);
    line.add(job);
    size++;
    if (line.first() == null || job.at() < line.first().at()) {
      disorder(line);
    }
  }

  /** The finished job's record left the heap or came back to it. */
  void replaced(JobHead before, JobHead after) {
    removed(before);
    add(after);
  }

  /** The job is no longer finished, or gone. */
  void removed(JobHead job) {
    if (!aside.isEmpty()) {
      aside.remove(job.id());
    }
    size--;
    RetentionLine line = line(job);
    if (job.equals(line.first())) {
      disorder(line);
    }
  }

  /** Takes the line out of the orders before what they go by changes. */
  private void disorder(RetentionLine line) {
    if (line.isOrdered()) {
      if (line.first() != null) {
        byEnd.remove(line);
        byAge.remove(line);
      }
      line.setOrdered(false);
      unordered.add(line);
    }
  }

  private void order(State state) {
    while (!unordered.isEmpty()) {
      RetentionLine line = unordered.poll();
      line.look(state);
      line.setOrdered(true);
      if (line.first() != null) {
        byEnd.add(line);
        byAge.add(line);
      }
    }
  }

  /** The next job whose time is over, or, if there are too many, the oldest of all; else null. */
  JobHead next(State state, long nowMillis, int max) {
    order(state);
    if (byEnd.isEmpty()) {
      return null;
    }
    if (byEnd.first().firstEnd() <= nowMillis) {
      return byEnd.first().first();
    }
    return tooMany(max) ? byAge.first().first() : null;
  }

  /** When the next job's time is over; {@link Long#MAX_VALUE} if none is kept. */
  long nextMillis(State state) {
    order(state);
    return byEnd.isEmpty() ? Long.MAX_VALUE : byEnd.first().firstEnd();
  }

  /** Keeps the job that {@link #next} gave until its last child is gone. */
  void setAside(JobHead job) {
    RetentionLine line = line(job);
    disorder(line);
    line.removeFirst();
    aside.put(job.id(), job);
  }

  /** The job's last child is gone. */
  void childless(JobId id) {
    JobHead job = aside.remove(id);
    if (job != null) {
      RetentionLine line = line(job);
      disorder(line);
      line.add(job);
    }
  }

  private RetentionLine line(JobHead job) {
    return lines.get(key(job.queueId(), job.state() == JobState.FAILED));
  }

  private RetentionLine line(int queueId, boolean failed) {
    RetentionLine line = lines.get(key(queueId, failed));
    if (line == null) {
      line = new RetentionLine(queueId, failed);
      lines.put(key(queueId, failed), line);
    }
    return line;
  }

  private static long key(int queueId, boolean failed) {
    return (long) queueId << 1 | (failed ? 1 : 0);
  }
}
