/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.job.JobState;

/** A queue and how many of its jobs are where. */
public final class QueueState {
  private static final int STATES = JobState.values().length;

  private QueueRecord record;
  private final long[] counts = new long[STATES];
  private final long[] ended = new long[STATES];

  QueueState(QueueRecord record) {
    this.record = record;
  }

  public QueueRecord record() {
    return record;
  }

  void set(QueueRecord newRecord) {
    record = newRecord;
  }

  /** Jobs that are in this state now. */
  public long count(JobState state) {
    return counts[state.ordinal()];
  }

  /** Jobs that ever came to this final state. */
  public long ended(JobState state) {
    return ended[state.ordinal()];
  }

  /** Jobs that wait in any way. */
  public long waiting() {
    return count(JobState.BLOCKED)
        + count(JobState.SCHEDULED)
        + count(JobState.QUEUED)
        + count(JobState.RETRYING);
  }

  void entered(JobState state) {
    counts[state.ordinal()]++;
  }

  void left(JobState state) {
    counts[state.ordinal()]--;
  }

  void countEnd(JobState state) {
    ended[state.ordinal()]++;
  }

  void setEnded(JobState state, long number) {
    ended[state.ordinal()] = number;
  }
}
