/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import io.desaster.core.state.JobRecord;
import io.desaster.core.state.LongMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds out from which histories the run times of many jobs are drawn: first all jobs are looked
 * at, by any thread, and equal ones get the same number; then, on the thread that owns the
 * experience, each number gets its history.
 */
final class Sources {
  /** Nothing is known of how long it runs. */
  static final int UNKNOWN = -1;

  /** It runs as long as its submitter said. */
  static final int AS_ESTIMATED = -2;

  private static final long ESTIMATED = -1;
  private static final long MIX = 0x9E3779B97F4A7C15L;

  private final String kind;
  private final LongMap<Wanted> known = new LongMap<>();
  private final List<Wanted> wanted = new ArrayList<>();
  private final List<History> histories = new ArrayList<>();
  private int[] found;

  private record Wanted(int number, int queueId, long type) {}

  Sources(String kind) {
    this.kind = kind;
  }

  /** A number for what the job's run time will be drawn from. */
  int number(JobRecord job) {
    long type = job.options().estimateMillis() > 0 ? ESTIMATED : JobType.of(job, kind);
    long key = type * MIX + job.queueId();
    Wanted one = known.get(key);
    if (one == null) {
      one = new Wanted(wanted.size(), job.queueId(), type);
      known.put(key, one);
      wanted.add(one);
    }
    return one.number();
  }

  int[] numbers(JobRecord[] jobs) {
    int[] numbers = new int[jobs.length];
    for (int i = 0; i < jobs.length; i++) {
      numbers[i] = number(jobs[i]);
    }
    return numbers;
  }

  /** Finds the histories; on the thread that owns the experience. */
  void find(Experience experience) {
    Map<History, Integer> places = new HashMap<>();
    found = new int[wanted.size()];
    for (Wanted one : wanted) {
      found[one.number()] = find(one, experience, places);
    }
  }

  private int find(Wanted one, Experience experience, Map<History, Integer> places) {
    Experience.OfQueue queue = experience.queue(one.queueId());
    if (queue == null) {
      return UNKNOWN;
    }
    if (one.type() == ESTIMATED) {
      return queue.thousandths.size() >= RunTimes.ENOUGH
          ? place(queue.thousandths, places)
          : AS_ESTIMATED;
    }
    History ofType = one.type() == JobType.NONE ? null : experience.type(one.type());
    if (ofType != null && ofType.size() >= RunTimes.ENOUGH) {
      return place(ofType, places);
    } else if (queue.runs.size() > 0) {
      return place(queue.runs, places);
    }
    return queue.ofKind.size() > 0 ? place(queue.ofKind, places) : UNKNOWN;
  }

  private int place(History history, Map<History, Integer> places) {
    Integer place = places.get(history);
    if (place == null) {
      place = histories.size();
      places.put(history, place);
      histories.add(history.copy());
    }
    return place;
  }

  /** The places of the histories instead of the numbers. */
  int[] places(int[] numbers) {
    int[] places = new int[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      places[i] = found[numbers[i]];
    }
    return places;
  }

  List<History> histories() {
    return histories;
  }
}
