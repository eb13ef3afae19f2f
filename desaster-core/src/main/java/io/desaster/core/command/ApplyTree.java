/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.error.ErrorCode;
import io.desaster.api.tree.TreeInfo;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import java.util.OptionalLong;

/**
 * Gives a kind another tree, as a whole or not at all.
 *
 * @param dryRun whether it is only checked
 * @param expectedVersion the version that it was made from
 */
public record ApplyTree(
    String kind,
    String text,
    boolean dryRun,
    OptionalLong expectedVersion,
    String by,
    Reply<TreeInfo> reply)
    implements Command {
  @Override
  public void decide(Turn turn) {
    long present = turn.state().tree(kind).present().version();
    if (expectedVersion.isPresent() && expectedVersion.getAsLong() != present) {
      turn.refuse(
          reply,
          ErrorCode.STATE,
          "the tree of kind "
              + kind
              + " is at version "
              + present
              + ", not "
              + expectedVersion.getAsLong()
              + "; look at what changed (TREE SHOW, TREE HISTORY) and apply yours again");
      return;
    }
    ChangeTree.change(turn, kind, text, dryRun, by, reply);
  }
}
