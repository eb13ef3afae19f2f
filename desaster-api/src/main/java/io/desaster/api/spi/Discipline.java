/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.spi;

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
 * </ul>
 */
public interface Discipline {
  long NO_WAKEUP = Long.MAX_VALUE;

  void enqueue(QueuedJob job, long nowMillis);

  /**
   * Takes out a job that will not start.
   *
   * @return false if it was not here
   */
  boolean remove(QueuedJob job);

  /** The job to start next in this slot, or null if none may. */
  QueuedJob peek(Slot slot, long nowMillis);

  /** The job, as proposed by {@link #peek} with the same time, starts. */
  void started(QueuedJob job, long nowMillis);

  /**
   * A job that was started here is over.
   *
   * @param ranMillis how long it held its slot
   */
  default void ended(QueuedJob job, long ranMillis, long nowMillis) {}

  /** When it is worth asking again although nothing was added; {@link #NO_WAKEUP} if never. */
  default long nextWakeupMillis(long nowMillis) {
    return NO_WAKEUP;
  }

  int size();

  /** All jobs, as far as can be said in the order in which they would start. */
  void forEach(Consumer<QueuedJob> action);
}
