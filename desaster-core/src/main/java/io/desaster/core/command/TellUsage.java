/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.core.discipline.TreeUsage;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;

/** What does the tree of a kind remember besides its jobs? Changes nothing. */
public record TellUsage(String kind, Reply<TreeUsage> reply) implements Command {
  @Override
  public void decide(Turn turn) {
    turn.answer(reply, turn.treeUsage(kind));
  }
}
