/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.tree.TreeInfo;
import io.desaster.api.tree.TreeVersion;
import io.desaster.core.discipline.TreeViews;
import io.desaster.core.event.TreeSet;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import java.time.Instant;

/** What all commands that change a tree have in common. */
final class ChangeTree {
  private ChangeTree() {}

  /** Checks the tree, makes it the next version unless it is the same, answers with it. */
  static void change(
      Turn turn, String kind, String text, boolean dryRun, String by, Reply<TreeInfo> reply) {
    try {
      TreeVersion present = turn.state().tree(kind).present();
      String canonical = turn.requireTree(kind, text).text();
      if (canonical.equals(present.text())) {
        turn.answer(reply, TreeViews.of(turn.state(), kind));
        return;
      }
      Instant now = Instant.ofEpochMilli(turn.now());
      TreeVersion next = new TreeVersion(present.version() + 1, by, now, canonical);
      if (!dryRun) {
        turn.emit(new TreeSet(kind, next));
      }
      turn.answer(reply, TreeViews.of(turn.state(), kind, next));
    } catch (DesasterException refusal) {
      turn.refuse(reply, refusal);
    } catch (IllegalArgumentException wrong) {
      turn.refuse(reply, ErrorCode.INVALID, "tree of kind " + kind + ": " + wrong.getMessage());
    }
  }
}
