/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.JobId;
import io.desaster.core.discipline.TreeUsage;
import io.desaster.core.state.JobRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a scheduler keeps beside its state, for checkers to look at. */
public final class SchedulerInsides {
  private final Scheduler scheduler;

  public SchedulerInsides(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** A pool as the scheduler sees it. */
  public record PoolView(
      String name, String kind, String node, Set<String> labels, int slots, int used) {}

  /** The scheduler's wall clock. */
  public long nowMillis() {
    return scheduler.wallMillis();
  }

  /** All pools by name. */
  public List<PoolView> pools() {
    List<PoolView> views = new ArrayList<>();
    for (Pool pool : scheduler.dispatcher().pools()) {
      views.add(
          new PoolView(
              pool.name(), pool.kind(), pool.node(), pool.labels(), pool.slots(), pool.used()));
    }
    views.sort(Comparator.comparing(PoolView::name));
    return views;
  }

  /** The jobs in a queue's discipline, in its order. */
  public List<JobRecord> waiting(int queueId) {
    List<JobRecord> jobs = new ArrayList<>();
    scheduler.dispatcher().leaf(queueId).discipline().forEach(job -> jobs.add((JobRecord) job));
    return jobs;
  }

  public int waitingCount(int queueId) {
    return scheduler.dispatcher().leaf(queueId).size();
  }

  public int running(int queueId) {
    return scheduler.dispatcher().leaf(queueId).running();
  }

  /** Whether the scheduler means to offer slots of this kind again. */
  public boolean worthAsking(String kind) {
    return scheduler
        .dispatcher()
        .trees()
        .tree(kind)
        .worthAsking(scheduler.dispatcher().trees().nanos());
  }

  /** Jobs that are looked after as attempts of remote workers. */
  public Set<JobId> leased() {
    Set<JobId> ids = new TreeSet<>();
    scheduler.dispatcher().leases().forEach(lease -> ids.add(new JobId(lease.high(), lease.low())));
    return ids;
  }

  /** Whether there is work left over for the next turn. */
  public boolean workLeft() {
    return scheduler.bulkWork().pending() || !scheduler.dispatcher().endedParents().isEmpty();
  }

  /** What the trees of the kinds remember. */
  public Map<String, TreeUsage> usages() {
    return scheduler.dispatcher().trees().usages();
  }
}
