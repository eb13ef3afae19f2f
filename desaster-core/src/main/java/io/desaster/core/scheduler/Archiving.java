/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.JobId;
import io.desaster.core.event.JobsArchived;
import io.desaster.core.state.JobRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets the records of finished jobs leave the heap, the oldest first, when there are more than a
 * number of them. Those whose children still wait stay until the last child is gone.
 */
final class Archiving {
  /** Archived with one event; so many more than the number may be on the heap. */
  private static final int CHUNK = 512;

  private static final int CHUNKS_PER_TURN = 16;

  private final int max;
  private final int chunk;
  private final ArrayDeque<JobRecord> finished = new ArrayDeque<>();
  private final Map<JobId, JobRecord> parents = new HashMap<>();

  /**
   * @param max how many finished jobs stay on the heap
   */
  Archiving(int max) {
    this.max = max;
    this.chunk = Math.max(1, Math.min(CHUNK, max / 4));
  }

  void add(JobRecord job) {
    finished.add(job);
  }

  /** The job's last child is gone. */
  void childless(JobId id) {
    JobRecord job = parents.remove(id);
    if (job != null) {
      finished.add(job);
    }
  }

  boolean pending() {
    return finished.size() >= max + chunk;
  }

  void slice(Turn turn) {
    for (int i = 0; i < CHUNKS_PER_TURN && pending() && !turn.batchFull(); i++) {
      List<JobRecord> oldest = new ArrayList<>(chunk);
      for (int k = 0; k < chunk; k++) {
        JobRecord job = finished.poll();
        boolean present = turn.state().job(job.high(), job.low()) == job;
        if (present && turn.hasLivingChildren(job)) {
          parents.put(job.id(), job);
        } else if (present) {
          oldest.add(job);
        }
      }
      if (!oldest.isEmpty()) {
        turn.emit(JobsArchived.of(oldest));
      }
    }
  }
}
