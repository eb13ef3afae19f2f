/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.sim;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Outcome;
import io.desaster.api.node.NodeInfo;
import io.desaster.api.queue.QueueSettings;
import io.desaster.api.spi.Demand;
import io.desaster.core.event.AttemptEnded;
import io.desaster.core.event.AttemptReturned;
import io.desaster.core.event.AttemptStarted;
import io.desaster.core.event.CoolDownStarted;
import io.desaster.core.event.Event;
import io.desaster.core.event.JobEnded;
import io.desaster.core.event.JobForgotten;
import io.desaster.core.event.JobMoved;
import io.desaster.core.event.JobQueued;
import io.desaster.core.event.JobRecalled;
import io.desaster.core.event.JobRestored;
import io.desaster.core.event.JobSubmitted;
import io.desaster.core.event.JobsArchived;
import io.desaster.core.event.JobsMoved;
import io.desaster.core.event.LateSuccess;
import io.desaster.core.event.OperationTouched;
import io.desaster.core.log.BatchHeader;
import io.desaster.core.log.Output;
import io.desaster.core.scheduler.Keys;
import io.desaster.core.state.Attachment;
import io.desaster.core.state.AttemptRecord;
import io.desaster.core.state.CoolDowns;
import io.desaster.core.state.JobHead;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.NodeRecord;
import io.desaster.core.state.QueueRecord;
import io.desaster.core.state.QueueState;
import io.desaster.core.state.State;
import io.desaster.core.state.Tombstones;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What may happen when, judged event by event from the replayed state alone, in the plainest way:
 * by looking at every job.
 */
final class EventRules {
  private final Simulation world;
  private final Map<JobId, JobRecord> accepted = new HashMap<>();
  private final Set<JobId> runNow = new HashSet<>();
  private final Set<JobId> deletionAsked = new HashSet<>();
  private final Set<LocalSite.AttemptKey> givenUp = new HashSet<>();
  private final Map<LocalSite.AttemptKey, Long> startedIn = new HashMap<>();
  private final Map<JobId, byte[]> archivedRecords = new HashMap<>();

  /** In which batch jobs of a kind moved from one discipline to another. */
  private final Map<String, Long> movedIn = new HashMap<>();

  private JobRecord before;

  EventRules(Simulation world) {
    this.world = world;
  }

  /** The job as it was accepted, or null. */
  JobRecord accepted(JobId id) {
    return accepted.get(id);
  }

  /** Whoever runs the job must get what was submitted. */
  void requirePayload(JobId id, byte[] payload) {
    require(Arrays.equals(accepted.get(id).readPayload(), payload), id, "another payload");
  }

  /** Somebody asked that this job be deleted. */
  void deletionAsked(JobId id) {
    deletionAsked.add(id);
  }

  /** Another remote worker has the job in its hands still: the scheduler must have given it up. */
  void requireGivenUp(LocalSite.AttemptKey held, LocalSite.AttemptKey next) {
    require(givenUp.contains(held), next, "it was handed out while " + held + " is in hands");
  }

  void before(State state, Event event, BatchHeader batch) {
    long now = batch.atMillis();
    if (event instanceof JobSubmitted submitted) {
      submitted(state, submitted.job(), now);
    } else if (event instanceof AttemptStarted started) {
      before = state.job(started.high(), started.low());
    } else if (event instanceof AttemptEnded ended) {
      requireState(state.job(ended.high(), ended.low()), JobState.RUNNING, event);
    } else if (event instanceof LateSuccess late) {
      superseded(state.job(late.high(), late.low()));
    } else if (event instanceof AttemptReturned returned) {
      returned(state.job(returned.high(), returned.low()), event);
    } else if (event instanceof JobQueued queued) {
      queued(state, state.job(queued.high(), queued.low()), queued, now);
    } else if (event instanceof JobEnded ended) {
      ended(state, state.job(ended.high(), ended.low()), ended, now);
    } else if (event instanceof JobForgotten forgotten) {
      forgotten(state, state.head(forgotten.high(), forgotten.low()), now);
    } else if (event instanceof JobsArchived jobs) {
      archived(state, jobs);
    } else if (event instanceof JobRecalled recalled) {
      recalled(state, recalled.job());
    } else if (event instanceof OperationTouched touched) {
      if (state.operation(touched.id()).action().words().get(0).equals("DELETE")) {
        deletionAsked.add(new JobId(touched.high(), touched.low()));
      }
    } else if (event instanceof JobMoved moved) {
      require(state.queue(moved.queueId()) != null, event, "moved into a queue that is not there");
    } else if (event instanceof CoolDownStarted started) {
      require(state.queue(started.queueId()) != null, event, "its queue is not there");
    }
  }

