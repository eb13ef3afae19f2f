/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.error.ErrorCode;
import io.desaster.api.tree.TreeInfo;
import io.desaster.api.tree.TreeVersion;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import java.util.Optional;

/** Makes an earlier version of a kind's tree the next one. */
public record RevertTree(String kind, long version, String by, Reply<TreeInfo> reply)
    implements Command {
  @Override
  public void decide(Turn turn) {
    Optional<TreeVersion> earlier = turn.state().tree(kind).find(version);
    if (earlier.isEmpty()) {
      turn.refuse(
          reply,
          ErrorCode.NOTFOUND,
          "there is no version "
              + version
              + " of the tree of kind "
              + kind
              + " (any more); TREE HISTORY shows those there are, and 0 is the tree without"
              + " configuration");
      return;
    }
    ChangeTree.change(turn, kind, earlier.get().text(), false, by, reply);
  }
}
