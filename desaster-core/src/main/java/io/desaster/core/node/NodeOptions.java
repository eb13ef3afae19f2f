/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.node;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a node is to be.
 *
 * @param dataDir where its journal lies
 * @param name its name in the cluster
 * @param labels labels of its pools
 * @param slots slots by kind, where they are not left to the node
 * @param strictQueues refuse jobs for queues that were not created
 * @param payloadBytesMax largest payload, bytes
 * @param finishedJobsMax finished jobs kept
 * @param finishedOnHeapMax how many of them are not archived on the disk
 * @param version told to users
 */
record NodeOptions(
    Path dataDir,
    String name,
    List<String> labels,
    Map<String, SlotRange> slots,
    boolean strictQueues,
    int payloadBytesMax,
    int finishedJobsMax,
    int finishedOnHeapMax,
    String version) {

  /** From how many to how many slots. */
  record SlotRange(int min, int max) {}
}
