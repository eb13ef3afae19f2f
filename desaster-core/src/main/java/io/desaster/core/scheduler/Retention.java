/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobState;
import io.desaster.api.queue.QueueSettings;
import io.desaster.core.state.ArchivedJob;
import io.desaster.core.state.JobHead;
import io.desaster.core.state.Moments;
import io.desaster.core.state.State;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * Finished jobs in the order in which they may be forgotten: for each queue those that failed and
 * those that did not, each with one retention time, so that the first of a line always goes first.
 * Jobs whose children still wait stand aside until the last child is gone.
 */
final class Retention {
  private record Key(int queueId, boolean failed) {}

  /** Jobs of one retention time. Those that end come in time order, changed ones anywhere. */
  private static final class Line {
    final ArrayDeque<JobHead> archived = new ArrayDeque<>();
    final ArrayDeque<JobHead> inOrder = new ArrayDeque<>();
    final PriorityQueue<JobHead> late =
        new PriorityQueue<>(4, Comparator.comparingLong(JobHead::at));

    void add(JobHead job) {
      ArrayDeque<JobHead> line = job instanceof ArchivedJob ? archived : inOrder;
      if (line.isEmpty() || line.peekLast().at() <= job.at()) {
        line.add(job);
      } else {
        late.add(job);
      }
    }

    JobHead first(State state) {
      return older(older(first(archived, state), first(inOrder, state)), first(late, state));
    }

    private static JobHead older(JobHead one, JobHead other) {
      return one == null || other != null && other.at() < one.at() ? other : one;
    }

    /** Clears away jobs that changed since they were put here. */
    private static JobHead first(Queue<JobHead> jobs, State state) {
      while (!jobs.isEmpty()) {
        JobHead job = jobs.peek();
        if (state.head(job.high(), job.low()) == job) {
          return job;
        }
        jobs.poll();
      }
      return null;
    }

    void removeFirst(JobHead job) {
      for (Queue<JobHead> line : List.of(archived, inOrder, late)) {
        if (line.peek() == job) {
          line.poll();
          return;
        }
      }
    }
  }

  private final Map<Key, Line> lines = new HashMap<>();
  private final Map<JobId, JobHead> aside = new HashMap<>();
  private int size;

  /** Whether more than {@code max} jobs are finished and one of them could go. */
  boolean tooMany(int max) {
    return size > max && size > aside.size();
  }

  void add(JobHead job) {
    line(job).add(job);
    size++;
  }

  /** The finished job's record left the heap or came back to it. */
  void replaced(JobHead before, JobHead after) {
    removed(before);
    add(after);
  }

  /** The job is no longer finished, or gone; its place in the line is cleared when it comes up. */
  void removed(JobHead job) {
    if (!aside.isEmpty()) {
      aside.remove(job.id());
    }
    size--;
  }

  /** The next job whose time is over, or, if there are too many, the oldest of all; else null. */
  JobHead next(State state, long nowMillis, int max) {
    JobHead oldest = null;
    for (Map.Entry<Key, Line> entry : lines.entrySet()) {
      JobHead first = entry.getValue().first(state);
      if (first == null) {
        continue;
      }
      if (endMillis(first, entry.getKey(), state) <= nowMillis) {
        return first;
      }
      if (oldest == null || first.at() < oldest.at()) {
        oldest = first;
      }
    }
    return tooMany(max) ? oldest : null;
  }

  /** When the next job's time is over; {@link Long#MAX_VALUE} if none is kept. */
  long nextMillis(State state) {
    long next = Long.MAX_VALUE;
    for (Map.Entry<Key, Line> entry : lines.entrySet()) {
      JobHead first = entry.getValue().first(state);
      if (first != null) {
        next = Math.min(next, endMillis(first, entry.getKey(), state));
      }
    }
    return next;
  }

  /** Keeps the job that {@link #next} gave until its last child is gone. */
  void setAside(JobHead job) {
    line(job).removeFirst(job);
    aside.put(job.id(), job);
  }

  /** The job's last child is gone. */
  void childless(JobId id) {
    JobHead job = aside.remove(id);
    if (job != null) {
      line(job).add(job);
    }
  }

  private Line line(JobHead job) {
    Key key = new Key(job.queueId(), job.state() == JobState.FAILED);
    return lines.computeIfAbsent(key, k -> new Line());
  }

  private static long endMillis(JobHead job, Key key, State state) {
    QueueSettings settings = state.queue(key.queueId()).record().settings();
    return Moments.after(
        job.at(), (key.failed() ? settings.keepFailed() : settings.keepSucceeded()).toMillis());
  }
}
