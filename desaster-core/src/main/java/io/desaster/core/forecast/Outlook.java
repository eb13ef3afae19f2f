/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import io.desaster.api.job.Eta;
import io.desaster.api.job.JobState;
import io.desaster.core.state.JobRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Predicate;

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

  Picture picture() {
    return picture;
  }

  Spans waiting() {
    return waiting;
  }

  /**
   * Some predictions, to be judged: of each queue, up to {@value #SAMPLES} in all, that of the last
   * job and those half, a quarter and an eighth of the way to it.
   *
   * @param queueIds is filled with their queues
   */
  List<Experience.Prediction> samples(List<Integer> queueIds) {
    Map<Integer, Tally> tallies = new HashMap<>();
    JobRecord[] jobs = picture.jobs();
    for (int i = 0; i < jobs.length; i++) {
      if (worthJudging(i)) {
        tallies.computeIfAbsent(jobs[i].queueId(), id -> new Tally()).all++;
      }
    }
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < jobs.length; i++) {
      if (worthJudging(i) && tallies.get(jobs[i].queueId()).next()) {
        found.add(i);
      }
    }
    // If there are too many queues, not always the same ones.
    int begin = found.isEmpty() ? 0 : (int) (picture.nowMillis() % found.size());
    List<Experience.Prediction> samples = new ArrayList<>();
    for (int i = 0; i < Math.min(found.size(), SAMPLES); i++) {
      int index = found.get((begin + i) % found.size());
      samples.add(prediction(index));
      queueIds.add(jobs[index].queueId());
    }
    return samples;
  }

  /** How many jobs of a queue there are, and how many were passed. */
  private static final class Tally {
    private int all;
    private int passed;

    /** Passes one; whether it is to be judged. */
    boolean next() {
      passed++;
      for (int i = 0; i < SAMPLES_OF_QUEUE; i++) {
        if (passed == Math.max(1, all >> i)) {
          return true;
        }
      }
      return false;
    }
  }

  private Experience.Prediction prediction(int index) {
    return new Experience.Prediction(
        picture.jobs()[index].order(),
        picture.nowMillis(),
        new Experience.Range(startP50(index), startP90(index)),
        new Experience.Range(waiting.startP50[index], waiting.startP90[index]));
  }

  private int startP50(int index) {
    int p50 = waiting.startP50[index];
    int p90 = waiting.startP90[index];
    return stretches(p50, p90) ? Recalibration.stretched(p50, p90, stretch(index).p50()) : p50;
  }

  private int startP90(int index) {
    int p50 = waiting.startP50[index];
    int p90 = waiting.startP90[index];
    return stretches(p50, p90) ? Recalibration.stretched(p50, p90, stretch(index).p90()) : p90;
  }

  /** What is certain, or not known, stays as it is. */
  private static boolean stretches(int p50, int p90) {
    return isTime(p90) && Recalibration.tells(p50, p90);
  }

  private Recalibration.Stretch stretch(int index) {
    return picture.queue(picture.jobs()[index].queueId()).stretch();
  }

  private boolean worthJudging(int index) {
    int p50 = waiting.startP50[index];
    int p90 = waiting.startP90[index];
    return p50 >= WORTH_JUDGING_MILLIS
        && p50 != Replay.NEVER
        && p90 != Replay.NEVER
        && p90 >= p50
        && picture.jobs()[index].state() == JobState.QUEUED;
  }

  /** Those of these jobs that start first, no more than so many, in no order. */
  List<JobRecord> soonest(Predicate<JobRecord> which, int max) {
    JobRecord[] jobs = picture.jobs();
    PriorityQueue<Integer> soonest =
        new PriorityQueue<>(Comparator.comparingInt(this::startOrNever).reversed());
    for (int i = 0; i < jobs.length; i++) {
      boolean room = soonest.size() < max || startOrNever(i) < startOrNever(soonest.peek());
      if (room && which.test(jobs[i])) {
        if (soonest.size() == max) {
          soonest.poll();
        }
        soonest.add(i);
      }
    }
    return soonest.stream().map(index -> jobs[index]).toList();
  }

  private int startOrNever(int index) {
    int start = waiting.startP50[index];
    return start == Replay.UNKNOWN ? Replay.NEVER : start;
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
    int startP50 = startP50(at);
    int startP90 = startP90(at);
    int worst = worse(startP90, waiting.finishP90[at]);
    return new Eta(
        instant(startP50, nowMillis),
        instant(startP90, nowMillis),
        instant(later(waiting.finishP50[at], startP50 - waiting.startP50[at]), nowMillis),
        instant(later(waiting.finishP90[at], startP90 - waiting.startP90[at]), nowMillis),
        unknown(job, worst));
  }

  private static int later(int span, int more) {
    return isTime(span) ? (int) Math.min((long) span + more, Replay.NEVER - 1) : span;
  }

  private static boolean isTime(int span) {
    return span != Replay.NEVER && span != Replay.UNKNOWN;
  }

  private static int worse(int start, int finish) {
    return isTime(start) ? finish : start;
  }

  private Optional<Instant> instant(int span, long nowMillis) {
    return !isTime(span)
        ? Optional.empty()
        : Optional.of(Instant.ofEpochMilli(Math.max(nowMillis, picture.nowMillis() + span)));
  }

  private String obstacle(JobRecord job, int span) {
    String blocked = picture.lineage().obstacle(job);
    if (!blocked.isEmpty()) {
      return blocked;
    }
    String own = span == Replay.NEVER ? Obstacle.of(picture, job) : "";
    if (!own.isEmpty()) {
      return own;
    }
    for (JobRecord parent : picture.lineage().parentsOf(job)) {
      int at = picture.indexOf(parent.order());
      if (at >= 0 && waiting.finishP50[at] == Replay.NEVER) {
        String ofParent = Obstacle.of(picture, parent);
        if (!ofParent.isEmpty()) {
          return Lineage.inherited(parent, ofParent);
        }
      }
    }
    return "";
  }

  private String unknown(JobRecord job, int span) {
    if (span != Replay.UNKNOWN && span != Replay.NEVER) {
      return "";
    }
    String obstacle = obstacle(job, span);
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
