/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import io.desaster.api.spi.Demand;
import io.desaster.api.spi.QueuedJob;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.Moments;

/**
 * A job that comes later, like one that is known.
 *
 * @param sinceMillis since when it waits
 * @param source where its run time comes from
 * @param index its place in the picture; -1: it has none, it is only like the record
 */
record StandIn(JobRecord record, long order, long sinceMillis, int source, int index)
    implements QueuedJob {
  @Override
  public String flow() {
    return record.flow();
  }

  @Override
  public int priority() {
    return record.priority();
  }

  @Override
  public double cost() {
    return record.cost();
  }

  @Override
  public long estimateNanos() {
    return record.estimateNanos();
  }

  @Override
  public long deadlineAtNanos() {
    long deadline = record.options().deadlineMillis();
    return index >= 0 || deadline == 0
        ? record.deadlineAtNanos()
        : Moments.nanos(Moments.after(sinceMillis, deadline));
  }

  @Override
  public Demand demand() {
    return record.demand();
  }
}
