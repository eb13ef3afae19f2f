/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.Discipline;
import io.desaster.api.spi.QueuedJob;
import io.desaster.api.spi.Usage;

/**
 * A discipline whose jobs can be moved to another one bit by bit: group by group, and in each group
 * in the order in which its jobs are to start. Which group comes next is what {@link #peek} says.
 */
interface Movable extends Discipline {
  /** From now on it starts nothing: running jobs and limits are no concern of it any more. */
  void retire(long nowNanos);

  /** Jobs of the same group have an order among them. */
  String group(QueuedJob job);

  /** The first job of this group, or null. */
  QueuedJob first(String group);

  /** Whether deadlines come before orders in a group. */
  default boolean byDeadline() {
    return false;
  }

  /** From which, with its usage and jobs, {@link Remainders#make} makes the same again. */
  Usage.Account form();
}
