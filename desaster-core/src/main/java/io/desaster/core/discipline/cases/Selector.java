/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline.cases;

import io.desaster.core.discipline.Form;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Picks jobs.
 *
 * @param className of the leaf or of a class above it; null: any
 * @param flows names; empty: any
 * @param flowPrefix null: any
 * @param needsGiven whether {@code needs} counts; then null picks jobs that need nothing
 * @param weight in groups
 */
record Selector(
    String className,
    List<String> flows,
    String flowPrefix,
    boolean needsGiven,
    String needs,
    double weight) {
  static final Selector ALL = new Selector(null, List.of(), null, false, null, 1);

  static Selector read(Form form) {
    List<String> flows = form.has("flow") ? List.of(form.text("flow")) : form.texts("flow_in");
    boolean needsGiven = form.has("needs");
    Object needs = form.value("needs");
    if (needs != null && !(needs instanceof String)) {
      throw form.wrong("needs", "a label or null", needs);
    }
    double weight = form.number("weight", 1);
    if (weight <= 0) {
      throw form.wrong("weight", "more than 0", weight);
    }
    Selector selector =
        new Selector(
            form.text("class", null),
            flows,
            form.text("flow_prefix", null),
            needsGiven,
            (String) needs,
            weight);
    form.has("flow_in");
    form.end();
    return selector;
  }

  boolean picks(SimJob job, Map<Arrivals, Set<String>> classes) {
    return (className == null || classes.getOrDefault(job.arrivals, Set.of()).contains(className))
        && (flows.isEmpty() || flows.contains(job.flow))
        && (flowPrefix == null || job.flow.startsWith(flowPrefix))
        && (!needsGiven || Objects.equals(needs, job.needs()));
  }
}
