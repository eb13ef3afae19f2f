/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.Discipline;
import io.desaster.api.spi.DisciplineProvider;
import io.desaster.api.spi.QueuedJob;
import io.desaster.api.spi.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A discipline as a third party would write it: last come, first served, and no job before it has
 * rested here for a while. Its file in {@code META-INF/services} is all it takes.
 */
public final class LifoProvider implements DisciplineProvider.Named {
  @Override
  public String name() {
    return "lifo";
  }

  @Override
  public Discipline create(List<String> parameters) {
    long restNanos = 0;
    for (String parameter : parameters) {
      if (!parameter.matches("rest=[0-9]+")) {
        throw new IllegalArgumentException("lifo has rest=NANOS, not '" + parameter + "'");
      }
      restNanos = Long.parseLong(parameter.substring(5));
    }
    return new Lifo(restNanos);
  }

  private record Resting(QueuedJob job, long untilNanos) {}

  private static final class Lifo implements Discipline {
    private final long restNanos;
    private final List<Resting> jobs = new ArrayList<>();

    Lifo(long restNanos) {
      this.restNanos = restNanos;
    }

    @Override
    public void enqueue(QueuedJob job, long nowNanos) {
      jobs.add(new Resting(job, nowNanos + restNanos));
    }

    @Override
    public boolean remove(QueuedJob job, long nowNanos) {
      return jobs.removeIf(one -> one.job() == job);
    }

    @Override
    public QueuedJob peek(Slot slot, long nowNanos) {
      for (int i = jobs.size() - 1; i >= 0; i--) {
        Resting one = jobs.get(i);
        if (one.untilNanos() <= nowNanos && slot.meets(one.job().demand())) {
          return one.job();
        }
      }
      return null;
    }

    @Override
    public void started(QueuedJob job, long nowNanos) {
      remove(job, nowNanos);
    }

    @Override
    public long nextWakeupNanos(long nowNanos) {
      return jobs.stream()
          .mapToLong(Resting::untilNanos)
          .filter(until -> until > nowNanos)
          .min()
          .orElse(NO_WAKEUP);
    }

    @Override
    public int size() {
      return jobs.size();
    }

    @Override
    public void forEach(Consumer<QueuedJob> action) {
      for (int i = jobs.size() - 1; i >= 0; i--) {
        action.accept(jobs.get(i).job());
      }
    }
  }
}
