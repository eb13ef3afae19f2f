/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.error.DesasterException;

/**
 * Something asked of the scheduler. A command decides on the state as it is, says by events what
 * happened, and answers exactly once; bad input is answered by a refusal, never by an exception.
 */
public interface Command {
  void decide(Turn turn);

  /** Where the answer goes. */
  Reply<?> reply();

  /** The command will not be decided on any more. */
  default void abandon(DesasterException why) {
    reply().refuse(why);
  }
}
