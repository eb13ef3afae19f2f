/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import io.desaster.api.job.Eta;
import io.desaster.api.job.JobState;
import io.desaster.core.state.JobRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What will probably become of the jobs of a picture; nothing in it changes. */
final class Outlook {
  private static final int SAMPLES = 256;
  private static final int SAMPLES_OF_QUEUE = 4;

  /** Shorter waits are a matter of chance. */
  private static final int WORTH_JUDGING_MILLIS = 1000;

  private final Picture picture;
  private final Spans waiting;
  private final int[] runningP50;
  private final int[] runningP90;
  private long workMillis;

  /**
   * Starts and ends of many jobs, ms from the moment of the picture, {@link Replay#NEVER} or {@link
   * Replay#UNKNOWN}.
   */
  static final class Spans {
    final int[] startP50;
    final int[] startP90;
    final int[] finishP50;
    final int[] finishP90;

    Spans(int jobs) {
      startP50 = new int[jobs];
      startP90 = new int[jobs];
      finishP50 = new int[jobs];
      finishP90 = new int[jobs];
    }

    void setStart(int index, int p50, int p90) {
      startP50[index] = p50;
      startP90[index] = p90;
    }

    void setFinish(int index, int p50, int p90) {
      finishP50[index] = p50;
      finishP90[index] = p90;
    }
  }

  Outlook(Picture picture, Spans waiting, int[] runningP50, int[] runningP90) {
    this.picture = picture;
    this.waiting = waiting;
    this.runningP50 = runningP50;
    this.runningP90 = runningP90;
  }

  long atMillis() {
    return picture.nowMillis();
  }

  Outlook tookNanos(long nanos) {
    workMillis = nanos / 1_000_000;
    return this;
  }

  /** How long it took to make it. */
  long workMillis() {
    return workMillis;
  }

  Picture picture() {
    return picture;
  }

  Spans waiting() {
    return waiting;
  }

  /**
   * Some predictions of each queue, to be judged.
   *
   * @param queueIds is filled with their queues
   */
  List<Experience.Prediction> samples(List<Integer> queueIds) {
    Map<Integer, Integer> taken = new HashMap<>();
    List<Experience.Prediction> samples = new ArrayList<>();
    JobRecord[] jobs = picture.jobs();
    int step = Math.max(1, jobs.length / SAMPLES);
    for (int i = step - 1; i < jobs.length; i += step) {
      int p50 = waiting.startP50[i];
      int p90 = waiting.startP90[i];
      boolean told = p50 >= WORTH_JUDGING_MILLIS && p50 != Replay.NEVER && p90 >= p50;
      if (told
          && p90 != Replay.NEVER
          && jobs[i].state() == JobState.QUEUED
          && taken.merge(jobs[i].queueId(), 1, Integer::sum) <= SAMPLES_OF_QUEUE) {
        samples.add(new Experience.Prediction(jobs[i].order(), picture.nowMillis(), p50, p90));
        queueIds.add(jobs[i].queueId());
      }
    }
    return samples;
  }

  /** Whether it knows of the job in the state in which it is now. */
  boolean knows(JobRecord job) {
    return job.state() == JobState.RUNNING
        ? runningIndex(job) >= 0
        : picture.indexOf(job.order()) >= 0;
  }

  private int runningIndex(JobRecord job) {
    JobRecord[] running = picture.running();
    for (int i = 0; i < running.length; i++) {
      if (running[i].order() == job.order()) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Of a job it {@linkplain #knows}.
   *
   * @param nowMillis what is predicted for the past is predicted for now
   */
  Eta eta(JobRecord job, long nowMillis) {
    if (job.state() == JobState.RUNNING) {
      int at = runningIndex(job);
      Optional<Instant> p50 = instant(runningP50[at], nowMillis);
      Optional<Instant> p90 = instant(runningP90[at], nowMillis);
      return new Eta(Optional.empty(), Optional.empty(), p50, p90, unknown(job, runningP90[at]));
    }
    int at = picture.indexOf(job.order());
    int worst = worse(waiting.startP90[at], waiting.finishP90[at]);
    return new Eta(
        instant(waiting.startP50[at], nowMillis),
        instant(waiting.startP90[at], nowMillis),
        instant(waiting.finishP50[at], nowMillis),
        instant(waiting.finishP90[at], nowMillis),
        unknown(job, worst));
  }

  private static int worse(int start, int finish) {
    return start == Replay.NEVER || start == Replay.UNKNOWN ? start : finish;
  }

  private Optional<Instant> instant(int span, long nowMillis) {
    return span == Replay.NEVER || span == Replay.UNKNOWN
        ? Optional.empty()
        : Optional.of(Instant.ofEpochMilli(Math.max(nowMillis, picture.nowMillis() + span)));
  }

  private String unknown(JobRecord job, int span) {
    if (span != Replay.UNKNOWN && span != Replay.NEVER) {
      return "";
    }
    String obstacle = span == Replay.NEVER ? Obstacle.of(picture, job) : "";
    if (!obstacle.isEmpty()) {
      return obstacle;
    } else if (span == Replay.UNKNOWN || picture.hasUnknownRuns()) {
      return "no job of kind "
          + picture.kind()
          + " has ended yet, so nobody knows how long they run; an estimate given with them would"
          + " tell";
    }
    return "others take all slots for as long as it was looked ahead";
  }
}
