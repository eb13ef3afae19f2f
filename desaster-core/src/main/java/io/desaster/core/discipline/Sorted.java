/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.Demand;
import io.desaster.api.spi.Discipline;
import io.desaster.api.spi.QueuedJob;
import io.desaster.api.spi.Slot;

/** All jobs of a queue in one line: what fifo and edf have in common. */
abstract class Sorted extends FlowQueue implements Movable {
  /** Made when the first job comes that is not plain. */
  private Needs needs;

  private Needs.Met met;

  Sorted(boolean byDeadline) {
    super(byDeadline);
  }

  @Override
  public final void enqueue(QueuedJob job, long nowNanos) {
    Demand demand = job.demand();
    if (needs == null && demand == Demand.NONE) {
      add(0, job);
      return;
    }
    if (needs == null) {
      needs = new Needs();
      needs.enter(0, size());
      met = new Needs.Met();
    }
    add(needs.enter(demand, Needs.ANY_POOL), job);
  }

  @Override
  public final boolean remove(QueuedJob job, long nowNanos) {
    if (needs == null) {
      return remove(0, job);
    }
    int need = needs.find(job.demand(), Needs.ANY_POOL);
    if (!remove(need, job)) {
      return false;
    }
    needs.leave(need);
    return true;
  }

  @Override
  public final QueuedJob peek(Slot slot, long nowNanos) {
    if (needs == null) {
      return slot.meets(Demand.NONE) ? first(0) : null;
    }
    needs.collect(slot, met);
    return first(met);
  }

  @Override
  public final void started(QueuedJob job, long nowNanos) {
    remove(job, nowNanos);
  }

  @Override
  public final void retire(long nowNanos) {}

  @Override
  public final String group(QueuedJob job) {
    return "";
  }

  @Override
  public final QueuedJob first(String group) {
    if (needs == null) {
      return first(0);
    }
    needs.all(met);
    return first(met);
  }

  @Override
  public final boolean mayWithhold() {
    return false;
  }

  @Override
  public final boolean change(Discipline other, long nowNanos) {
    return other.getClass() == getClass();
  }
}
