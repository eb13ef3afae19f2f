/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline.cases;

import io.desaster.core.discipline.Disciplines;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Runs cases and judges their checks. */
public final class CaseRunner {
  private static final long FIRST_SEED = 1;

  private final Disciplines disciplines = new Disciplines();

  /**
   * How a case went.
   *
   * @param rejection why its configuration was refused; empty if it was not
   * @param refusals changes during the run that were refused
   * @param checks empty if the configuration was refused
   */
  public record Result(
      String id,
      String title,
      boolean passed,
      String rejection,
      List<String> refusals,
      List<CheckResult> checks) {}

  /**
   * How a check went.
   *
   * @param value of several seeds the median
   * @param expect what theory says, NaN if nothing
   * @param min infinite if there is no bound
   */
  public record CheckResult(
      String type, String name, double value, double expect, double min, double max) {
    public boolean passed() {
      return value >= min && value <= max;
    }
  }

  /**
   * Runs a case.
   *
   * @param seed of the hash of flows, instead of the case's own; null: these
   */
  public Result run(Case scenario, Long seed) {
    List<Long> seeds = seed != null ? List.of(seed) : scenario.seeds();
    if (seeds.isEmpty()) {
      seeds = List.of(FIRST_SEED);
    }
    List<Course> courses = new ArrayList<>();
    double[][] values = new double[scenario.checks().size()][seeds.size()];
    Set<String> refusals = new LinkedHashSet<>();
    try {
      for (int i = 0; i < seeds.size(); i++) {
        Course course = simulate(scenario, seeds.get(i));
        for (int c = 0; c < values.length; c++) {
          values[c][i] = Measures.value(course, scenario.checks().get(c));
        }
        refusals.addAll(course.refusals);
      }
    } catch (IllegalArgumentException rejection) {
      return new Result(
          scenario.id(),
          scenario.title(),
          scenario.mayReject(),
          rejection.getMessage(),
          List.of(),
          List.of());
    }
    List<CheckResult> results = new ArrayList<>();
    for (int c = 0; c < values.length; c++) {
      Check check = scenario.checks().get(c);
      results.add(
          new CheckResult(
              check.type().name().toLowerCase(Locale.ROOT),
              check.name(),
              median(values[c]),
              check.expect(),
              check.min(),
              check.max()));
    }
    boolean passed =
        results.stream().allMatch(CheckResult::passed)
            || scenario.mayReject() && !refusals.isEmpty();
    return new Result(scenario.id(), scenario.title(), passed, "", List.copyOf(refusals), results);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private Course simulate(Case scenario, long seed) {
    Course course = new Course(scenario.untilNanos());
    Simulation simulation = new Simulation(scenario, seed, disciplines, course);
    Map<Check, Map<SimJob, Long>> predictions = new LinkedHashMap<>();
    Map<Check, List<SimJob>> asked = new HashMap<>();
    scenario.checks().stream()
        .filter(check -> check.type() == Check.Type.ETA)
        .sorted((a, b) -> Long.compare(a.atNanos(), b.atNanos()))
        .forEach(
            check -> {
              simulation.runTo(Math.min(check.atNanos(), scenario.untilNanos() - 1));
              asked.put(check, simulation.waiting());
              predictions.put(check, predict(simulation, scenario));
            });
    simulation.run();
    predictions.forEach(
        (check, predicted) ->
            course.predictionErrors.put(check, error(course, check, asked.get(check), predicted)));
    return course;
  }

  /** When each job starts next, by letting a copy run to the end. */
  private static Map<SimJob, Long> predict(Simulation simulation, Case scenario) {
    Map<SimJob, Long> starts = new HashMap<>();
    Simulation copy =
        simulation.copy(
            new Simulation.Listener() {
              @Override
              public void arrived(SimJob job, Set<String> classes) {}

              @Override
              public void started(Run run) {
                starts.putIfAbsent(run.job().original, run.startNanos());
              }

              @Override
              public void refused(long atNanos, String message) {}
            });
    copy.runTo(scenario.untilNanos() - 1);
    return starts;
  }

  private static double error(
      Course course, Check check, List<SimJob> asked, Map<SimJob, Long> predicted) {
    Map<SimJob, Long> actual = new HashMap<>();
    for (Run run : course.runs) {
      if (run.startNanos() > check.atNanos()) {
        actual.putIfAbsent(run.job(), run.startNanos());
      }
    }
    double largest = 0;
    for (SimJob job : asked) {
      if (check.sel().picks(job, course.classes)) {
        Long real = actual.get(job);
        Long told = predicted.get(job);
        if (real != null || told != null) {
          double error =
              real == null || told == null ? Double.POSITIVE_INFINITY : Math.abs(real - told) / 1e6;
          largest = Math.max(largest, error);
        }
      }
    }
    return largest;
  }
}
