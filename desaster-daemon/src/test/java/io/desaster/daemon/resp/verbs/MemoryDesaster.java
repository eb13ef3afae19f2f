/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.Desaster;
import io.desaster.api.Events;
import io.desaster.api.Jobs;
import io.desaster.api.Nodes;
import io.desaster.api.Operations;
import io.desaster.api.Queues;
import io.desaster.api.RemoteWork;
import io.desaster.api.Trees;
import io.desaster.api.audit.AuditEntry;
import io.desaster.api.audit.AuditQuery;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.event.DesasterEvent;
import io.desaster.api.job.Eta;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Progress;
import io.desaster.api.job.Submission;
import io.desaster.api.job.SubmitResult;
import io.desaster.api.queue.QueueInfo;
import io.desaster.core.audit.Audit;
import io.desaster.core.audit.AuditLevel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A desaster in memory, just real enough for the verbs: keeps jobs and queues, hands jobs to remote
 * workers, runs nothing itself. Answers from a thread of its own, as a real one does.
 */
final class MemoryDesaster implements Desaster, Events, Audit {
  private final List<AuditEntry> audited = new CopyOnWriteArrayList<>();
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  final Map<JobId, Job> jobs = new LinkedHashMap<>();
  private final MemoryQueues queues = new MemoryQueues(this);
  private final MemoryJobs jobsView = new MemoryJobs(this);
  private final MemoryWork work = new MemoryWork(this);
  private final MemoryTrees trees = new MemoryTrees(this);
  private final MemoryNodes nodes = new MemoryNodes(this);

  private record Listener(String pattern, Consumer<DesasterEvent> consumer) {}

  /** Carries out on the thread. */
  <T> CompletionStage<T> on(Supplier<T> action) {
    return CompletableFuture.supplyAsync(action, thread);
  }

  @Override
  public CompletionStage<Submission> submit(JobSpec spec) {
    return on(() -> accept(spec));
  }

  @Override
  public CompletionStage<List<SubmitResult>> submitAll(List<JobSpec> specs) {
    return on(() -> specs.stream().map(this::result).toList());
  }

  private SubmitResult result(JobSpec spec) {
    try {
      return new SubmitResult(accept(spec), null);
    } catch (DesasterException refusal) {
      return new SubmitResult(null, refusal);
    }
  }

  private Submission accept(JobSpec spec) {
    JobId id = spec.id() == null ? JobId.next(System.currentTimeMillis()) : spec.id();
    Job known = jobs.get(id);
    if (known != null) {
      if (!Arrays.equals(known.spec().payload(), spec.payload())) {
        throw new DesasterException(ErrorCode.EXISTS, "id " + id + " is that of another job");
      }
      return new Submission(id, true, 1);
    }
    for (JobId parent : spec.options().after()) {
      requireJob(parent);
    }
    queues.admit(spec, id);
    put(
        new Job(
            id,
            spec.withId(id),
            JobState.QUEUED,
            "",
            Instant.now(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Progress.NONE,
            List.of(),
            new byte[0],
            Eta.unknown("nobody predicts anything here")));
    work.offer();
    return new Submission(id, false, 1);
  }

  void put(Job job) {
    jobs.put(job.id(), job);
    String state = job.state().name().toLowerCase(java.util.Locale.ROOT);
    publish(
        new DesasterEvent(
            "job." + job.spec().queue() + '.' + state,
            job.id().toString(),
            Instant.now(),
            Map.of("state", state)));
    jobsView.changed(job);
  }

  Job requireJob(JobId id) {
    Job job = jobs.get(id);
    if (job == null) {
      throw new DesasterException(ErrorCode.NOTFOUND, "there is no job " + id);
    }
    return job;
  }

  List<Job> jobsOf(String queue) {
    List<Job> of = new ArrayList<>();
    jobs.values().stream().filter(job -> job.spec().queue().equals(queue)).forEach(of::add);
    return of;
  }

  QueueInfo requireQueue(String name) {
    return queues.require(name);
  }

  void publish(DesasterEvent event) {
    for (Listener listener : listeners) {
      String regex = listener.pattern.replace(".", "\\.").replace("*", ".*");
      if (event.topic().matches(regex)) {
        listener.consumer.accept(event);
      }
    }
  }

  @Override
  public Subscription subscribe(String pattern, Consumer<DesasterEvent> consumer) {
    Listener listener = new Listener(pattern, consumer);
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public Jobs jobs() {
    return jobsView;
  }

  @Override
  public Queues queues() {
    return queues;
  }

  @Override
  public Trees trees() {
    return trees;
  }

  @Override
  public Nodes nodes() {
    return nodes;
  }

  @Override
  public Operations operations() {
    return jobsView.operations();
  }

  @Override
  public RemoteWork remoteWork() {
    return work;
  }

  @Override
  public Events events() {
    return this;
  }

  @Override
  public boolean keeps(AuditLevel level) {
    return level == AuditLevel.CHANGES;
  }

  @Override
  public synchronized void add(AuditEntry entry) {
    audited.add(entry.at(audited.size() + 1, "web1"));
  }

  @Override
  public CompletionStage<List<AuditEntry>> audit(AuditQuery query) {
    return on(
        () -> {
          List<AuditEntry> found = audited.stream().filter(query::matches).toList();
          return found.subList(Math.max(0, found.size() - query.limit()), found.size());
        });
  }

  @Override
  public CompletionStage<Map<String, String>> info() {
    return on(() -> Map.of("jobs.known", Integer.toString(jobs.size())));
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
