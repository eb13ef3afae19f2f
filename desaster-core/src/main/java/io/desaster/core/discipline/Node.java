/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.QueuedJob;
import java.util.List;

/**
 * A class of the tree. It offers its parent those needs for which it has a job that may start now,
 * and tells it whenever that changes; so nobody has to look at classes that have nothing.
 */
abstract class Node {
  final ClassTree tree;

  /** Its own, different from that of all others. */
  String name;

  /** Of the class it is, or whose discipline it is part of. */
  String className = "";

  Inner parent;

  /** What the parent keeps of it. */
  Object seat;

  /** Among its siblings: which comes first if nothing else says. */
  int position;

  /** Cost units a round, if the parent counts them. */
  double quantum = 1;

  int maxRunning;
  int running;
  int backlog;
  private boolean open = true;

  Node(ClassTree tree, String name) {
    this.tree = tree;
    this.name = name;
  }

  /** Whether it has a job of this need that may start, apart from its own limits. */
  abstract boolean has(int need);

  /** The job it would start in a slot that meets this need only, or null. */
  abstract QueuedJob head(int need);

  /** Whether its own limits let it start a job. */
  boolean mayStart() {
    return maxRunning == 0 || running < maxRunning;
  }

  /** Adds what keeps it from starting jobs now, in words; empty for what it lacks jobs for. */
  void addHolds(List<String> holds) {
    if (maxRunning > 0 && running >= maxRunning) {
      holds.add(Holds.maxRunning(name, maxRunning));
    }
  }

  final boolean offers(int need) {
    return open && has(need);
  }

  /** Its own limits may have changed. */
  final void regate() {
    boolean now = mayStart();
    if (now == open) {
      return;
    }
    open = now;
    if (parent != null && backlog > 0) {
      for (int need = 0; need < tree.needs().limit(); need++) {
        if (has(need)) {
          parent.offered(this, need, now);
        }
      }
    }
  }

  /** What {@link #has} says of this need has changed. */
  final void flipped(int need, boolean has) {
    if (open && parent != null) {
      parent.offered(this, need, has);
    }
  }
}
