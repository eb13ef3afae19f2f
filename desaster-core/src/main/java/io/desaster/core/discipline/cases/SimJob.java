/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline.cases;

import io.desaster.api.spi.Demand;
import io.desaster.api.spi.QueuedJob;
import io.desaster.core.discipline.Leaf;
import java.util.HashMap;
import java.util.Map;

/** A job of a simulation. What the scheduler may not know is not part of {@link QueuedJob}. */
final class SimJob implements QueuedJob {
  private static final int PRIORITY = 4;

  final Arrivals arrivals;
  final int number;
  final String flow;
  final Demand demand;

  /** Place among all that came, by first arrival. */
  final long arrived;

  long order;
  int failsLeft;
  Leaf leaf;
  long startedNanos;
  int pool;

  /** In a copy: the job it was copied from. */
  final SimJob original;

  SimJob(Arrivals arrivals, int number, String flow, Demand demand, long order) {
    this.arrivals = arrivals;
    this.number = number;
    this.flow = flow;
    this.demand = demand;
    this.arrived = order;
    this.order = order;
    this.failsLeft = arrivals.fails();
    this.original = this;
  }

  private SimJob(SimJob from) {
    arrivals = from.arrivals;
    number = from.number;
    flow = from.flow;
    demand = from.demand;
    arrived = from.arrived;
    order = from.order;
    failsLeft = from.failsLeft;
    startedNanos = from.startedNanos;
    pool = from.pool;
    original = from;
  }

  SimJob copy() {
    return new SimJob(this);
  }

  String id() {
    return arrivals.name() + "#" + number;
  }

  /** Needed label, or null. */
  String needs() {
    return Arrivals.turn(arrivals.needs(), number, null);
  }

  long readyNanos() {
    return arrivals.readyNanos(number);
  }

  long runNanos() {
    return Arrivals.turn(arrivals.runNanos(), number, 0L);
  }

  @Override
  public long order() {
    return order;
  }

  @Override
  public String flow() {
    return flow;
  }

  @Override
  public int priority() {
    return PRIORITY;
  }

  @Override
  public double cost() {
    return Arrivals.turn(arrivals.cost(), number, 1.0);
  }

  @Override
  public long estimateNanos() {
    return Arrivals.turn(arrivals.estimateNanos(), number, 0L);
  }

  @Override
  public long deadlineAtNanos() {
    Long deadline = Arrivals.turn(arrivals.deadlineNanos(), number, null);
    return deadline == null ? Long.MAX_VALUE : arrivals.submittedNanos(number) + deadline;
  }

  @Override
  public Demand demand() {
    return demand;
  }

  @Override
  public String toString() {
    return id();
  }

  /** The same flow names and demands as the same objects, for a million jobs. */
  static final class Names {
    private final Map<String, String> flows = new HashMap<>();
    private final Map<String, Demand> demands = new HashMap<>();

    SimJob make(Arrivals arrivals, int number, long order) {
      String flow = flows.computeIfAbsent(arrivals.flowOf(number), name -> name);
      String label = Arrivals.turn(arrivals.needs(), number, null);
      Demand demand =
          label == null
              ? Demand.NONE
              : demands.computeIfAbsent(label, needed -> new Demand(needed, "", "", ""));
      return new SimJob(arrivals, number, flow, demand, order);
    }
  }
}
