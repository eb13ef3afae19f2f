/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.QueuedJob;
import io.desaster.api.spi.Usage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A class that shares what it gets among the classes below it: what such disciplines have to do.
 */
abstract class Inner extends Node {
  private final List<Node> children = new ArrayList<>();
  private int[] offering = new int[1];

  Inner(ClassTree tree, String name) {
    super(tree, name);
  }

  final List<Node> children() {
    return children;
  }

  /** Makes a place for the child; it is not served before it is attached. */
  final void seat(Node child) {
    child.parent = this;
    children.add(child);
    seated(child);
  }

  /** The child, as it is with its jobs, takes part from now on. */
  final void attach(Node child) {
    for (Node node = this; node != null; node = node.parent) {
      if (child.backlog > 0 && node.backlog == 0 && node.parent != null) {
        node.parent.backlogged(node);
      }
      node.backlog += child.backlog;
      node.running += child.running;
    }
    if (child.backlog > 0) {
      backlogged(child);
    }
    if (child.running > 0) {
      runningChanged(child, child.running);
    }
    for (int need = 0; need < tree.needs().limit(); need++) {
      if (child.offers(need)) {
        offered(child, need, true);
      }
    }
    for (Node node = this; node != null; node = node.parent) {
      node.regate();
    }
  }

  /** Takes a child without jobs out. */
  final void unseat(Node child) {
    children.remove(child);
    unseated(child);
    child.parent = null;
  }

  /** Tells that the child offers jobs of this need now, or does not any more. */
  void offered(Node child, int need, boolean offers) {
    if (need >= offering.length) {
      offering = Arrays.copyOf(offering, Math.max(need + 1, tree.needs().limit()));
    }
    offering[need] += offers ? 1 : -1;
    childOffers(child, need, offers);
    if (offering[need] == (offers ? 1 : 0)) {
      flipped(need, offers);
    }
  }

  @Override
  boolean has(int need) {
    return need < offering.length && offering[need] > 0;
  }

  @Override
  final QueuedJob head(int need) {
    return has(need) ? select(tree.needs().only(need)).head(need) : null;
  }

  abstract void seated(Node child);

  abstract void unseated(Node child);

  abstract void childOffers(Node child, int need, boolean offers);

  /** The child that serves next among those that offer one of these needs; null if none does. */
  abstract Node select(Needs.Met met);

  /** The child was empty and has a job now. */
  void backlogged(Node child) {}

  /** The child has no job any more. */
  void emptied(Node child) {}

  /** What the child would start may be another job than before. */
  void headChanged(Node child) {}

  /** The child has one job more: what it would start is the same as before, or this. */
  void jobAdded(Node child, int need, QueuedJob job) {}

  /** The job, still in the child's queue, starts. */
  void charge(Node child, QueuedJob job) {}

  void runningChanged(Node child, int by) {}

  void ended(Node child, QueuedJob job) {}

  /** The job was charged, but never began. */
  void returned(Node child, QueuedJob job) {
    ended(child, job);
  }

  /** The job, started elsewhere, runs in the child from now on. */
  void adopted(Node child, QueuedJob job) {}

  /** What it remembers, of this moment if {@code settled}, else as it stands. */
  Usage usage(boolean settled) {
    return Usage.NONE;
  }

  /** Takes over what another one remembered; its children have seats and are not attached yet. */
  void restore(Usage usage) {}

  /** Goes on with the counts of the one of its name and kind that it replaces. */
  void keepCounting(Inner before) {}

  /** All children are attached. */
  void restored() {}
}
