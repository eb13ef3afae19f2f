/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.core.state.ArchivedJob;
import io.desaster.core.state.JobHead;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.Moments;
import io.desaster.core.state.State;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * The finished jobs of a queue that are kept equally long, the oldest first. A job that changes
 * leaves its place in the line only when it comes up.
 */
final class RetentionLine {
  private final int queueId;
  private final boolean failed;
  private final ArrayDeque<ArchivedRun> archived = new ArrayDeque<>();
  private final ArrayDeque<JobRecord> onHeap = new ArrayDeque<>();

  /** Those that did not come in the order of time. */
  private final PriorityQueue<JobHead> late =
      new PriorityQueue<>(4, Comparator.comparingLong(JobHead::at));

  private long keepMillis;
  private JobHead first;
  private boolean ordered = true;

  /** Archived jobs one after the other: a million of them take no room here. */
  private static final class ArchivedRun {
    ArchivedJob first;
    ArchivedJob last;

    ArchivedRun(ArchivedJob job) {
      first = job;
      last = job;
    }
  }

  RetentionLine(int queueId, boolean failed) {
    this.queueId = queueId;
    this.failed = failed;
  }

  int queueId() {
    return queueId;
  }

  boolean failed() {
    return failed;
  }

  /** Whether the line has its place among the others. */
  boolean isOrdered() {
    return ordered;
  }

  void setOrdered(boolean inOrder) {
    ordered = inOrder;
  }

  void setKeepMillis(long millis) {
    keepMillis = millis;
  }

  void add(JobHead job) {
    if (job instanceof ArchivedJob stub) {
      add(stub);
    } else if (onHeap.isEmpty() || onHeap.peekLast().at() <= job.at()) {
      onHeap.add((JobRecord) job);
    } else {
      late.add(job);
    }
  }

  private void add(ArchivedJob job) {
    ArchivedRun run = archived.peekLast();
    if (run != null && run.last.at() > job.at()) {
      late.add(job);
    } else if (run != null && job.follows(run.last)) {
      run.last = job;
    } else {
      archived.add(new ArchivedRun(job));
    }
  }

  /** The oldest job, as of the last {@link #look}; null if there is none. */
  JobHead first() {
    return first;
  }

  /** When the first job came to its end, milliseconds since 1970. */
  long firstAt() {
    return first.at();
  }

  /** When its time is over. */
  long firstEnd() {
    return Moments.after(first.at(), keepMillis);
  }

  /** Looks which job is the oldest now. */
  void look(State state) {
    first = older(older(firstArchived(state), firstOnHeap(state)), firstLate(state));
  }

  private static JobHead older(JobHead one, JobHead other) {
    return one == null || other != null && other.at() < one.at() ? other : one;
  }

  private JobHead firstArchived(State state) {
    while (!archived.isEmpty() && !state.has(archived.peek().first)) {
      pollArchived();
    }
    return archived.isEmpty() ? null : archived.peek().first;
  }

  private void pollArchived() {
    ArchivedRun run = archived.peek();
    if (run.first.equals(run.last)) {
      archived.poll();
    } else {
      run.first = run.first.next();
    }
  }

  private JobHead firstOnHeap(State state) {
    while (!onHeap.isEmpty() && !present(onHeap.peek(), state)) {
      onHeap.poll();
    }
    return onHeap.peek();
  }

  private JobHead firstLate(State state) {
    while (!late.isEmpty() && !present(late.peek(), state)) {
      late.poll();
    }
    return late.peek();
  }

  private static boolean present(JobHead job, State state) {
    return job instanceof ArchivedJob stub
        ? state.has(stub)
        : state.job(job.high(), job.low()) == job;
  }

  /** Takes out the first job, which may come back. */
  void removeFirst() {
    if (first == onHeap.peek()) {
      onHeap.poll();
    } else if (first == late.peek()) {
      late.poll();
    } else {
      pollArchived();
    }
    first = null;
  }
}
