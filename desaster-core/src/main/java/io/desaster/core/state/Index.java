/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

/**
 * Something kept in step with the state: the scheduler's disciplines, a query's lists. What it is
 * not concerned with it need not hear of.
 */
public interface Index {
  /** A job changed; {@code before} is null for a new one, {@code after} for a forgotten one. */
  default void jobChanged(JobRecord before, JobRecord after) {}

  /** A finished job left the heap; {@code before} is null for one that was archived before. */
  default void jobArchived(JobRecord before, ArchivedJob after) {}

  /** An archived job is on the heap again, or, {@code after} being null, forgotten. */
  default void jobUnarchived(ArchivedJob before, JobRecord after) {}

  /** A queue changed; null as above. */
  default void queueChanged(QueueRecord before, QueueRecord after) {}

  /** A node or its pools changed; null as above. */
  default void nodeChanged(NodeRecord before, NodeRecord after) {}

  /** Remote workers have another number of slots together. */
  default void remoteSlotsChanged(int slots) {}

  /** The tree of a kind changed. */
  default void treeChanged(TreeRecord tree) {}

  /** Jobs of a queue of this kind go over to its new discipline, one slice of them. */
  default void jobsMoved(String kind) {}

  /** The clock of the trees is set; see {@link State#clockShiftMillis}. */
  default void clockShifted(long shiftMillis) {}
}
