/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import java.util.Set;

/**
 * What the scheduler is told by its surroundings.
 *
 * @param node name of the node it runs on
 * @param incarnation first part of its epoch
 * @param term second part of its epoch
 * @param localKinds kinds that workers of this node run
 * @param strictQueues refuse jobs for queues that were not created
 * @param payloadBytesMax largest payload and largest result, bytes
 * @param finishedJobsMax finished jobs kept; beyond it the oldest go before their time
 * @param finishedOnHeapMax how many of them are not archived
 * @param idWindowMillis how long ids are remembered after the end of their jobs
 */
public record SchedulerSettings(
    String node,
    int incarnation,
    int term,
    Set<String> localKinds,
    boolean strictQueues,
    int payloadBytesMax,
    int finishedJobsMax,
    int finishedOnHeapMax,
    long idWindowMillis) {

  public SchedulerSettings {
    localKinds = Set.copyOf(localKinds);
  }

  /** The epoch as one number, incarnation first. */
  public long epoch() {
    return (long) incarnation << 32 | term & 0xFFFF_FFFFL;
  }
}
