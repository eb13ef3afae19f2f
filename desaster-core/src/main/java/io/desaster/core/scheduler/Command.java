/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

/**
 * Something asked of the scheduler. A command decides on the state as it is, says by events what
 * happened, and answers exactly once; bad input is answered by a refusal, never by an exception.
 */
@FunctionalInterface
public interface Command {
  void decide(Turn turn);
}
