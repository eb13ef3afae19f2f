/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.QueuedJob;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The jobs of one flow: lower priority numbers first, then by order or deadline, and each need
 * apart, so that jobs a slot cannot take cost it nothing. It may stand in a heap of flows itself,
 * for its jobs of need 0, which saves an object on the way of most jobs.
 */
class FlowQueue extends KeyHeap.Item {
  private static final int PRIORITIES = 8;

  private final boolean byDeadline;

  /** All jobs, as long as they are of one need and priority: then there are no shelves. */
  private Lane only;

  private int onlyNeed;
  private int onlyPriority;
  private Shelf[] shelves;
  private int size;

  /** The jobs of one need, a lane for each priority. */
  private static final class Shelf {
    final Lane[] lanes = new Lane[PRIORITIES];
    int occupied;
  }

  /**
   * An empty queue.
   *
   * @param byDeadline whether jobs of equal priority are ordered by deadline first
   */
  FlowQueue(boolean byDeadline) {
    this.byDeadline = byDeadline;
  }

  public final int size() {
    return size;
  }

  final void add(int need, QueuedJob job) {
    int priority = job.priority();
    if (size == 0) {
      shelves = null;
      onlyNeed = need;
      onlyPriority = priority;
      if (only == null) {
        only = newLane();
      }
    } else if (shelves == null && (need != onlyNeed || priority != onlyPriority)) {
      shelve();
    }
    if (shelves == null) {
      only.add(job);
    } else {
      Shelf shelf = shelf(need);
      if (shelf.lanes[priority] == null) {
        shelf.lanes[priority] = newLane();
      }
      shelf.lanes[priority].add(job);
      shelf.occupied |= 1 << priority;
    }
    size++;
  }

  private Lane newLane() {
    return byDeadline ? new DeadlineLane() : new JobLane();
  }

  private void shelve() {
    shelves = new Shelf[onlyNeed + 1];
    Shelf shelf = shelf(onlyNeed);
    shelf.lanes[onlyPriority] = only;
    shelf.occupied = 1 << onlyPriority;
    only = null;
  }

  private Shelf shelf(int need) {
    if (need >= shelves.length) {
      shelves = Arrays.copyOf(shelves, need + 1);
    }
    if (shelves[need] == null) {
      shelves[need] = new Shelf();
    }
    return shelves[need];
  }

  final boolean remove(int need, QueuedJob job) {
    int priority = job.priority();
    if (shelves == null) {
      boolean here = size > 0 && need == onlyNeed && priority == onlyPriority && only.remove(job);
      size -= here ? 1 : 0;
      return here;
    }
    if (need < 0 || need >= shelves.length || shelves[need] == null) {
      return false;
    }
    Shelf shelf = shelves[need];
    Lane lane = shelf.lanes[priority];
    if (lane == null || !lane.remove(job)) {
      return false;
    }
    size--;
    if (lane.size() == 0) {
      shelf.occupied &= ~(1 << priority);
      if (shelf.occupied == 0 && need > 0) {
        shelves[need] = null;
      }
    }
    return true;
  }

  /** The first job of this need, or null. */
  final QueuedJob first(int need) {
    if (size == 0) {
      return null;
    }
    if (shelves == null) {
      return need == onlyNeed ? only.first() : null;
    }
    if (need >= shelves.length || shelves[need] == null || shelves[need].occupied == 0) {
      return null;
    }
    Shelf shelf = shelves[need];
    return shelf.lanes[Integer.numberOfTrailingZeros(shelf.occupied)].first();
  }

  /** The first job of these needs, or null. */
  final QueuedJob first(Needs.Met met) {
    QueuedJob best = null;
    for (int i = 0; i < met.count; i++) {
      QueuedJob candidate = first(met.ids[i]);
      if (candidate != null && (best == null || before(candidate, best))) {
        best = candidate;
      }
    }
    return best;
  }

  public final void forEach(Consumer<QueuedJob> action) {
    if (shelves == null) {
      if (size > 0) {
        only.forEach(action);
      }
      return;
    }
    List<QueuedJob> jobs = new ArrayList<>(size);
    for (Shelf shelf : shelves) {
      if (shelf != null) {
        for (Lane lane : shelf.lanes) {
          if (lane != null) {
            lane.forEach(jobs::add);
          }
        }
      }
    }
    jobs.sort((a, b) -> before(a, b) ? -1 : 1);
    jobs.forEach(action);
  }

  private boolean before(QueuedJob a, QueuedJob b) {
    if (a.priority() != b.priority()) {
      return a.priority() < b.priority();
    }
    if (byDeadline && a.deadlineAtNanos() != b.deadlineAtNanos()) {
      return a.deadlineAtNanos() < b.deadlineAtNanos();
    }
    return a.order() < b.order();
  }
}
