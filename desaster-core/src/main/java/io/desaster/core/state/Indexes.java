/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

/** Two that are told of each change, one after the other. */
record Indexes(Index first, Index second) implements Index {
  @Override
  public void jobChanged(JobRecord before, JobRecord after) {
    first.jobChanged(before, after);
    second.jobChanged(before, after);
  }

  @Override
  public void jobArchived(JobRecord before, ArchivedJob after) {
    first.jobArchived(before, after);
    second.jobArchived(before, after);
  }

  @Override
  public void jobUnarchived(ArchivedJob before, JobRecord after) {
    first.jobUnarchived(before, after);
    second.jobUnarchived(before, after);
  }

  @Override
  public void queueChanged(QueueRecord before, QueueRecord after) {
    first.queueChanged(before, after);
    second.queueChanged(before, after);
  }

  @Override
  public void nodeChanged(NodeRecord before, NodeRecord after) {
    first.nodeChanged(before, after);
    second.nodeChanged(before, after);
  }

  @Override
  public void remoteSlotsChanged(int slots) {
    first.remoteSlotsChanged(slots);
    second.remoteSlotsChanged(slots);
  }

  @Override
  public void treeChanged(TreeRecord tree) {
    first.treeChanged(tree);
    second.treeChanged(tree);
  }

  @Override
  public void jobsMoved(String kind) {
    first.jobsMoved(kind);
    second.jobsMoved(kind);
  }

  @Override
  public void clockShifted(long shiftMillis) {
    first.clockShifted(shiftMillis);
    second.clockShifted(shiftMillis);
  }
}
