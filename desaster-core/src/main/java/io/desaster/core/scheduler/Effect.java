/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.RemoteWork;
import io.desaster.api.error.DesasterException;
import io.desaster.api.job.JobId;
import io.desaster.api.spi.AttemptOrder;
import io.desaster.core.state.ArchivedJob;
import io.desaster.core.state.LargePayload;
import java.util.List;

/** What the world is to be told when the batch it belongs to is committed, in the order given. */
public sealed interface Effect {

  /** An answer to a command. */
  record Answer<T>(Reply<T> reply, T value) implements Effect {
    public void deliver() {
      reply.answer(value);
    }
  }

  /** A refusal of a command. */
  record Refuse(Reply<?> reply, DesasterException refusal) implements Effect {}

  /**
   * Start an attempt on this node.
   *
   * @param payload takes the place of the order's if it is kept off the heap, else null
   */
  record Start(String kind, AttemptOrder order, LargePayload payload) implements Effect {}

  /**
   * Hand attempts to a remote worker.
   *
   * @param payloads for each attempt the payload that is kept off the heap, or null
   */
  record HandOut(
      Reply<List<RemoteWork.Taken>> reply,
      List<RemoteWork.Taken> taken,
      List<LargePayload> payloads)
      implements Effect {}

  /** A pool of this node has another number of usable slots; to be shown. */
  record PoolScaled(String pool, int slots) implements Effect {}

  /** End an attempt on this node. */
  record End(String kind, JobId job, int attempt, long graceMillis, String reason)
      implements Effect {}

  /**
   * Read the records of archived jobs, hand them in as {@link RecallJobs}, and with them the
   * command that needs them.
   */
  record Recall(List<ArchivedJob> jobs, Command then) implements Effect {}

  /** What is kept of a job's attempts on this node may go. */
  record Release(String kind, JobId job) implements Effect {}
}
