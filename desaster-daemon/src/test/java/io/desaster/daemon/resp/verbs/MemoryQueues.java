/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.Queues;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.queue.CoolDownEntry;
import io.desaster.api.queue.Pause;
import io.desaster.api.queue.QueueCounts;
import io.desaster.api.queue.QueueInfo;
import io.desaster.api.queue.QueueSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The queues of a {@link MemoryDesaster}. */
final class MemoryQueues implements Queues {
  private final MemoryDesaster desaster;
  private final Map<String, QueueInfo> queues = new TreeMap<>();
  private final List<CoolDownEntry> blocked = new ArrayList<>();

  MemoryQueues(MemoryDesaster desaster) {
    this.desaster = desaster;
  }

  /** Makes the queue if need be, and checks what it demands of its jobs. */
  void admit(JobSpec spec, JobId id) {
    QueueInfo queue =
        queues.computeIfAbsent(spec.queue(), n -> fresh(n, spec.kind(), QueueSettings.DEFAULT));
    if (!queue.kind().equals(spec.kind())) {
      throw new DesasterException(
          ErrorCode.INVALID,
          "queue " + queue.name() + " takes jobs of kind " + queue.kind() + ", not " + spec.kind());
    }
    long limit = queue.settings().maxLength();
    if (limit > 0 && counted(queue).counts().backlog() >= limit) {
      throw new DesasterException(
          ErrorCode.FULL, "queue " + queue.name() + " has " + limit + " jobs, its limit");
    }
    String key = spec.options().key();
    if (queue.settings().coolDown().active() && !key.isEmpty()) {
      block(queue, key, id);
    }
  }

  private void block(QueueInfo queue, String key, JobId id) {
    for (CoolDownEntry entry : blocked) {
      if (entry.queue().equals(queue.name()) && entry.key().equals(key)) {
        throw new DesasterException(
            ErrorCode.DUPLICATE, "key " + key + " is held by job " + entry.holder());
      }
    }
    Instant until = Instant.now().plus(queue.settings().coolDown().window());
    blocked.add(new CoolDownEntry(queue.name(), key, id, Optional.of(until)));
  }

  private static QueueInfo fresh(String name, String kind, QueueSettings settings) {
    return new QueueInfo(
        name,
        kind,
        settings,
        Optional.empty(),
        false,
        Instant.now(),
        new QueueCounts(0, 0, 0, 0, 0, 0, 0, 0, 0),
        List.of("remote@web1"));
  }

  QueueInfo require(String name) {
    QueueInfo queue = queues.get(name);
    if (queue == null) {
      throw new DesasterException(ErrorCode.NOTFOUND, "there is no queue '" + name + "'");
    }
    return queue;
  }

  private QueueInfo counted(QueueInfo queue) {
    long[] counts = new long[JobState.values().length];
    desaster.jobsOf(queue.name()).forEach(job -> counts[job.state().ordinal()]++);
    return with(
        queue,
        queue.settings(),
        queue.pause(),
        queue.draining(),
        new QueueCounts(
            counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], counts[6], counts[7],
            5));
  }

  private static QueueInfo with(
      QueueInfo queue,
      QueueSettings settings,
      Optional<Pause> pause,
      boolean draining,
      QueueCounts counts) {
    return new QueueInfo(
        queue.name(),
        queue.kind(),
        settings,
        pause,
        draining,
        queue.createdAt(),
        counts,
        queue.pools());
  }

  private CompletionStage<QueueInfo> change(Supplier<QueueInfo> change) {
    return desaster.on(
        () -> {
          QueueInfo changed = change.get();
          queues.put(changed.name(), changed);
          return counted(changed);
        });
  }

  private static QueueSettings settings(QueueSettings from, Map<String, String> options) {
    QueueSettings settings = from;
    for (Map.Entry<String, String> option : options.entrySet()) {
      settings = settings.with(option.getKey(), option.getValue());
    }
    return settings;
  }

  @Override
  public CompletionStage<QueueInfo> create(String name, String kind, Map<String, String> options) {
    return change(
        () -> {
          if (queues.containsKey(name)) {
            throw new DesasterException(ErrorCode.EXISTS, "there is a queue '" + name + "'");
          }
          return fresh(name, kind, settings(QueueSettings.DEFAULT, options));
        });
  }

  @Override
  public CompletionStage<QueueInfo> set(String name, Map<String, String> options) {
    return change(
        () -> {
          QueueInfo queue = require(name);
          return with(
              queue,
              settings(queue.settings(), options),
              queue.pause(),
              queue.draining(),
              queue.counts());
        });
  }

  @Override
  public CompletionStage<Optional<QueueInfo>> find(String name) {
    return desaster.on(() -> Optional.ofNullable(queues.get(name)).map(this::counted));
  }

  @Override
  public CompletionStage<List<QueueInfo>> list() {
    return desaster.on(() -> queues.values().stream().map(this::counted).toList());
  }

  @Override
  public CompletionStage<QueueInfo> pause(
      String name, String by, String why, Optional<Instant> until) {
    Pause pause = new Pause(by, why, Instant.now(), until);
    return change(
        () -> {
          QueueInfo queue = require(name);
          return with(
              queue, queue.settings(), Optional.of(pause), queue.draining(), queue.counts());
        });
  }

  @Override
  public CompletionStage<QueueInfo> resume(String name, String by) {
    return change(
        () -> {
          QueueInfo queue = require(name);
          return with(queue, queue.settings(), Optional.empty(), queue.draining(), queue.counts());
        });
  }

  @Override
  public CompletionStage<QueueInfo> drain(String name, boolean draining, String by) {
    return change(
        () -> {
          QueueInfo queue = require(name);
          return with(queue, queue.settings(), queue.pause(), draining, queue.counts());
        });
  }

  @Override
  public CompletionStage<QueueInfo> rename(String name, String newName) {
    return change(
        () -> {
          QueueInfo queue = require(name);
          queues.remove(name);
          return fresh(newName, queue.kind(), queue.settings());
        });
  }

  @Override
  public CompletionStage<Void> destroy(String name, Optional<String> into) {
    return desaster.on(
        () -> {
          require(name);
          into.ifPresent(this::require);
          boolean busy = desaster.jobsOf(name).stream().anyMatch(job -> !job.state().finished());
          if (busy && into.isEmpty()) {
            throw new DesasterException(ErrorCode.STATE, "queue " + name + " has jobs");
          }
          queues.remove(name);
          return null;
        });
  }

  @Override
  public CompletionStage<Long> purge(String name, String by) {
    return desaster.on(
        () -> {
          require(name);
          long count = 0;
          for (Job job : desaster.jobsOf(name)) {
            if (job.state() == JobState.QUEUED) {
              desaster.put(MemoryJobs.with(job, JobState.CANCELLED, "purged by " + by));
              count++;
            }
          }
          return count;
        });
  }

  @Override
  public CompletionStage<QueueInfo> attach(String name, String pool) {
    return change(() -> require(name));
  }

  @Override
  public CompletionStage<QueueInfo> detach(String name, String pool) {
    return change(() -> require(name));
  }

  @Override
  public CompletionStage<List<CoolDownEntry>> coolDowns(String queue) {
    return desaster.on(
        () -> blocked.stream().filter(e -> queue.isEmpty() || e.queue().equals(queue)).toList());
  }

  @Override
  public CompletionStage<Long> clearCoolDowns(String queue, String key) {
    return desaster.on(
        () -> {
          require(queue);
          int before = blocked.size();
          blocked.removeIf(e -> e.queue().equals(queue) && (key.isEmpty() || e.key().equals(key)));
          return (long) before - blocked.size();
        });
  }
}
