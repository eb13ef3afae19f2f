/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline.cases;

import io.desaster.core.discipline.Form;
import java.util.List;

/**
 * A generator of jobs. Lists are used in turn.
 *
 * @param className of the leaf
 * @param flows number of flows named after {@code flow}, 0: the flow itself
 * @param estimateNanos empty: unknown
 * @param deadlineNanos empty: none
 * @param needs label a job needs, or null
 * @param fails number of first attempts that fail
 * @param name first part of the jobs' ids
 */
record Arrivals(
    String className,
    long atNanos,
    int count,
    double everyNanos,
    long delayNanos,
    List<String> flow,
    int flows,
    List<Double> cost,
    List<Long> runNanos,
    List<Long> estimateNanos,
    List<Long> deadlineNanos,
    List<String> needs,
    int fails,
    long retryDelayNanos,
    String name) {
  private static final double NANOS_PER_MILLI = 1e6;

  static Arrivals read(Form form) {
    String className = form.text("class");
    Arrivals arrivals =
        new Arrivals(
            className,
            form.nanos("at"),
            form.count("count", 1),
            form.amount("every", 0) * NANOS_PER_MILLI,
            form.nanos("delay", 0),
            flow(form, className),
            form.count("flows", 0),
            form.amounts("cost"),
            form.nanosTurns("run"),
            form.nanosTurns("est"),
            form.nanosTurns("deadline"),
            form.texts("needs"),
            form.count("fails", 0),
            form.nanos("retry_delay", 0),
            form.text("name", className));
    form.end();
    return arrivals;
  }

  private static List<String> flow(Form form, String className) {
    List<String> flow = form.texts("flow");
    if (flow.contains(null)) {
      throw form.wrong("flow", "a text", null);
    }
    return flow.isEmpty() ? List.of(className) : flow;
  }

  long submittedNanos(int i) {
    return atNanos + Math.round(i * everyNanos);
  }

  long readyNanos(int i) {
    return submittedNanos(i) + delayNanos;
  }

  String flowOf(int i) {
    String base = flow.get(i % flow.size());
    return flows > 0 ? base + i % flows : base;
  }

  static <T> T turn(List<T> turns, int i, T otherwise) {
    return turns.isEmpty() ? otherwise : turns.get(i % turns.size());
  }
}
