/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;

/**
 * How busy this node is: its pools grow while jobs wait and there is CPU to spare, and shrink when
 * there is none, between their bounds.
 *
 * @param cpuLoad share of the host's CPU time in use, 0 to 1
 */
public record ScalePools(double cpuLoad) implements Command {
  @Override
  public void decide(Turn turn) {
    turn.scalePools(cpuLoad);
  }

  @Override
  public Reply<Void> reply() {
    return Reply.none();
  }
}