  void after(State state, Event event, BatchHeader batch) {
    if (event instanceof JobsMoved moved) {
      movedIn.put(moved.kind(), batch.index());
    } else if (event instanceof AttemptStarted started) {
      startedIn.put(key(state.job(started.high(), started.low())), batch.index());
      started(state, state.job(started.high(), started.low()), batch, event);
    } else if (event instanceof AttemptEnded ended) {
      attemptEnded(state, state.job(ended.high(), ended.low()), event, batch);
    } else if (event instanceof JobRestored restored) {
      accepted.putIfAbsent(restored.job().id(), restored.job());
      runNow.add(restored.job().id());
    }
  }

  private static void require(boolean held, Object subject, String otherwise) {
    if (!held) {
      throw new AssertionError(otherwise + ": " + subject);
    }
  }

  private static void requireState(JobRecord job, JobState wanted, Event event) {
    require(job != null, event, "there is no such job");
    require(job.state() == wanted, event, "the job is " + job.state());
  }

  private void submitted(State state, JobRecord job, long now) {
    JobId id = job.id();
    require(state.head(id.high(), id.low()) == null, job, "the job is there already");
    Tombstones.Stone stone = state.tombstones().find(id);
    require(stone == null || stone.until() <= now, job, "its id is still remembered");
    boolean ahead = id.timed() && id.madeAtMillis() > now + world.idWindowMillis();
    require(
        !accepted.containsKey(id) || !id.timed() || ahead, job, "a timed id was accepted twice");
    accepted.put(id, job);
    world.accepted(id);
    QueueState queue = state.queue(job.queueId());
    require(queue != null, job, "its queue is not there");
    QueueRecord record = queue.record();
    require(!record.draining(), job, "its queue is draining");
    long max = record.settings().maxLength();
    require(max == 0 || queue.waiting() < max, job, "its queue is full");
    require(job.order() == state.nextOrder(), job, "its order is not the next one");
    if (record.settings().coolDown().active()) {
      CoolDowns.Entry entry =
          state.coolDowns().find(job.queueId(), Keys.of(job, record.kind()), now);
      require(entry == null, job, "its key is blocked by " + entry);
    }
    boolean parents = true;
    for (JobId parent : job.options().after()) {
      JobHead other = state.head(parent.high(), parent.low());
      require(other != null, job, "its parent is not known");
      parents &= other.state() == JobState.SUCCEEDED;
    }
    if (job.state() == JobState.BLOCKED) {
      require(!parents, job, "it is blocked by nobody");
    } else {
      require(parents, job, "its parents have not succeeded");
      long due = due(job);
      require(
          due > now ? job.state() == JobState.SCHEDULED : job.state() == JobState.QUEUED,
          job,
          "due " + (due - now) + " ms from now");
    }
  }

  private static long due(JobRecord job) {
    long delay = job.options().delayMillis();
    long due = delay > 0 ? job.submittedAt() + delay : job.options().atMillis();
    return due < 0 ? Long.MAX_VALUE : due;
  }

  private void queued(State state, JobRecord job, JobQueued event, long now) {
    require(job != null, event, "there is no such job");
    if (event.afresh()) {
      require(
          job.state().finished()
              || job.state() == JobState.RETRYING
              || job.state() == JobState.SCHEDULED,
          job,
          "it cannot be run now");
      runNow.add(job.id());
      return;
    }
    if (job.state() == JobState.BLOCKED) {
      for (JobId parent : job.options().after()) {
        JobHead other = state.head(parent.high(), parent.low());
        require(other != null && other.state() == JobState.SUCCEEDED, job, "blocked by " + other);
      }
    } else {
      require(
          (job.state() == JobState.SCHEDULED || job.state() == JobState.RETRYING)
              && job.at() <= now,
          job,
          "not due at " + now);
    }
  }

  private void ended(State state, JobRecord job, JobEnded event, long now) {
    require(job != null, event, "there is no such job");
    require(job.state() != JobState.RUNNING && !job.state().finished(), job, "it cannot end so");
    if (event.next() == JobState.FAILED) {
      long ttl = job.options().ttlMillis();
      long queueTtl = state.queue(job.queueId()).record().settings().ttl().toMillis();
      require(job.state() == JobState.QUEUED, job, "only waiting jobs expire");
      require(ttl == 0 || job.at() + ttl <= now || world.ttlChanged(), job, "expired too early");
      require(ttl > 0 || queueTtl > 0 || world.ttlChanged(), job, "it has no ttl");
    }
  }

