/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.QueuedJob;
import java.util.function.Consumer;

/** Jobs of equal flow, priority and demand in the order in which they are to start. */
interface Lane {
  int size();

  /** Null if there is none. */
  QueuedJob first();

  void add(QueuedJob job);

  /** False if it is not here. */
  boolean remove(QueuedJob job);

  /** In their order. */
  void forEach(Consumer<QueuedJob> action);
}
