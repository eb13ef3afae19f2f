/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.JobState;
import io.desaster.api.queue.QueueSettings;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.State;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Finished jobs in the order in which they may be forgotten: for each queue those that failed and
 * those that did not, each with one retention time, so that the first of a line always goes first.
 */
final class Retention {
  private record Line(int queueId, boolean failed) {}

  private final Map<Line, ArrayDeque<JobRecord>> lines = new HashMap<>();
  private int size;

  /** Finished jobs at present. */
  int size() {
    return size;
  }

  void add(JobRecord job, QueueSettings settings) {
    lines.computeIfAbsent(lineOf(job), line -> new ArrayDeque<>()).add(job);
    size++;
  }

  /** The job is no longer finished, or gone; its place in the line is cleared when it comes up. */
  void removed(JobRecord job) {
    size--;
  }

  /** The next job whose time is over, or, above {@code max}, the oldest of all; null if none. */
  JobRecord next(State state, long nowMillis, int max) {
    JobRecord oldest = null;
    for (Map.Entry<Line, ArrayDeque<JobRecord>> entry : lines.entrySet()) {
      JobRecord first = first(entry.getValue(), state);
      if (first == null) {
        continue;
      }
      QueueSettings settings = state.queue(entry.getKey().queueId()).record().settings();
      if (first.at() + keepMillis(first, settings) <= nowMillis) {
        return first;
      }
      if (oldest == null || first.at() < oldest.at()) {
        oldest = first;
      }
    }
    return size > max ? oldest : null;
  }

  /** When the next job's time is over; {@link Long#MAX_VALUE} if none is kept. */
  long nextMillis(State state) {
    long next = Long.MAX_VALUE;
    for (Map.Entry<Line, ArrayDeque<JobRecord>> entry : lines.entrySet()) {
      JobRecord first = first(entry.getValue(), state);
      if (first != null) {
        QueueSettings settings = state.queue(entry.getKey().queueId()).record().settings();
        next = Math.min(next, first.at() + keepMillis(first, settings));
      }
    }
    return next;
  }

  /** Puts a job that must be kept a while longer at the end of its line. */
  void defer(JobRecord job) {
    ArrayDeque<JobRecord> line = lines.get(lineOf(job));
    line.remove(job);
    line.add(job);
  }

  private static JobRecord first(ArrayDeque<JobRecord> line, State state) {
    while (!line.isEmpty()) {
      JobRecord job = line.peek();
      if (state.job(job.high(), job.low()) == job) {
        return job;
      }
      line.poll();
    }
    return null;
  }

  private static Line lineOf(JobRecord job) {
    return new Line(job.queueId(), job.state() == JobState.FAILED);
  }

  private static long keepMillis(JobRecord job, QueueSettings settings) {
    return (job.state() == JobState.FAILED ? settings.keepFailed() : settings.keepSucceeded())
        .toMillis();
  }
}
