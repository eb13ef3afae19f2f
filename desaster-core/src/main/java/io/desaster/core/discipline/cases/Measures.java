/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline.cases;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The value of a check. */
final class Measures {
  private static final double MILLIS = 1e6;
  private static final double SECONDS = 1e9;

  private final Course course;
  private final Check check;
  private final long from;
  private final long to;

  private Measures(Course course, Check check) {
    this.course = course;
    this.check = check;
    this.from = check.fromNanos();
    this.to = Math.min(check.toNanos(), course.untilNanos);
  }

  static double value(Course course, Check check) {
    Measures measures = new Measures(course, check);
    return switch (check.type()) {
      case SERVED -> measures.measure(check.sel());
      case SHARE -> measures.share();
      case JAIN -> measures.jain();
      case WAIT -> measures.waits();
      case START -> measures.start();
      case FINISH -> measures.finish();
      case WINDOW -> measures.window();
      case GAP -> measures.gap();
      case RUNNING -> measures.running();
      case INVERSIONS -> measures.inversions();
      case ORDER -> measures.order();
      case LAG -> measures.lag();
      case ETA -> course.predictionErrors.get(check);
    };
  }

  private boolean inWindow(Run run) {
    return run.startNanos() >= from && run.startNanos() < to;
  }

  private double amount(Run run) {
    return check.measure() == Check.Measure.COST ? run.job().cost() : 1;
  }

  private double measure(Selector selector) {
    double[] sum = {0};
    course.forEachRun(
        selector,
        run -> {
          if (check.measure() == Check.Measure.RUN) {
            sum[0] += run.secondsIn(from, to);
          } else if (inWindow(run)) {
            sum[0] += amount(run);
          }
        });
    return sum[0];
  }

  private double share() {
    double whole = measure(check.of());
    return whole == 0 ? Double.NaN : measure(check.sel()) / whole;
  }

  private double jain() {
    double sum = 0;
    double squares = 0;
    for (Selector one : check.group()) {
      double part = measure(one) / one.weight();
      sum += part;
      squares += part * part;
    }
    return squares == 0 ? Double.NaN : sum * sum / (check.group().size() * squares);
  }

  private double waits() {
    Map<SimJob, Long> firstStarts = new HashMap<>();
    course.forEachRun(check.sel(), run -> firstStarts.putIfAbsent(run.job(), run.startNanos()));
    double[] waits =
        course.jobs.stream()
            .filter(job -> check.sel().picks(job, course.classes))
            .filter(job -> job.readyNanos() >= from && job.readyNanos() < to)
            .mapToDouble(
                job ->
                    (firstStarts.getOrDefault(job, course.untilNanos) - job.readyNanos()) / MILLIS)
            .sorted()
            .toArray();
    if (waits.length == 0) {
      return Double.NaN;
    }
    return switch (check.stat()) {
      case "max" -> waits[waits.length - 1];
      case "mean" -> Arrays.stream(waits).average().orElseThrow();
      default -> {
        double part = Double.parseDouble(check.stat().substring(1)) / 100;
        yield waits[(int) Math.max(0, Math.ceil(part * waits.length) - 1)];
      }
    };
  }

  private double start() {
    int[] left = {check.nth()};
    double[] start = {Double.POSITIVE_INFINITY};
    course.forEachRun(
        check.sel(),
        run -> {
          if (run.attempt() == 1 && inWindow(run) && --left[0] == 0) {
            start[0] = run.startNanos() / MILLIS;
          }
        });
    return start[0];
  }

  private double finish() {
    List<Long> ends = new ArrayList<>();
    course.forEachRun(
        check.sel(),
        run -> {
          if (run.succeeds() && inWindow(run)) {
            ends.add(run.endNanos());
          }
        });
    ends.sort(null);
    long picked =
        course.jobs.stream().filter(job -> check.sel().picks(job, course.classes)).count();
    long count = check.count() == 0 ? picked : check.count();
    return count == 0 || ends.size() < count
        ? Double.POSITIVE_INFINITY
        : ends.get((int) count - 1) / MILLIS;
  }

  private double window() {
    List<Run> runs = course.runs(check.sel());
    if (check.measure() == Check.Measure.RUN) {
      return usedWindow(runs);
    }
    double largest = 0;
    double inside = 0;
    int first = 0;
    for (Run run : runs) {
      if (!inWindow(run)) {
        continue;
      }
      inside += amount(run);
      while (!inWindow(runs.get(first))
          || runs.get(first).startNanos() <= run.startNanos() - check.lengthNanos()) {
        if (inWindow(runs.get(first))) {
          inside -= amount(runs.get(first));
        }
        first++;
      }
      largest = Math.max(largest, inside);
    }
    return largest;
  }

