/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import io.desaster.api.job.JobState;
import io.desaster.core.discipline.JobLane;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.LongMap;
import java.util.function.Consumer;

/**
 * The jobs that wait, run, are planned or blocked, kept in step with the committed state, so that
 * nobody has to look for them among all others.
 */
public final class LiveJobs {
  private final LongMap<JobLane> queued = new LongMap<>();
  private final LongMap<JobRecord> running = new LongMap<>();
  private final LongMap<JobRecord> planned = new LongMap<>();
  private final LongMap<JobRecord> blocked = new LongMap<>();

  /** As {@link io.desaster.core.state.Index#jobChanged}. */
  public void jobChanged(JobRecord before, JobRecord after) {
    if (before != null) {
      leave(before);
    }
    if (after != null) {
      enter(after);
    }
  }

  private void leave(JobRecord job) {
    switch (job.state()) {
      case QUEUED -> queued.get(job.queueId()).remove(job);
      case RUNNING -> running.remove(job.order());
      case SCHEDULED, RETRYING -> planned.remove(job.order());
      case BLOCKED -> blocked.remove(job.order());
      default -> {}
    }
  }

  private void enter(JobRecord job) {
    switch (job.state()) {
      case QUEUED -> {
        JobLane lane = queued.get(job.queueId());
        if (lane == null) {
          lane = new JobLane();
          queued.put(job.queueId(), lane);
        }
        lane.add(job);
      }
      case RUNNING -> running.put(job.order(), job);
      case SCHEDULED, RETRYING -> planned.put(job.order(), job);
      case BLOCKED -> blocked.put(job.order(), job);
      default -> {}
    }
  }

  /** The queue is gone, and its jobs were before it. */
  public void queueDestroyed(int queueId) {
    queued.remove(queueId);
  }

  /** The job that waits longest in a queue, or null. */
  public JobRecord first(int queueId) {
    JobLane lane = queued.get(queueId);
    return lane == null ? null : (JobRecord) lane.first();
  }

  /** Whether some are SCHEDULED, RETRYING or BLOCKED. */
  public boolean hasPlanned() {
    return planned.size() > 0 || blocked.size() > 0;
  }

  /** The jobs that are QUEUED there, in the order in which they came. */
  public JobRecord[] queued(int queueId) {
    JobLane lane = queued.get(queueId);
    if (lane == null) {
      return new JobRecord[0];
    }
    JobRecord[] jobs = new JobRecord[lane.size()];
    int[] at = new int[1];
    lane.forEach(job -> jobs[at[0]++] = (JobRecord) job);
    return jobs;
  }

  /** Whether the job of this order is QUEUED there. */
  public boolean isQueued(int queueId, long order) {
    JobLane lane = queued.get(queueId);
    return lane != null && lane.contains(order);
  }

  /** All that are {@link JobState#RUNNING}, in no order. */
  public void forEachRunning(Consumer<JobRecord> action) {
    running.forEach(action);
  }

  /** All that are SCHEDULED or RETRYING, in no order. */
  public void forEachPlanned(Consumer<JobRecord> action) {
    planned.forEach(action);
  }

  /** All that are BLOCKED, in no order. */
  public void forEachBlocked(Consumer<JobRecord> action) {
    blocked.forEach(action);
  }
}
