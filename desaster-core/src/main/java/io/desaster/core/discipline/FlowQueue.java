/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.Demand;
import io.desaster.api.spi.QueuedJob;
import io.desaster.api.spi.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The jobs of one flow: lower priority numbers first, then by order, and each demand apart, so that
 * jobs a slot cannot take cost it nothing. All operations look at the distinct demands present.
 */
final class FlowQueue {
  private final List<Shelf> shelves = new ArrayList<>(1);
  private int size;

  /** The jobs of one demand, a lane for each priority. */
  private static final class Shelf {
    final Demand demand;
    final JobLane[] lanes = new JobLane[8];
    int occupied;

    Shelf(Demand demand) {
      this.demand = demand;
    }

    QueuedJob first() {
      return lanes[Integer.numberOfTrailingZeros(occupied)].first();
    }

    void add(QueuedJob job) {
      int priority = job.priority();
      if (lanes[priority] == null) {
        lanes[priority] = new JobLane();
      }
      lanes[priority].add(job);
      occupied |= 1 << priority;
    }

    boolean remove(QueuedJob job) {
      int priority = job.priority();
      JobLane lane = lanes[priority];
      if (lane == null || !lane.remove(job)) {
        return false;
      }
      if (lane.size() == 0) {
        occupied &= ~(1 << priority);
      }
      return true;
    }
  }

  int size() {
    return size;
  }

  void add(QueuedJob job) {
    Demand demand = job.demand();
    Shelf shelf = find(demand);
    if (shelf == null) {
      shelf = new Shelf(demand);
      shelves.add(shelf);
    }
    shelf.add(job);
    size++;
  }

  boolean remove(QueuedJob job) {
    Shelf shelf = find(job.demand());
    if (shelf == null || !shelf.remove(job)) {
      return false;
    }
    size--;
    if (shelf.occupied == 0 && shelf.demand != Demand.NONE) {
      shelves.remove(shelf);
    }
    return true;
  }

  QueuedJob peek(Slot slot) {
    QueuedJob best = null;
    for (int i = 0; i < shelves.size(); i++) {
      Shelf shelf = shelves.get(i);
      if (shelf.occupied != 0 && slot.meets(shelf.demand)) {
        QueuedJob candidate = shelf.first();
        if (best == null || before(candidate, best)) {
          best = candidate;
        }
      }
    }
    return best;
  }

  void forEach(Consumer<QueuedJob> action) {
    List<QueuedJob> jobs = new ArrayList<>(size);
    for (Shelf shelf : shelves) {
      for (JobLane lane : shelf.lanes) {
        if (lane != null) {
          lane.forEach(jobs::add);
        }
      }
    }
    if (shelves.size() > 1) {
      jobs.sort((a, b) -> before(a, b) ? -1 : 1);
    }
    jobs.forEach(action);
  }

  private static boolean before(QueuedJob a, QueuedJob b) {
    return a.priority() != b.priority() ? a.priority() < b.priority() : a.order() < b.order();
  }

  private Shelf find(Demand demand) {
    for (int i = 0; i < shelves.size(); i++) {
      Shelf shelf = shelves.get(i);
      if (shelf.demand == demand || shelf.demand.equals(demand)) {
        return shelf;
      }
    }
    return null;
  }
}