  /** Slot time: the largest is found where an interval begins or ends with an attempt. */
  private double usedWindow(List<Run> runs) {
    Usage usage = new Usage(runs, List.of(), 0);
    double largest = 0;
    long length = Math.min(check.lengthNanos(), to - from);
    for (long at : usage.times) {
      for (long begin : new long[] {at, at - length}) {
        long inside = Math.max(from, Math.min(begin, to - length));
        largest = Math.max(largest, usage.at(inside + length) - usage.at(inside));
      }
    }
    return largest;
  }

  private double gap() {
    long[] last = {from};
    long[] longest = {0};
    course.forEachRun(
        check.sel(),
        run -> {
          if (inWindow(run)) {
            longest[0] = Math.max(longest[0], run.startNanos() - last[0]);
            last[0] = run.startNanos();
          }
        });
    return Math.max(longest[0], to - last[0]) / MILLIS;
  }

  private double running() {
    List<long[]> steps = new ArrayList<>();
    course.forEachRun(
        check.sel(),
        run -> {
          long begin = Math.max(run.startNanos(), from);
          long end = run.endNanos();
          if (begin < to && begin < end) {
            steps.add(new long[] {begin, 1});
            steps.add(new long[] {end, -1});
          }
        });
    // Ends come before starts of the same instant.
    steps.sort((a, b) -> a[0] != b[0] ? Long.compare(a[0], b[0]) : Long.compare(a[1], b[1]));
    long now = 0;
    long most = 0;
    for (long[] step : steps) {
      now += step[1];
      most = Math.max(most, now);
    }
    return most;
  }

  private double inversions() {
    Map<List<Object>, Long> latest = new HashMap<>();
    int[] inversions = {0};
    course.forEachRun(
        check.sel(),
        run -> {
          if (run.attempt() != 1 || !inWindow(run)) {
            return;
          }
          SimJob job = run.job();
          List<Object> line = List.of(job.arrivals.className(), job.flow, job.demand);
          long before = latest.getOrDefault(line, Long.MIN_VALUE);
          if (job.arrived < before) {
            inversions[0]++;
          } else {
            latest.put(line, job.arrived);
          }
        });
    return inversions[0];
  }

  private double order() {
    List<String> names = new ArrayList<>();
    course.forEachRun(
        check.sel(),
        run -> {
          if (inWindow(run) && names.size() < check.sequence().size()) {
            names.add(
                switch (check.by()) {
                  case "class" -> run.job().arrivals.className();
                  case "flow" -> run.job().flow;
                  default -> run.job().id();
                });
          }
        });
    return names.equals(check.sequence()) ? 0 : 1;
  }

  private double lag() {
    Usage usage = new Usage(course.runs(check.sel()), course.runs(check.of()), check.share());
    double begin = usage.at(from);
    double largest = Math.abs(usage.at(to) - begin);
    for (long at : usage.times) {
      if (at >= from && at <= to) {
        largest = Math.max(largest, Math.abs(usage.at(at) - begin));
      }
    }
    return largest;
  }

  /** Slot-seconds used until a time: of some attempts, less a share of those of others. */
  private static final class Usage {
    final long[] times;
    private final double[] sums;
    private final double[] slopes;

    Usage(List<Run> runs, List<Run> others, double share) {
      Map<Long, Double> changes = new HashMap<>();
      add(changes, runs, 1);
      add(changes, others, -share);
      times = changes.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
      sums = new double[times.length];
      slopes = new double[times.length];
      double slope = 0;
      for (int i = 0; i < times.length; i++) {
        sums[i] = i == 0 ? 0 : sums[i - 1] + slope * (times[i] - times[i - 1]) / SECONDS;
        slope += changes.get(times[i]);
        slopes[i] = slope;
      }
    }

    private static void add(Map<Long, Double> changes, List<Run> runs, double by) {
      for (Run run : runs) {
        changes.merge(run.startNanos(), by, Double::sum);
        changes.merge(run.endNanos(), -by, Double::sum);
      }
    }

    double at(long nanos) {
      int index = Arrays.binarySearch(times, nanos);
      int before = index >= 0 ? index : -index - 2;
      return before < 0 ? 0 : sums[before] + slopes[before] * (nanos - times[before]) / SECONDS;
    }
  }
}