  private void returned(JobRecord job, Event event) {
    requireState(job, JobState.RUNNING, event);
    AttemptRecord attempt = job.course().last();
    require(job.course().cancel() == null, job, "a cancelled job would be run again");
    if (attempt.pool().startsWith(Simulation.REMOTE)) {
      boolean held = world.remoteSite(attempt.node()).runs(job.id(), attempt.number());
      require(!held, job, "a worker has the attempt in its hands");
      return;
    }
    LocalSite site = world.site(attempt.pool().substring(0, attempt.pool().indexOf('@')));
    require(site.durable(), job, "the attempt may have been started and forgotten");
    require(!site.knows(job.id(), attempt.number()), job, "the attempt was started");
  }

  /**
   * The attempt that runs, if any, is ended by an older one's success: its worker hears of it
   * later.
   */
  private void superseded(JobRecord job) {
    AttemptRecord last = job.course().last();
    if (last.running()) {
      givenUp.add(new LocalSite.AttemptKey(job.id(), last.number()));
    }
  }

  private static LocalSite.AttemptKey key(JobRecord job) {
    return new LocalSite.AttemptKey(job.id(), job.course().lastNumber());
  }

  private void attemptEnded(State state, JobRecord job, Event event, BatchHeader batch) {
    AttemptRecord attempt = job.course().last();
    String kind = attempt.pool().substring(0, attempt.pool().indexOf('@'));
    if (!kind.equals(Simulation.REMOTE)) {
      require(!world.site(kind).runs(job.id(), attempt.number()), job, "the attempt still runs");
    }
    if (attempt.outcome() == Outcome.LOST && kind.equals(Simulation.REMOTE)) {
      require(
          startedIn.getOrDefault(key(job), 0L) < batch.index(),
          job,
          "lost before it was committed");
    }
    if (attempt.outcome() == Outcome.LOST
        || attempt.outcome() == Outcome.TIMED_OUT
        || attempt.outcome() == Outcome.CANCELLED) {
      givenUp.add(new LocalSite.AttemptKey(job.id(), attempt.number()));
    }
    switch (attempt.outcome()) {
      case SUCCEEDED -> require(job.state() == JobState.SUCCEEDED, job, "it succeeded");
      default -> require(job.state() != JobState.SUCCEEDED, job, "it did not succeed");
    }
    require(attempt.endedAt() > 0, job, "no end time");
    int tries = job.course().tries();
    require(tries >= 0, job, "tries are " + tries);
    if (job.state() != JobState.RETRYING) {
      runNow.remove(job.id());
    }
  }

  /** Retention, deletion, or too many. */
  private void forgotten(State state, JobHead job, long now) {
    require(job != null, "", "there is no such job");
    require(job.state().finished(), job, "it is not finished");
    state.forEachJob(
        other ->
            require(
                other.state() != JobState.BLOCKED || !other.options().after().contains(job.id()),
                job,
                "it is waited for by " + other));
    QueueSettings settings = state.queue(job.queueId()).record().settings();
    long keep =
        (job.state() == JobState.FAILED ? settings.keepFailed() : settings.keepSucceeded())
            .toMillis();
    boolean over = job.at() + keep <= now;
    long[] finished = {0};
    state.forEachJob(other -> finished[0] += other.state().finished() ? 1 : 0);
    finished[0] += state.archivedCount();
    require(
        over || deletionAsked.contains(job.id()) || finished[0] > world.finishedJobsMax(),
        job,
        "nobody asked to forget it, it is finished for "
            + (now - job.at())
            + " ms and kept for "
            + keep);
  }

  private void archived(State state, JobsArchived event) {
    long[] ids = event.ids();
    for (int i = 0; i < ids.length; i += 2) {
      JobRecord job = state.job(ids[i], ids[i + 1]);
      require(job != null, event, "there is no such job on the heap");
      require(job.state().finished(), job, "it is not finished");
      state.forEachJob(
          other ->
              require(
                  other.state() != JobState.BLOCKED || !other.options().after().contains(job.id()),
                  job,
                  "it is waited for by " + other));
      archivedRecords.put(job.id(), bytes(job));
    }
  }

  private void recalled(State state, JobRecord job) {
    require(state.archived(job.high(), job.low()) != null, job, "it is not archived");
    requireArchived(job);
  }

  /** What the archive has of the job must be what was put there last. */
  void requireArchived(JobRecord job) {
    byte[] wanted = archivedRecords.get(job.id());
    require(Arrays.equals(wanted, bytes(job)), job, "the archive has another record of it");
  }

  private static byte[] bytes(JobRecord job) {
    Output out = new Output(256);
    job.encode(out);
    return Arrays.copyOf(out.array(), out.size());
  }

