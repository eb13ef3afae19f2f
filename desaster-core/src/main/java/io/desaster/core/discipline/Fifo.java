/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.Discipline;
import io.desaster.api.spi.QueuedJob;
import io.desaster.api.spi.Slot;
import java.util.function.Consumer;

/** First come, first served, with lower priority numbers before higher ones (tc-pfifo(8)). */
final class Fifo implements Discipline {
  private final FlowQueue jobs = new FlowQueue();

  @Override
  public void enqueue(QueuedJob job, long nowMillis) {
    jobs.add(job);
  }

  @Override
  public boolean remove(QueuedJob job) {
    return jobs.remove(job);
  }

  @Override
  public QueuedJob peek(Slot slot, long nowMillis) {
    return jobs.peek(slot);
  }

  @Override
  public void started(QueuedJob job, long nowMillis) {
    jobs.remove(job);
  }

  @Override
  public int size() {
    return jobs.size();
  }

  @Override
  public void forEach(Consumer<QueuedJob> action) {
    jobs.forEach(action);
  }
}
