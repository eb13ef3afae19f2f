/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.sim;

import io.desaster.api.job.JobState;
import io.desaster.core.scheduler.SchedulerInsides;
import io.desaster.core.state.ArchivedJob;
import io.desaster.core.state.CoolDowns;
import io.desaster.core.state.JobHead;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.OperationState;
import io.desaster.core.state.QueueState;
import io.desaster.core.state.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the scheduler keeps beside the jobs must be what a recount of the jobs gives. */
final class WorkingStateCheck {
  private final State state;
  private final SchedulerInsides insides;
  private final Map<Integer, long[]> counts = new HashMap<>();
  private final Map<Integer, List<JobRecord>> queued = new HashMap<>();
  private final Map<String, Integer> used = new HashMap<>();
  private final Set<Object> leases = new TreeSet<>();

  private WorkingStateCheck(State state, SchedulerInsides insides) {
    this.state = state;
    this.insides = insides;
  }

  static void run(State state, SchedulerInsides insides) {
    WorkingStateCheck check = new WorkingStateCheck(state, insides);
    state.forEachJob(check::count);
    state.forEachArchived(check::countHead);
    state.queues().forEach(check::queue);
    check.pools();
    check.leases();
    check.coolDowns();
    state.operations().forEach(WorkingStateCheck::operation);
  }

  private void count(JobRecord job) {
    countHead(job);
    if (job.state() == JobState.QUEUED) {
      queued.computeIfAbsent(job.queueId(), q -> new ArrayList<>()).add(job);
    } else if (job.state() == JobState.RUNNING) {
      used.merge(job.course().last().pool(), 1, Integer::sum);
      if (job.course().last().pool().startsWith(Simulation.REMOTE)) {
        leases.add(job.id());
      }
    }
    boolean runs = job.course().last() != null && job.course().last().running();
    if (runs != (job.state() == JobState.RUNNING)) {
      throw new AssertionError(job + " has the last attempt " + job.course().last());
    }
  }

  private void countHead(JobHead job) {
    if (state.queue(job.queueId()) == null) {
      throw new AssertionError(job + " is in a queue that is not there");
    }
    counts
        .computeIfAbsent(job.queueId(), q -> new long[JobState.values().length])[
        job.state().ordinal()]++;
    if (job instanceof ArchivedJob && state.job(job.high(), job.low()) != null) {
      throw new AssertionError(job + " is on the heap too");
    }
  }

  private void queue(QueueState queue) {
    int id = queue.record().id();
    long[] recount = counts.getOrDefault(id, new long[JobState.values().length]);
    for (JobState one : JobState.values()) {
      if (queue.count(one) != recount[one.ordinal()]) {
        throw new AssertionError(
            queue.record().name()
                + " counts "
                + queue.count(one)
                + " jobs as "
                + one
                + ", it has "
                + recount[one.ordinal()]);
      }
    }
    if (insides.running(id) != queue.count(JobState.RUNNING)) {
      throw new AssertionError(
          queue.record().name() + " runs " + insides.running(id) + " by its leaf's count");
    }
    List<JobRecord> wanted = queued.getOrDefault(id, new ArrayList<>());
    wanted.sort(
        (a, b) ->
            a.priority() != b.priority()
                ? Integer.compare(a.priority(), b.priority())
                : Long.compare(a.order(), b.order()));
    List<JobRecord> found = insides.waiting(id);
    if (!found.equals(wanted) || insides.waitingCount(id) != wanted.size()) {
      throw new AssertionError(
          queue.record().name() + " holds " + found + " in its discipline, it should " + wanted);
    }
  }

  private void pools() {
    Map<String, Integer> counted = new HashMap<>();
    for (SchedulerInsides.PoolView pool : insides.pools()) {
      if (pool.used() > 0) {
        counted.put(pool.name(), pool.used());
      }
    }
    if (!counted.equals(used)) {
      throw new AssertionError("slots in use are counted " + counted + ", they are " + used);
    }
  }

  private void leases() {
    if (!leases.equals(insides.leased())) {
      throw new AssertionError("leases are " + insides.leased() + ", remote runs " + leases);
    }
  }

  private void coolDowns() {
    Set<String> seen = new HashSet<>();
    for (CoolDowns.Entry entry : state.coolDowns().all()) {
      if (!seen.add(entry.queueId() + " " + entry.key()) || state.queue(entry.queueId()) == null) {
        throw new AssertionError("a cool-down of no queue, or twice: " + entry);
      }
      JobHead holder = state.head(entry.holder().high(), entry.holder().low());
      if (entry.until() == Long.MAX_VALUE && (holder == null || holder.state().finished())) {
        throw new AssertionError(entry + " is open for ever, its holder is " + holder);
      }
    }
  }

  private static void operation(OperationState operation) {
    if (operation.position() > operation.selectedCount()) {
      throw new AssertionError("operation " + operation.id() + " did more than was selected");
    }
  }
}