  private void started(State state, JobRecord job, BatchHeader batch, Event event) {
    long now = batch.atMillis();
    requireState(before, JobState.QUEUED, event);
    final AttemptRecord attempt = job.course().last();
    require(
        attempt.number() == before.course().lastNumber() + 1, event, "attempts are not counted up");
    world.replica().started(job.id(), attempt.number());
    QueueState queue = state.queue(job.queueId());
    QueueRecord record = queue.record();
    require(record.pause() == null, event, "its queue is paused");
    int max = record.settings().maxRunning();
    require(max == 0 || queue.count(JobState.RUNNING) <= max, event, "above max-running");
    require(
        due(job) <= now || runNow.contains(job.id()) || job.course().attempts().size() > 1,
        job,
        "started " + (due(job) - now) + " ms before it was due");
    String kind = attempt.pool().substring(0, attempt.pool().indexOf('@'));
    require(kind.equals(record.kind()), event, "a pool of another kind");
    Collection<String> labels = labels(state, attempt);
    require(
        Attachment.attached(record.settings().attach(), attempt.pool(), labels),
        event,
        "not attached");
    if (kind.equals(Simulation.REMOTE)) {
      List<String> queues = world.remoteSite(attempt.node()).queues();
      require(queues.isEmpty() || queues.contains(record.name()), event, "not a queue it wants");
    } else {
      slots(state, attempt, event);
    }
    Map<String, Integer> limits = limits(state);
    String limit = job.options().limit();
    require(
        limit.isEmpty() || limits.get(name(limit)) <= count(limit), event, "above limit " + limit);
    limits.computeIfPresent(name(limit), (n, running) -> running - 1);
    require(meets(job.demand(), attempt.node(), labels, limits), event, "demand is not met");
    boolean moving = movedIn.getOrDefault(kind, 0L) == batch.index();
    order(state, job, moving, attempt.node(), labels, limits, event);
  }

  private Collection<String> labels(State state, AttemptRecord attempt) {
    NodeRecord node = state.node(attempt.node());
    return node == null ? world.remoteSite(attempt.node()).labels() : node.labels();
  }

  private static void slots(State state, AttemptRecord attempt, Event event) {
    NodeRecord node = state.node(attempt.node());
    require(node.state() == NodeInfo.State.UP, event, "the node is " + node.state());
    int[] used = {0};
    state.forEachJob(
        other -> {
          if (other.state() == JobState.RUNNING
              && other.course().last().pool().equals(attempt.pool())) {
            used[0]++;
          }
        });
    int max = 0;
    for (NodeRecord.Pool pool : node.pools()) {
      if (attempt.pool().equals(pool.kind() + "@" + node.name())) {
        max = pool.slotsMax();
      }
    }
    require(used[0] <= max, event, used[0] + " slots used of " + max);
  }

  private static Map<String, Integer> limits(State state) {
    Map<String, Integer> running = new HashMap<>();
    state.forEachJob(
        job -> {
          if (job.state() == JobState.RUNNING && !job.options().limit().isEmpty()) {
            running.merge(name(job.options().limit()), 1, Integer::sum);
          }
        });
    return running;
  }

  static String name(String limit) {
    return limit.isEmpty() ? "" : limit.substring(0, limit.lastIndexOf(':'));
  }

  static int count(String limit) {
    return Integer.parseInt(limit.substring(limit.lastIndexOf(':') + 1));
  }

  static boolean meets(
      Demand demand, String node, Collection<String> labels, Map<String, Integer> limits) {
    return (demand.label().isEmpty() || labels.contains(demand.label()))
        && (demand.node().isEmpty() || demand.node().equals(node))
        && !demand.notNode().equals(node)
        && (demand.limit().isEmpty()
            || limits.getOrDefault(name(demand.limit()), 0) < count(demand.limit()));
  }

  /** Nothing in its queue that could have had the slot may stand before it. */
  private static void order(
      State state,
      JobRecord job,
      boolean moving,
      String node,
      Collection<String> labels,
      Map<String, Integer> limits,
      Event event) {
    QueueRecord queue = state.queue(job.queueId()).record();
    boolean oneLine =
        !moving
            && queue.settings().discipline().equals("fifo")
            && !state.tree(queue.kind()).present().text().contains("qdisc");
    List<JobRecord> passed = new ArrayList<>();
    state.forEachJob(
        other -> {
          if (other.state() == JobState.QUEUED
              && other.queueId() == job.queueId()
              && (oneLine
                  || other.options().flow().equals(job.options().flow())
                      && other.demand().equals(job.demand()))
              && (other.priority() < job.priority()
                  || other.priority() == job.priority() && other.order() < job.order())
              && meets(other.demand(), node, labels, limits)) {
            passed.add(other);
          }
        });
    require(passed.isEmpty(), event, "it was started before " + passed);
  }
}
