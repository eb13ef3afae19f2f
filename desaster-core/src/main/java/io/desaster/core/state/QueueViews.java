/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.job.JobState;
import io.desaster.api.node.NodeInfo;
import io.desaster.api.queue.QueueCounts;
import io.desaster.api.queue.QueueInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Queues as users see them. */
public final class QueueViews {
  private QueueViews() {}

  public static QueueInfo of(QueueState queue, State state, long nowMillis) {
    return of(queue, state, nowMillis, 0);
  }

  /**
   * The queue as it is now.
   *
   * @param oldestQueuedAt since when the job that waits longest is QUEUED, 0 if none is or nobody
   *     looked
   */
  public static QueueInfo of(QueueState queue, State state, long nowMillis, long oldestQueuedAt) {
    QueueRecord record = queue.record();
    return new QueueInfo(
        record.name(),
        record.kind(),
        record.settings(),
        Optional.ofNullable(record.pause()),
        record.draining(),
        Instant.ofEpochMilli(record.createdAt()),
        new QueueCounts(
            queue.count(JobState.BLOCKED),
            queue.count(JobState.SCHEDULED),
            queue.count(JobState.QUEUED),
            queue.count(JobState.RUNNING),
            queue.count(JobState.RETRYING),
            queue.ended(JobState.SUCCEEDED),
            queue.ended(JobState.FAILED),
            queue.ended(JobState.CANCELLED),
            oldestQueuedAt == 0 ? 0 : Math.max(0, nowMillis - oldestQueuedAt)),
        servingPools(record, state));
  }

  private static List<String> servingPools(QueueRecord queue, State state) {
    List<String> pools = new ArrayList<>();
    for (NodeRecord node : state.nodes()) {
      for (NodeRecord.Pool pool : node.pools()) {
        String name = pool.kind() + "@" + node.name();
        if (node.state() == NodeInfo.State.UP
            && pool.kind().equals(queue.kind())
            && Attachment.attached(queue.settings().attach(), name, node.labels())) {
          pools.add(name);
        }
      }
    }
    if (queue.kind().equals(RemoteWorkers.KIND)) {
      for (WorkerRecord worker : state.remoteWorkers().all()) {
        if (worker.serves(queue.name())
            && Attachment.attached(queue.settings().attach(), worker.pool(), worker.labels())) {
          pools.add(worker.pool());
        }
      }
    }
    return pools;
  }
}
