/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.operation;

import java.time.Instant;
import java.util.Optional;

/**
 * A bulk action on the jobs that matched a filter when it began.
 *
 * @param id counted from 1
 * @param action what is done, as text, for example {@code MOVE news}
 * @param filter as it was written
 * @param selected how many jobs were selected
 * @param done on how many it was carried out
 * @param skipped how many could not take it (any more)
 * @param undoOf the operation it takes back, 0 if none
 */
public record Operation(
    long id,
    String action,
    String filter,
    State state,
    long selected,
    long done,
    long skipped,
    String by,
    Instant startedAt,
    Optional<Instant> endedAt,
    long undoOf) {

  /** How far it is. */
  public enum State {
    RUNNING,
    DONE,
    STOPPED,
    UNDONE
  }
}
