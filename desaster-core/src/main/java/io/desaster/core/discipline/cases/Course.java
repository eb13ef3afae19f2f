/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline.cases;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** What happened in a simulation. */
final class Course implements Simulation.Listener {
  final long untilNanos;
  final List<SimJob> jobs = new ArrayList<>();
  final List<Run> runs = new ArrayList<>();
  final List<String> refusals = new ArrayList<>();
  final Map<Arrivals, Set<String>> classes = new HashMap<>();

  /** Largest error of the predictions of an {@code eta} check, ms. */
  final Map<Check, Double> predictionErrors = new HashMap<>();

  Course(long untilNanos) {
    this.untilNanos = untilNanos;
  }

  @Override
  public void arrived(SimJob job, Set<String> jobClasses) {
    jobs.add(job);
    classes.put(job.arrivals, jobClasses);
  }

  @Override
  public void started(Run run) {
    runs.add(run);
  }

  @Override
  public void refused(long atNanos, String message) {
    refusals.add("change at " + atNanos / 1e6 + " ms refused: " + message);
  }

  /** Attempts of the jobs picked, in the order of their start. */
  void forEachRun(Selector selector, Consumer<Run> action) {
    for (Run run : runs) {
      if (selector.picks(run.job(), classes)) {
        action.accept(run);
      }
    }
  }

  List<Run> runs(Selector selector) {
    List<Run> picked = new ArrayList<>();
    forEachRun(selector, picked::add);
    return picked;
  }
}
