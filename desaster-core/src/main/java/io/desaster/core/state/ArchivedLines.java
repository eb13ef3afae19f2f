/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.job.JobState;
import io.desaster.core.log.Input;

/**
 * Makes {@link ArchivedJob}s: for each queue, a line of blocks for failed jobs and one for others.
 */
final class ArchivedLines {
  /** The block of each line that is not full. */
  private final LongMap<ArchivedBlock> open = new LongMap<>();

  /** Stands for this finished job, whose record is not on the disk yet. */
  ArchivedJob add(JobRecord job) {
    boolean given = job.idGiven();
    return block(job.queueId(), job.state())
        .add(
            job.high(),
            job.low(),
            ArchivedBlock.flags(job.state(), given),
            job.at(),
            given ? job.specHash() : 0);
  }

  /** Reads what {@link ArchivedJob#encode} wrote. */
  ArchivedJob read(Input in) {
    long high = in.readLong();
    long low = in.readLong();
    int queueId = in.readVarint32();
    int flags = in.readByte();
    long at = in.readVarint();
    long specHash = ArchivedBlock.idGiven(flags) ? in.readLong() : 0;
    return block(queueId, ArchivedBlock.state(flags)).add(high, low, flags, at, specHash);
  }

  private ArchivedBlock block(int queueId, JobState state) {
    long line = line(queueId, state == JobState.FAILED);
    ArchivedBlock block = open.get(line);
    if (block == null || block.full()) {
      int capacity =
          block == null
              ? ArchivedBlock.JOBS_MIN
              : Math.min(ArchivedBlock.JOBS_MAX, block.capacity() * 2);
      block = new ArchivedBlock(queueId, capacity);
      open.put(line, block);
    }
    return block;
  }

  /** Nothing is added to the lines of this queue any more. */
  void close(int queueId) {
    open.remove(line(queueId, true));
    open.remove(line(queueId, false));
  }

  private static long line(int queueId, boolean failed) {
    return (long) queueId << 1 | (failed ? 1 : 0);
  }
}
