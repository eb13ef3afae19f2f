/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.spi;

import java.util.Collection;
import java.util.function.Consumer;

/**
 * Picks the next job of a queue (a leaf of the tree). A plain data structure: no threads, no clock,
 * no I/O; all calls come from one thread, and time is an argument that never goes back.
 *
 * <ul>
 *   <li>{@link #peek} proposes and changes nothing that can be seen; {@link #started} takes the
 *       proposed job out and charges it.
 *   <li>Jobs of the same flow, priority and demand keep the order of {@link QueuedJob#order}.
 *   <li>Enqueue, peek and start are O(log flows) and at best allocate nothing; removal is O(log n);
 *       no operation takes longer than 1 ms.
 *   <li>What it will do follows from its parameters, the waiting jobs and its {@link #usage} alone.
 * </ul>
 */
public interface Discipline {
  long NO_WAKEUP = Long.MAX_VALUE;

  void enqueue(QueuedJob job, long nowNanos);

  /**
   * Takes out a job that will not start.
   *
   * @return false if it was not here
   */
  boolean remove(QueuedJob job, long nowNanos);

  /** The job to start next in this slot, or null if none may. */
  QueuedJob peek(Slot slot, long nowNanos);

  /** The job, waiting here, starts. */
  void started(QueuedJob job, long nowNanos);

  /**
   * A job that was started here is over. It is known by its {@link QueuedJob#order}.
   *
   * @param ranNanos how long it held its slot
   */
  default void ended(QueuedJob job, long ranNanos, long nowNanos) {}

  /**
   * A job that was started here turns out never to have begun: what it was charged is given back.
   * If it waits again, it is enqueued after this, maybe in its old place.
   */
  default void returned(QueuedJob job, long nowNanos) {
    ended(job, 0, nowNanos);
  }

  /** A job that runs already, started elsewhere, was moved here: from now on it counts here. */
  default void adopted(QueuedJob job, long nowNanos) {}

  /** When it is worth asking again although nothing was added; {@link #NO_WAKEUP} if never. */
  default long nextWakeupNanos(long nowNanos) {
    return NO_WAKEUP;
  }

  /**
   * Whether {@link #peek} may answer null although a waiting job fits the slot. If not, the tree
   * above need not ask.
   */
  default boolean mayWithhold() {
    return true;
  }

  int size();

  /** All jobs, as far as can be said in the order in which they would start. */
  void forEach(Consumer<QueuedJob> action);

  /**
   * Takes over the parameters of another discipline, while full and while its jobs run; what falls
   * due up to now does so by the old ones.
   *
   * @return false if it cannot; then its jobs are moved to the other one
   */
  default boolean change(Discipline other, long nowNanos) {
    return false;
  }

  /** What it remembers besides the waiting jobs. */
  default Usage usage() {
    return Usage.NONE;
  }

  /**
   * Called once, on an empty discipline: takes over what another one of the same parameters
   * remembered, with the jobs that wait.
   */
  default void restore(Usage usage, Collection<? extends QueuedJob> waiting, long nowNanos) {
    waiting.forEach(job -> enqueue(job, nowNanos));
  }
}
