/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import io.desaster.api.spi.Demand;
import io.desaster.core.discipline.DisciplineSpec;
import io.desaster.core.discipline.TreeUsage;
import io.desaster.core.state.Attachment;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.QueueRecord;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * All of one kind that a future follows from, as it stood at one moment; nothing in it changes.
 *
 * @param nowMillis that moment, milliseconds since 1970
 * @param nextOrder the order of the next job to come
 * @param spec the tree with all queues in it
 * @param next the tree that takes its place at that moment; null: none does
 * @param nextHome its class for queues that it does not name
 * @param jobs that are QUEUED, SCHEDULED, RETRYING or BLOCKED, by their order
 * @param lineage for whom those that are BLOCKED wait
 * @param sources for each of them, where its run time comes from
 * @param running that hold a slot, and those of other kinds that hold a place of a named limit
 * @param runningSources as {@code sources}
 * @param histories what the sources are numbers of
 */
record Picture(
    String kind,
    long nowMillis,
    long nextOrder,
    DisciplineSpec spec,
    DisciplineSpec next,
    String nextHome,
    TreeUsage usage,
    List<Queue> queues,
    List<Pool> pools,
    JobRecord[] jobs,
    Lineage lineage,
    int[] sources,
    JobRecord[] running,
    int[] runningSources,
    List<History> histories) {

  /**
   * A queue.
   *
   * @param sources for each template of what is expected to come
   * @param stretch what its predictions need
   */
  record Queue(
      QueueRecord record,
      Arrivals.Expected expected,
      int[] sources,
      Recalibration.Stretch stretch) {
    int id() {
      return record.id();
    }
  }

  /**
   * A pool that takes jobs, and how many slots it has.
   *
   * @param onlyQueues names of the queues it serves; empty: all that are attached to it
   */
  record Pool(String name, String node, Set<String> labels, List<String> onlyQueues, int slots) {
    /** Whether jobs of this queue may run there. */
    boolean serves(QueueRecord queue) {
      return (onlyQueues.isEmpty() || onlyQueues.contains(queue.name()))
          && Attachment.attached(queue.settings().attach(), name, labels);
    }

    /** Whether jobs of this demand may run there. */
    boolean meets(Demand demand) {
      return (demand.label().isEmpty() || labels.contains(demand.label()))
          && (demand.node().isEmpty() || node.equals(demand.node()))
          && (demand.notNode().isEmpty() || !node.equals(demand.notNode()));
    }
  }

  /** Whether of some job that runs or will nobody knows how long. */
  boolean hasUnknownRuns() {
    return IntStream.concat(Arrays.stream(sources), Arrays.stream(runningSources))
        .anyMatch(source -> source == Sources.UNKNOWN);
  }

  /** The queue of this number, or null. */
  Queue queue(int id) {
    for (Queue queue : queues) {
      if (queue.id() == id) {
        return queue;
      }
    }
    return null;
  }

  /** How many jobs there are whose start is to be told. */
  int size() {
    return jobs.length;
  }

  /** The place of the job of this order, negative if there is none. */
  int indexOf(long order) {
    int low = 0;
    int high = jobs.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long found = jobs[middle].order();
      if (found == order) {
        return middle;
      } else if (found < order) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /** When the job's run is ended, ms, 0: never. */
  static long timeoutMillis(JobRecord job, QueueRecord queue) {
    long own = job.options().timeoutMillis();
    return own > 0 ? own : queue.settings().timeout().toMillis();
  }
}
