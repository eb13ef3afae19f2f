/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.sim;

import io.desaster.core.state.ArchivedJob;
import io.desaster.core.state.Index;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.NodeRecord;
import io.desaster.core.state.QueueRecord;
import io.desaster.core.state.TreeRecord;

/** Follows a state and does nothing. */
final class SilentIndex implements Index {
  @Override
  public void jobChanged(JobRecord before, JobRecord after) {}

  @Override
  public void jobArchived(JobRecord before, ArchivedJob after) {}

  @Override
  public void jobUnarchived(ArchivedJob before, JobRecord after) {}

  @Override
  public void queueChanged(QueueRecord before, QueueRecord after) {}

  @Override
  public void nodeChanged(NodeRecord before, NodeRecord after) {}

  @Override
  public void treeChanged(TreeRecord tree) {}
}
