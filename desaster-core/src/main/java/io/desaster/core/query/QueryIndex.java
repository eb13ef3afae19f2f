/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.query;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Progress;
import io.desaster.core.forecast.LiveJobs;
import io.desaster.core.state.ArchivedJob;
import io.desaster.core.state.Index;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.NodeRecord;
import io.desaster.core.state.QueueRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What queries need beside the committed state itself, kept in step with it. */
final class QueryIndex implements Index {
  private final LiveJobs live = new LiveJobs();
  private final Map<JobId, Progress> progress = new HashMap<>();
  private final Map<String, PoolUse> pools = new HashMap<>();
  private long ended;
  private BiConsumer<JobRecord, JobRecord> jobListener = (before, after) -> {};
  private Consumer<ArchivedJob> forgottenListener = job -> {};
  private BiConsumer<QueueRecord, QueueRecord> queueListener = (before, after) -> {};
  private BiConsumer<NodeRecord, NodeRecord> nodeListener = (before, after) -> {};

  /** What a pool does and did. */
  private static final class PoolUse {
    int running;
    long ended;
  }

  void listen(
      BiConsumer<JobRecord, JobRecord> toJobs,
      Consumer<ArchivedJob> toForgotten,
      BiConsumer<QueueRecord, QueueRecord> toQueues,
      BiConsumer<NodeRecord, NodeRecord> toNodes) {
    jobListener = toJobs;
    forgottenListener = toForgotten;
    queueListener = toQueues;
    nodeListener = toNodes;
  }

  @Override
  public void jobChanged(JobRecord before, JobRecord after) {
    live.jobChanged(before, after);
    boolean ran = before != null && before.state() == JobState.RUNNING;
    boolean runs = after != null && after.state() == JobState.RUNNING;
    boolean ends = ends(before, after);
    if (ends) {
      ended++;
    }
    if (ran && !runs) {
      PoolUse pool = pool(before);
      pool.running--;
      pool.ended += ends ? 1 : 0;
    } else if (runs && !ran) {
      pool(after).running++;
    }
    if (ran && !runs && !progress.isEmpty()) {
      progress.remove(before.id());
    }
    jobListener.accept(before, after);
  }

  private static boolean ends(JobRecord before, JobRecord after) {
    return before != null
        && !before.state().finished()
        && after != null
        && after.state().finished();
  }

  private PoolUse pool(JobRecord running) {
    return pools.computeIfAbsent(running.course().last().pool(), name -> new PoolUse());
  }

  @Override
  public void jobUnarchived(ArchivedJob before, JobRecord after) {
    if (after == null) {
      forgottenListener.accept(before);
    }
  }

  @Override
  public void queueChanged(QueueRecord before, QueueRecord after) {
    if (after == null) {
      live.queueDestroyed(before.id());
    }
    queueListener.accept(before, after);
  }

  @Override
  public void nodeChanged(NodeRecord before, NodeRecord after) {
    nodeListener.accept(before, after);
  }

  /** Since when the job that waits longest is QUEUED, milliseconds since 1970; 0 if none is. */
  long oldestQueuedAt(int queueId) {
    JobRecord first = live.first(queueId);
    return first == null ? 0 : first.at();
  }

  LiveJobs live() {
    return live;
  }

  /** How many attempts run in a pool. */
  int used(String pool) {
    PoolUse use = pools.get(pool);
    return use == null ? 0 : use.running;
  }

  /** How many jobs ended since this index was made. */
  long endedCount() {
    return ended;
  }

  /** How many of them while they ran in a pool. */
  long endedCount(String pool) {
    PoolUse use = pools.get(pool);
    return use == null ? 0 : use.ended;
  }

  Progress progress(JobId id) {
    return progress.getOrDefault(id, Progress.NONE);
  }

  void setProgress(JobId id, Progress told) {
    progress.put(id, told);
  }
}
