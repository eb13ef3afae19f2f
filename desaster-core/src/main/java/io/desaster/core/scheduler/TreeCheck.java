/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.core.discipline.ClassTree;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.discipline.SlotRates;
import io.desaster.core.discipline.TreeConfig;
import io.desaster.core.discipline.TreeLayout;
import io.desaster.core.state.Moments;
import io.desaster.core.state.QueueRecord;
import io.desaster.core.state.QueueState;
import io.desaster.core.state.State;
import io.desaster.core.state.TreeRecord;
import java.util.List;

/** Looks at a new tree as a whole before any of it is in force. */
public final class TreeCheck {
  private final State state;
  private final String kind;

  private TreeCheck(State state, String kind) {
    this.state = state;
    this.kind = kind;
  }

  /**
   * Reads a tree and makes one like it, to see that it can be made.
   *
   * @throws IllegalArgumentException naming what is wrong and what to do
   * @throws io.desaster.api.error.DesasterException if a name cannot be that of a queue
   */
  public static TreeConfig require(State state, Disciplines disciplines, String kind, String text) {
    TreeConfig config = TreeConfig.read(text, state.slotsFor(kind));
    new TreeCheck(state, kind).check(config);
    ClassTree made =
        new ClassTree(
            disciplines,
            TreeLayout.of(config, state.slotsFor(kind), queues(state, kind)),
            Moments.nanos(state.nowMillis()));
    if (made.size() != 0) {
      throw new IllegalStateException("a tree without jobs has " + made.size());
    }
    return config;
  }

  private static List<QueueRecord> queues(State state, String kind) {
    return state.queues().stream()
        .map(QueueState::record)
        .filter(queue -> queue.kind().equals(kind))
        .toList();
  }

  private void check(TreeConfig config) {
    NewQueue.requireKind(kind);
    // A node that is away for a while shall not make a good tree a wrong one.
    SlotRates.require(config.spec(), kind, state.knownSlots(kind));
    for (String leaf : config.leaves()) {
      NewQueue.requireName(leaf);
      QueueState queue = state.queue(leaf);
      if (queue != null && !queue.record().kind().equals(kind)) {
        throw new IllegalArgumentException(
            "class '"
                + leaf
                + "' would be the place of queue '"
                + leaf
                + "', which holds jobs of kind "
                + queue.record().kind()
                + ", not "
                + kind
                + "; name the class differently");
      }
    }
    for (TreeRecord other : state.trees()) {
      if (!other.kind().equals(kind)) {
        requireOthers(config, other);
      }
    }
  }

  private void requireOthers(TreeConfig config, TreeRecord other) {
    int slots = state.slotsFor(other.kind());
    for (String leaf : TreeConfig.read(other.present().text(), slots).leaves()) {
      if (config.leaves().contains(leaf)) {
        throw new IllegalArgumentException(
            "class '"
                + leaf
                + "' is in the tree of kind "
                + other.kind()
                + " already, and a queue holds jobs of one kind; name the class differently");
      }
    }
  }
}
