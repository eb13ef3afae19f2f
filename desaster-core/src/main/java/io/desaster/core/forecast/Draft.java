/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import io.desaster.api.job.JobState;
import io.desaster.api.node.NodeInfo;
import io.desaster.api.tree.TreeVersion;
import io.desaster.core.discipline.DisciplineSpec;
import io.desaster.core.discipline.TreeConfig;
import io.desaster.core.discipline.TreeLayout;
import io.desaster.core.discipline.TreeUsage;
import io.desaster.core.state.AttemptRecord;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.NodeRecord;
import io.desaster.core.state.QueueRecord;
import io.desaster.core.state.QueueState;
import io.desaster.core.state.RemoteWorkers;
import io.desaster.core.state.State;
import io.desaster.core.state.WorkerRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A {@link Picture} in the making. {@link #Draft} and {@link #findHistories} are for the thread
 * that owns the state, and do there only what must be done there; the rest is for another one.
 */
final class Draft {
  private final String kind;
  private final TreeUsage usage;
  private final long nowMillis;
  private final long nextOrder;
  private final String tree;
  private final int slots;
  private final List<QueueRecord> records = new ArrayList<>();
  private final List<Arrivals.Expected> expected = new ArrayList<>();
  private final List<Recalibration.Stretch> stretches = new ArrayList<>();
  private final List<JobRecord[]> waiting = new ArrayList<>();
  private final List<JobRecord> planned = new ArrayList<>();
  private final List<JobRecord> running = new ArrayList<>();
  private final List<Picture.Pool> pools;
  private final Sources sources;
  private final Lineage lineage = new Lineage();
  private JobRecord[] jobs;
  private int[] jobNumbers;
  private int[] runningNumbers;
  private final List<int[]> templateNumbers = new ArrayList<>();

  /**
   * Takes what is there.
   *
   * @param poolSlots usable slots of pools where they are not the largest number
   */
  Draft(
      State state,
      LiveJobs live,
      Experience experience,
      TreeUsage usage,
      String kind,
      Map<String, Integer> poolSlots,
      long nowMillis) {
    this.kind = kind;
    this.usage = usage.withoutRunning();
    this.nowMillis = Math.max(nowMillis, state.nowMillis());
    this.sources = new Sources(kind);
    nextOrder = state.nextOrder();
    tree = state.tree(kind).present().text();
    slots = state.slotsFor(kind);
    Set<Integer> ids = new HashSet<>();
    List<QueueState> queues = new ArrayList<>(state.queues());
    queues.removeIf(queue -> !queue.record().kind().equals(kind));
    queues.sort(Comparator.comparingInt(queue -> queue.record().id()));
    for (QueueState queue : queues) {
      int id = queue.record().id();
      ids.add(id);
      records.add(queue.record());
      waiting.add(live.queued(id));
      expected.add(experience.queue(id).arrivals.expected(this.nowMillis));
      stretches.add(experience.queue(id).recalibration.stretch());
    }
    live.forEachPlanned(job -> addIf(ids.contains(job.queueId()), job, planned));
    live.forEachBlocked(
        job -> {
          if (ids.contains(job.queueId())) {
            planned.add(job);
            lineage.add(job, state, ids);
          }
        });
    live.forEachRunning(
        job ->
            addIf(ids.contains(job.queueId()) || !job.options().limit().isEmpty(), job, running));
    pools = kind.equals(RemoteWorkers.KIND) ? remotePools(state) : pools(state, poolSlots);
  }

  private static void addIf(boolean wanted, JobRecord job, List<JobRecord> to) {
    if (wanted) {
      to.add(job);
    }
  }

  private List<Picture.Pool> pools(State state, Map<String, Integer> poolSlots) {
    List<Picture.Pool> all = new ArrayList<>();
    for (NodeRecord node : state.nodes()) {
      for (NodeRecord.Pool pool : node.pools()) {
        if (node.state() == NodeInfo.State.UP && pool.kind().equals(kind)) {
          String name = kind + "@" + node.name();
          int usable = poolSlots.getOrDefault(name, pool.slotsMin());
          int number = Math.max(pool.slotsMin(), Math.min(usable, pool.slotsMax()));
          all.add(
              new Picture.Pool(name, node.name(), Set.copyOf(node.labels()), List.of(), number));
        }
      }
    }
    return all;
  }

  /** Remote workers have the slots that they say, and at least as many as they run jobs. */
  private List<Picture.Pool> remotePools(State state) {
    Map<String, Integer> used = new TreeMap<>();
    for (JobRecord job : running) {
      AttemptRecord attempt = job.course().last();
      if (attempt.pool().startsWith(RemoteWorkers.KIND + "@")) {
        used.merge(attempt.node(), 1, Integer::sum);
      }
    }
    List<Picture.Pool> all = new ArrayList<>();
    for (WorkerRecord worker : state.remoteWorkers().all()) {
      Integer number = used.remove(worker.name());
      int slots = Math.max(worker.slots(), number == null ? 0 : number);
      all.add(
          new Picture.Pool(
              worker.pool(), worker.name(), Set.copyOf(worker.labels()), worker.queues(), slots));
    }
    used.forEach(
        (node, number) ->
            all.add(
                new Picture.Pool(
                    RemoteWorkers.KIND + "@" + node, node, Set.of(), List.of(), number)));
    return all;
  }

  /** Looks at all jobs, where their run times come from. */
  void look() {
    int size = planned.size();
    for (JobRecord[] some : waiting) {
      size += some.length;
    }
    jobs = new JobRecord[size];
    int at = 0;
    for (JobRecord[] some : waiting) {
      System.arraycopy(some, 0, jobs, at, some.length);
      at += some.length;
    }
    for (JobRecord job : planned) {
      jobs[at++] = job;
    }
    waiting.clear();
    // Each queue is in order already, which this sort makes use of.
    Arrays.sort(jobs, Comparator.comparingLong(JobRecord::order));
    lineage.settle(jobs);
    running.sort(Comparator.comparingLong(job -> job.course().last().startedAt()));
    jobNumbers = sources.numbers(jobs);
    runningNumbers = sources.numbers(running.toArray(new JobRecord[0]));
    expected.forEach(one -> templateNumbers.add(sources.numbers(one.templates())));
  }

  void findHistories(Experience experience) {
    sources.find(experience);
  }

  /** The picture as it is. */
  Picture picture() {
    return picture(null);
  }

  /**
   * The picture.
   *
   * @param next text of a tree that takes the place of the present one; null: none does
   */
  Picture picture(String next) {
    List<Picture.Queue> queues = new ArrayList<>();
    for (int i = 0; i < records.size(); i++) {
      queues.add(
          new Picture.Queue(
              records.get(i),
              expected.get(i),
              sources.places(templateNumbers.get(i)),
              stretches.get(i)));
    }
    return new Picture(
        kind,
        nowMillis,
        nextOrder,
        spec(tree),
        next == null ? null : spec(next),
        next == null || next.equals(TreeVersion.UNCONFIGURED) ? "" : TreeLayout.HOME,
        usage,
        queues,
        pools,
        jobs,
        lineage,
        sources.places(jobNumbers),
        running.toArray(new JobRecord[0]),
        sources.places(runningNumbers),
        sources.histories());
  }

  private DisciplineSpec spec(String text) {
    return text.equals(TreeVersion.UNCONFIGURED)
        ? TreeLayout.unconfigured(records)
        : TreeLayout.of(TreeConfig.read(text, slots), slots, records);
  }

  static boolean waits(JobState state) {
    return state == JobState.QUEUED
        || state == JobState.SCHEDULED
        || state == JobState.RETRYING
        || state == JobState.BLOCKED;
  }
}
