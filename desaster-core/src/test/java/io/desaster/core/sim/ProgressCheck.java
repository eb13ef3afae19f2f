/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.sim;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobState;
import io.desaster.core.scheduler.SchedulerInsides;
import io.desaster.core.state.Attachment;
import io.desaster.core.state.JobHead;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.Moments;
import io.desaster.core.state.QueueRecord;
import io.desaster.core.state.QueueState;
import io.desaster.core.state.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * After a turn nothing may wait that could go on: no job for a slot that is free, nothing that is
 * due, no child of parents that are finished; and the deadline that was told must not be later than
 * the next thing that comes due.
 */
final class ProgressCheck {
  private final Simulation world;
  private final State state;
  private final SchedulerInsides insides;
  private final long now;
  private final List<JobRecord> jobs = new ArrayList<>();
  private final Set<JobId> waitedFor = new HashSet<>();
  private long told;
  private long next = Long.MAX_VALUE;
  private final Map<String, Integer> limits = new HashMap<>();

  private ProgressCheck(Simulation world, Daemon daemon) {
    this.world = world;
    this.state = daemon.scheduler().state();
    this.insides = daemon.insides();
    this.now = insides.nowMillis();
  }

  static void run(Simulation world, Daemon daemon) {
    ProgressCheck check = new ProgressCheck(world, daemon);
    if (check.insides.workLeft()) {
      return;
    }
    long wall = world.clock().wallMillis();
    long idle = daemon.scheduler().idleMillis(wall, world.clock().now());
    check.told = idle == 0 ? 0 : Moments.after(wall, idle);
    check.state.forEachJob(check::note);
    check.jobs.forEach(check::job);
    check.state.forEachArchived(check::finished);
    check.state.queues().forEach(check::queue);
    check.slots();
    if (check.told > check.next) {
      throw new AssertionError(
          "the next deadline was said to be in "
              + (check.told - check.now)
              + " ms, something is due in "
              + (check.next - check.now));
    }
  }

  private void note(JobRecord job) {
    jobs.add(job);
    if (job.state() == JobState.BLOCKED) {
      waitedFor.addAll(job.options().after());
    }
  }

  private void job(JobRecord job) {
    switch (job.state()) {
      case SCHEDULED, RETRYING -> due(job, job.at());
      case QUEUED -> {
        if (job.options().ttlMillis() > 0) {
          long expires = job.at() + job.options().ttlMillis();
          due(job, expires < 0 ? Long.MAX_VALUE : expires);
        }
      }
      case BLOCKED -> blocked(job);
      case RUNNING -> limits.merge(EventRules.name(job.options().limit()), 1, Integer::sum);
      default -> finished(job);
    }
  }

  private void due(Object what, long at) {
    if (at <= now && told > now) {
      throw new AssertionError(what + " is due since " + (now - at) + " ms");
    }
    next = Math.min(next, at);
  }

  private void blocked(JobRecord job) {
    int succeeded = 0;
    for (JobId id : job.options().after()) {
      JobHead parent = state.head(id.high(), id.low());
      boolean hopeless =
          parent == null
              || parent.state() == JobState.FAILED
              || parent.state() == JobState.CANCELLED;
      if (hopeless) {
        throw new AssertionError(job + " is blocked for ever by " + id + ": " + parent);
      }
      succeeded += parent.state() == JobState.SUCCEEDED ? 1 : 0;
    }
    if (succeeded == job.options().after().size()) {
      throw new AssertionError(job + " is blocked although all its parents succeeded");
    }
  }

  private void finished(JobHead job) {
    QueueRecord queue = state.queue(job.queueId()).record();
    long keep =
        (job.state() == JobState.FAILED
                ? queue.settings().keepFailed()
                : queue.settings().keepSucceeded())
            .toMillis();
    if (!waitedFor.contains(job.id())) {
      due(job, job.at() + keep);
    }
  }

  private void queue(QueueState queue) {
    if (queue.record().pause() != null) {
      queue
          .record()
          .pause()
          .until()
          .map(Instant::toEpochMilli)
          .ifPresent(until -> due(queue.record().name() + " paused", until));
    }
  }

  private void slots() {
    for (SchedulerInsides.PoolView pool : insides.pools()) {
      if (pool.slots() > pool.used() && !insides.worthAsking(pool.kind()) && !slowed(pool.kind())) {
        for (QueueState queue : state.queues()) {
          if (open(queue, pool)) {
            nobodyWaits(queue, pool);
          }
        }
      }
    }
  }

  /** Whether jobs of the kind may have to wait for their tree although slots are free. */
  private boolean slowed(String kind) {
    String tree = state.tree(kind).present().text();
    return tree.contains("rate") || tree.contains("max_running");
  }

  private boolean open(QueueState queue, SchedulerInsides.PoolView pool) {
    QueueRecord record = queue.record();
    int max = record.settings().maxRunning();
    if (pool.kind().equals(Simulation.REMOTE)) {
      List<String> only = world.remoteSite(pool.node()).queues();
      if (!only.isEmpty() && !only.contains(record.name())) {
        return false;
      }
    }
    return record.kind().equals(pool.kind())
        && record.pause() == null
        && (max == 0 || queue.count(JobState.RUNNING) < max)
        && Attachment.attached(record.settings().attach(), pool.name(), pool.labels());
  }

  private void nobodyWaits(QueueState queue, SchedulerInsides.PoolView pool) {
    for (JobRecord job : jobs) {
      if (job.state() == JobState.QUEUED
          && job.queueId() == queue.record().id()
          && EventRules.meets(job.demand(), pool.node(), pool.labels(), limits)) {
        throw new AssertionError(job + " waits although " + pool + " is free");
      }
    }
  }
}
