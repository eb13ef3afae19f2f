/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

/** Something kept in step with the state: the scheduler's disciplines, a query's lists. */
public interface Index {
  /** A job changed; {@code before} is null for a new one, {@code after} for a forgotten one. */
  void jobChanged(JobRecord before, JobRecord after);

  /** A finished job left the heap; {@code before} is null for one that was archived before. */
  void jobArchived(JobRecord before, ArchivedJob after);

  /** An archived job is on the heap again, or, {@code after} being null, forgotten. */
  void jobUnarchived(ArchivedJob before, JobRecord after);

  /** A queue changed; null as above. */
  void queueChanged(QueueRecord before, QueueRecord after);

  /** A node or its pools changed; null as above. */
  void nodeChanged(NodeRecord before, NodeRecord after);

  /** The tree of a kind changed. */
  void treeChanged(TreeRecord tree);

  /** The clock of the trees is set; see {@link State#clockShiftMillis}. */
  default void clockShifted(long shiftMillis) {}
}
