/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.spi;

import java.util.List;

/** Makes leaves of one discipline. */
@FunctionalInterface
public interface DisciplineProvider {
  /**
   * Makes an empty leaf.
   *
   * @param parameters words after the name, for example {@code quantum=4}
   * @throws IllegalArgumentException naming the parameter that is wrong and what is possible
   */
  Discipline create(List<String> parameters);

  /** A provider found by {@link java.util.ServiceLoader}. */
  interface Named extends DisciplineProvider {
    /** The word that chooses it, for example {@code fifo}. */
    String name();
  }
}
