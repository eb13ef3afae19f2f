/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.Demand;
import io.desaster.api.spi.Discipline;
import io.desaster.api.spi.QueuedJob;
import io.desaster.api.spi.Slot;
import java.util.function.Consumer;

/** All jobs of a queue in one line: what fifo and edf have in common. */
abstract class Sorted implements Discipline {
  private final Needs needs = new Needs();
  private final Needs.Met met = new Needs.Met();
  private final FlowQueue jobs;

  Sorted(boolean byDeadline) {
    jobs = new FlowQueue(byDeadline);
  }

  @Override
  public void enqueue(QueuedJob job, long nowNanos) {
    jobs.add(needs.enter(job.demand(), Needs.ANY_POOL), job);
  }

  @Override
  public boolean remove(QueuedJob job, long nowNanos) {
    int need = needs.find(job.demand(), Needs.ANY_POOL);
    if (!jobs.remove(need, job)) {
      return false;
    }
    needs.leave(need);
    return true;
  }

  @Override
  public QueuedJob peek(Slot slot, long nowNanos) {
    if (needs.plain()) {
      return slot.meets(Demand.NONE) ? jobs.first(0) : null;
    }
    needs.collect(slot, met);
    return met.count == 1 ? jobs.first(met.ids[0]) : jobs.first(met);
  }

  @Override
  public void started(QueuedJob job, long nowNanos) {
    remove(job, nowNanos);
  }

  @Override
  public boolean mayWithhold() {
    return false;
  }

  @Override
  public int size() {
    return jobs.size();
  }

  @Override
  public void forEach(Consumer<QueuedJob> action) {
    jobs.forEach(action);
  }

  @Override
  public boolean change(Discipline other) {
    return other.getClass() == getClass();
  }
}
