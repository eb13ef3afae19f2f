/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.query;

import io.desaster.api.job.JobState;
import io.desaster.api.node.PoolInfo;
import io.desaster.core.state.QueueState;
import io.desaster.core.state.State;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How busy all is at a moment.
 *
 * @param ended jobs that ended since the start of this node
 * @param queued jobs in state QUEUED
 * @param pools those of the node asked about
 */
public record Activity(long ended, long queued, List<Pool> pools) {
  /**
   * The same of a pool.
   *
   * @param ended jobs whose last attempt it ran
   * @param queued jobs of its kind
   */
  public record Pool(PoolInfo info, long ended, long queued) {}

  static Activity of(State state, QueryIndex index, List<PoolInfo> pools) {
    Map<String, Long> queued = new HashMap<>();
    long all = 0;
    for (QueueState queue : state.queues()) {
      long count = queue.count(JobState.QUEUED);
      if (count > 0) {
        all += count;
        queued.merge(queue.record().kind(), count, Long::sum);
      }
    }
    return new Activity(
        index.endedCount(),
        all,
        pools.stream()
            .map(
                pool ->
                    new Pool(
                        pool, index.endedCount(pool.name()), queued.getOrDefault(pool.kind(), 0L)))
            .toList());
  }
}
