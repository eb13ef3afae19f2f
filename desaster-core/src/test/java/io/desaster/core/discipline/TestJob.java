/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.Demand;
import io.desaster.api.spi.QueuedJob;

/** A job for tests. */
record TestJob(
    long order,
    String flow,
    int priority,
    double cost,
    long estimateNanos,
    long deadlineAtNanos,
    Demand demand)
    implements QueuedJob {

  static TestJob of(long order, String flow) {
    return new TestJob(order, flow, 4, 1, 0, Long.MAX_VALUE, Demand.NONE);
  }

  TestJob costing(double newCost) {
    return new TestJob(order, flow, priority, newCost, estimateNanos, deadlineAtNanos, demand);
  }

  TestJob needing(String label) {
    return new TestJob(
        order, flow, priority, cost, estimateNanos, deadlineAtNanos, demandOf(label));
  }

  static Demand demandOf(String label) {
    return label.isEmpty() ? Demand.NONE : new Demand(label, "", "", "");
  }
}
