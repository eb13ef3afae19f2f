/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.QueuedJob;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The jobs of one flow: lower priority numbers first, then by order or deadline, and each need
 * apart, so that jobs a slot cannot take cost it nothing.
 */
final class FlowQueue {
  private static final int PRIORITIES = 8;
  private static final Shelf[] NO_SHELVES = {};

  private final boolean byDeadline;
  private Shelf[] shelves = NO_SHELVES;
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

  int size() {
    return size;
  }

  void add(int need, QueuedJob job) {
    if (need >= shelves.length) {
      shelves = Arrays.copyOf(shelves, need + 1);
    }
    Shelf shelf = shelves[need];
    if (shelf == null) {
      shelf = new Shelf();
      shelves[need] = shelf;
    }
    int priority = job.priority();
    Lane lane = shelf.lanes[priority];
    if (lane == null) {
      lane = byDeadline ? new DeadlineLane() : new JobLane();
      shelf.lanes[priority] = lane;
    }
    lane.add(job);
    shelf.occupied |= 1 << priority;
    size++;
  }

  boolean remove(int need, QueuedJob job) {
    if (need < 0 || need >= shelves.length || shelves[need] == null) {
      return false;
    }
    Shelf shelf = shelves[need];
    int priority = job.priority();
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
  QueuedJob first(int need) {
    if (need >= shelves.length || shelves[need] == null || shelves[need].occupied == 0) {
      return null;
    }
    Shelf shelf = shelves[need];
    return shelf.lanes[Integer.numberOfTrailingZeros(shelf.occupied)].first();
  }

  /** The first job of these needs, or null. */
  QueuedJob first(Needs.Met met) {
    QueuedJob best = null;
    for (int i = 0; i < met.count; i++) {
      QueuedJob candidate = first(met.ids[i]);
      if (candidate != null && (best == null || before(candidate, best))) {
        best = candidate;
      }
    }
    return best;
  }

  void forEach(Consumer<QueuedJob> action) {
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
    if (shelves.length > 1) {
      jobs.sort((a, b) -> before(a, b) ? -1 : 1);
    }
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
