/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.query;

import io.desaster.api.Events;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.event.DesasterEvent;
import io.desaster.api.job.Eta;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobFilter;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobPage;
import io.desaster.api.job.JobQuery;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Progress;
import io.desaster.api.node.NodeInfo;
import io.desaster.api.node.PoolInfo;
import io.desaster.api.queue.CoolDownEntry;
import io.desaster.api.queue.QueueInfo;
import io.desaster.api.tree.TreeStats;
import io.desaster.core.discipline.TreeUsage;
import io.desaster.core.event.Event;
import io.desaster.core.fairness.TreeStatistics;
import io.desaster.core.forecast.Experience;
import io.desaster.core.forecast.Forecaster;
import io.desaster.core.forecast.LiveJobs;
import io.desaster.core.log.BatchHeader;
import io.desaster.core.log.ReplicatedLog;
import io.desaster.core.state.ArchivedJob;
import io.desaster.core.state.CoolDowns;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.JobViews;
import io.desaster.core.state.NodeRecord;
import io.desaster.core.state.QueueRecord;
import io.desaster.core.state.QueueState;
import io.desaster.core.state.QueueViews;
import io.desaster.core.state.RemoteWorkers;
import io.desaster.core.state.State;
import io.desaster.core.state.WorkerRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state as it is committed, and all that is asked about it. Lives on an executor of one thread:
 * batches and questions are served in the order in which they come, so a question asked after a
 * commit was told sees what was committed.
 */
public final class CommittedCopy implements Forecaster.Source {
  private static final Logger LOG = LoggerFactory.getLogger(CommittedCopy.class);
  private static final int SEARCHES_MAX = 16;

  /** Nobody waits longer for what may happen than for what is. */
  private static final long PREDICTION_MILLIS_MAX = 2_000;

  /** Between two predictions for those who subscribed to them. */
  private static final long ETA_PAUSE_MILLIS = 2_000;

  private static final Executor LATER =
      CompletableFuture.delayedExecutor(ETA_PAUSE_MILLIS, TimeUnit.MILLISECONDS, Runnable::run);

  private static final String LATE = "the prediction takes longer than 2 s; ask again";

  private final CommittedState committed;
  private final State state;
  private final ReplicatedLog log;
  private final Executor executor;
  private final Executor reader;
  private final AtomicInteger searches = new AtomicInteger();
  private final FinishedArchive archive;
  private final QueryIndex index;
  private final EventFeed feed = new EventFeed();
  private final EtaFeed etas;
  private final Map<JobId, List<CompletableFuture<Job>>> awaiting = new HashMap<>();
  private volatile Forecaster forecaster;
  private volatile UnaryOperator<String> heldBack = kind -> "";

  /**
   * @param recovered what was recovered; belongs to the copy from now on
   * @param archive has the records of the state's archived jobs
   * @param log where snapshots are written
   * @param executor runs one task at a time, in order
   * @param reader runs tasks that read from the disk
   */
  public CommittedCopy(
      CommittedState recovered,
      FinishedArchive archive,
      ReplicatedLog log,
      Executor executor,
      Executor reader) {
    this.archive = archive;
    this.log = log;
    this.executor = executor;
    this.reader = reader;
    this.committed = recovered;
    this.state = recovered.state();
    etas = new EtaFeed(this, () -> forecaster, LATER);
    index = new QueryIndex();
    state.follow(index);
    index.listen(
        this::jobChanged,
        gone -> feed.archivedForgotten(state, gone),
        (before, after) -> feed.queueChanged(state, before, after),
        (before, after) -> feed.nodeChanged(state, before, after));
    archive.start(executor, reader);
  }

  /** A batch was committed; any thread, in order. */
  public void committed(BatchHeader header, List<Event> events) {
    executor.execute(() -> committed.apply(header, events));
  }

  /** A running attempt told its progress. */
  public void progress(JobId id, int attempt, Progress progress) {
    executor.execute(
        () -> {
          JobRecord job = state.job(id.high(), id.low());
          if (job != null
              && job.state() == JobState.RUNNING
              && job.course().lastNumber() == attempt) {
            index.setProgress(id, progress);
            feed.progress(state, job, progress);
          }
        });
  }

  private void jobChanged(JobRecord before, JobRecord after) {
    feed.jobChanged(state, before, after);
    if (!awaiting.isEmpty() && (after == null || after.state().finished())) {
      JobRecord job = after == null ? before : after;
      List<CompletableFuture<Job>> waiters = awaiting.remove(job.id());
      if (waiters != null) {
        Job view = view(job);
        waiters.forEach(waiter -> waiter.complete(view));
      }
    }
  }

  private Job wholeView(JobRecord job) {
    QueueRecord queue = state.queue(job.queueId()).record();
    return JobViews.whole(job, queue, index.progress(job.id()));
  }

  private Job view(JobRecord job) {
    return JobViews.of(job, state.queue(job.queueId()).record(), index.progress(job.id()));
  }

  /** Answers a question on the copy's thread. */
  @Override
  public <T> CompletableFuture<T> read(Function<State, T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    executor.execute(
        () -> {
          try {
            answer.complete(question.apply(state));
          } catch (IllegalArgumentException wrong) {
            answer.completeExceptionally(
                new DesasterException(ErrorCode.INVALID, wrong.getMessage()));
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  public CompletionStage<Optional<Job>> find(JobId id) {
    return find(id, seen -> CompletableFuture.completedFuture(seen.view()));
  }

  /** As {@link #find(JobId)}, with what is expected of it. */
  public CompletionStage<Optional<Job>> findPredicted(JobId id) {
    return find(id, seen -> predict(List.of(seen)).thenApply(one -> one.get(0)));
  }

  private CompletionStage<Optional<Job>> find(
      JobId id, Function<Seen, CompletableFuture<Job>> ofLive) {
    return read(s -> {
          ArchivedJob archived = s.archived(id.high(), id.low());
          if (archived != null) {
            return archivedView(archived).thenApply(Optional::of);
          }
          JobRecord job = s.job(id.high(), id.low());
          return job == null
              ? CompletableFuture.completedFuture(Optional.<Job>empty())
              : ofLive.apply(new Seen(job, wholeView(job))).thenApply(Optional::of);
        })
        .thenCompose(answer -> answer);
  }

  private CompletableFuture<Job> archivedView(ArchivedJob job) {
    QueueRecord queue = state.queue(job.queueId()).record();
    return readArchived(job).thenApply(record -> JobViews.whole(record, queue, Progress.NONE));
  }

  private CompletableFuture<JobRecord> readArchived(ArchivedJob job) {
    return archive
        .record(job)
        .exceptionally(
            error -> {
              throw new DesasterException(
                  ErrorCode.STATE,
                  "job "
                      + job.id()
                      + " is "
                      + job.state()
                      + " and archived; "
                      + error.getMessage());
            });
  }

  /**
   * Reads the records of archived jobs.
   *
   * @return in the same order; null for what cannot be read, which is told in the log
   */
  public CompletableFuture<List<JobRecord>> recall(List<ArchivedJob> jobs) {
    return read(s ->
            jobs.stream()
                .map(job -> archive.record(job).exceptionally(error -> unreadable(job, error)))
                .toList())
        .thenCompose(
            records ->
                CompletableFuture.allOf(records.toArray(new CompletableFuture<?>[0]))
                    .thenApply(done -> join(records)));
  }

  private static List<JobRecord> join(List<CompletableFuture<JobRecord>> records) {
    List<JobRecord> joined = new ArrayList<>(records.size());
    records.forEach(record -> joined.add(record.join()));
    return joined;
  }

  private static JobRecord unreadable(ArchivedJob job, Throwable error) {
    LOG.error("job {}, archived as {}, is left as it is", job.id(), job.state(), error);
    return null;
  }

  public CompletionStage<JobPage> list(JobQuery query) {
    return search(
            query.filter(),
            (s, payloads) -> {
              long now = System.currentTimeMillis();
              Listing listing = new Listing(s, query, now, payloads);
              long asOf = s.appliedIndex();
              ArchiveSearch archived = ArchiveSearch.page(s, archive, listing, now);
              return runSearch(archived).thenCompose(done -> read(t -> page(t, listing, asOf)));
            })
        .thenCompose(answer -> answer)
        .thenCompose(
            page ->
                predict(page.jobs())
                    .thenApply(
                        jobs -> new JobPage(jobs, page.matched(), page.next(), page.index())));
  }

  /** A {@link JobPage} before anything is predicted. */
  private record Page(List<Seen> jobs, long matched, String next, long index) {}

  private Page page(State s, Listing listing, long asOf) {
    List<JobRecord> page = listing.page();
    List<Seen> seen =
        page.stream()
            .filter(job -> s.queue(job.queueId()) != null)
            .map(job -> new Seen(job, view(job)))
            .toList();
    return new Page(seen, listing.matched(), listing.next(page), asOf);
  }

  private CompletableFuture<Void> runSearch(ArchiveSearch search) {
    return search.isEmpty()
        ? CompletableFuture.completedFuture(null)
        : limited(() -> search.run(reader));
  }

  /** A job as it was seen at one moment. */
  private record Seen(JobRecord record, Job view) {
    Forecaster.Asked asked() {
      return new Forecaster.Asked(view.spec().kind(), record);
    }
  }

  /** Who predicts when jobs start; without one, nobody does. */
  public void predictBy(Forecaster newForecaster) {
    forecaster = newForecaster;
  }

  /**
   * @param reason tells for a kind why none of its jobs are started, empty if they are; any thread
   */
  public void heldBackBy(UnaryOperator<String> reason) {
    heldBack = reason;
  }

  /** Why the job is not started whatever its turn; empty if it will be. */
  private String heldBack(Seen seen) {
    return seen.record().state() == JobState.QUEUED
        ? heldBack.apply(seen.view().spec().kind())
        : "";
  }

  private Eta expectation(Seen seen, Eta predicted) {
    String why = heldBack(seen);
    if (!why.isEmpty()) {
      return Eta.unknown(why);
    }
    return Forecaster.concerns(seen.record().state()) ? predicted : Eta.NONE;
  }

  private CompletableFuture<List<Job>> predict(List<Seen> seen) {
    boolean any = seen.stream().anyMatch(one -> Forecaster.concerns(one.record().state()));
    if (!any || forecaster == null) {
      return CompletableFuture.completedFuture(seen.stream().map(Seen::view).toList());
    }
    Forecaster now = forecaster;
    List<Forecaster.Asked> asked = seen.stream().map(Seen::asked).toList();
    return now.etas(asked)
        .exceptionally(failure -> Collections.nCopies(seen.size(), failed(failure)))
        .completeOnTimeout(null, PREDICTION_MILLIS_MAX, TimeUnit.MILLISECONDS)
        // What was expected before is better than nothing.
        .thenApply(etas -> etas == null ? now.lastEtas(asked, Eta.unknown(LATE)) : etas)
        .thenApply(
            etas -> {
              List<Job> jobs = new ArrayList<>(seen.size());
              for (int i = 0; i < seen.size(); i++) {
                jobs.add(seen.get(i).view().withEta(expectation(seen.get(i), etas.get(i))));
              }
              return jobs;
            });
  }

  private static Eta failed(Throwable failure) {
    LOG.error("the prediction failed", failure);
    return Eta.unknown("the prediction failed (" + failure + "); the log of this node has more");
  }

  @Override
  public LiveJobs live() {
    return index.live();
  }

  @Override
  public TreeUsage usage(String kind) {
    return committed.trees().usage(kind);
  }

  @Override
  public Experience experience() {
    return committed.experience();
  }

  /** Ids of all jobs that match, as high and low halves in turn. */
  public CompletableFuture<long[]> select(JobFilter filter) {
    return search(
            filter,
            (s, payloads) -> {
              long now = System.currentTimeMillis();
              long[] onHeap = Listing.select(s, filter, now, payloads);
              ArchiveSearch archived = ArchiveSearch.select(s, archive, filter, now);
              return runSearch(archived).thenApply(done -> archived.idsAnd(onHeap));
            })
        .thenCompose(answer -> answer);
  }

  /** Answers a question at once, or when all payloads on the disk that it needs are read. */
  private <T> CompletableFuture<T> search(
      JobFilter filter, BiFunction<State, PayloadSearch, T> question) {
    if (!PayloadSearch.neededFor(filter)) {
      return read(s -> question.apply(s, PayloadSearch.NONE));
    }
    return read(s -> PayloadSearch.of(s, filter, System.currentTimeMillis()))
        .thenCompose(this::readPayloads)
        .thenCompose(payloads -> read(s -> question.apply(s, payloads)));
  }

  private CompletableFuture<PayloadSearch> readPayloads(PayloadSearch search) {
    if (search == PayloadSearch.NONE) {
      return CompletableFuture.completedFuture(search);
    }
    return limited(() -> search.run(reader));
  }

  private <T> CompletableFuture<T> limited(Supplier<CompletableFuture<T>> search) {
    if (searches.incrementAndGet() > SEARCHES_MAX) {
      searches.decrementAndGet();
      return CompletableFuture.failedFuture(
          new DesasterException(
              ErrorCode.FULL,
              "cannot look for jobs on the disk: "
                  + SEARCHES_MAX
                  + " such searches are under way; try again, or say more closely which jobs"));
    }
    return search.get().whenComplete((done, failure) -> searches.decrementAndGet());
  }

  /**
   * Completes when the job is finished; whoever asked ends the waiting by completing the future.
   * NOTFOUND if there is no such job.
   */
  public CompletableFuture<Job> await(JobId id) {
    CompletableFuture<Job> waiter = new CompletableFuture<>();
    executor.execute(
        () -> {
          JobRecord job = state.job(id.high(), id.low());
          ArchivedJob archived = state.archived(id.high(), id.low());
          if (archived != null) {
            archivedView(archived).whenComplete((view, error) -> tell(waiter, view, error));
          } else if (job == null) {
            waiter.completeExceptionally(notFound(id));
          } else if (job.state().finished()) {
            waiter.complete(view(job));
          } else {
            awaiting.computeIfAbsent(id, i -> new ArrayList<>(1)).add(waiter);
          }
        });
    return waiter;
  }

  private static void tell(CompletableFuture<Job> waiter, Job view, Throwable error) {
    if (error == null) {
      waiter.complete(view);
    } else {
      waiter.completeExceptionally(error);
    }
  }

  /** The waiting for {@link #await} is over, whether or not the job is. */
  public void stopAwaiting(JobId id, CompletableFuture<Job> waiter) {
    executor.execute(
        () -> {
          List<CompletableFuture<Job>> waiters = awaiting.get(id);
          if (waiters != null && waiters.remove(waiter) && waiters.isEmpty()) {
            awaiting.remove(id);
          }
        });
  }

  public CompletionStage<List<String>> explain(JobId id) {
    return read(s -> {
          ArchivedJob archived = s.archived(id.high(), id.low());
          JobRecord job = s.job(id.high(), id.low());
          if (archived == null && job == null) {
            throw notFound(id);
          }
          return archived != null
              ? readArchived(archived).thenApply(Explanation::ofEnded)
              : explained(s, job);
        })
        .thenCompose(answer -> answer);
  }

  private CompletableFuture<List<String>> explained(State s, JobRecord job) {
    Seen seen = new Seen(job, view(job));
    List<String> lines = Explanation.of(s, index.live(), job, heldBack(seen));
    String accuracy = experience().accuracy(job.queueId());
    boolean held = !heldBack(seen).isEmpty();
    return reasons(seen)
        .thenCombine(
            predict(List.of(seen)),
            (reasons, jobs) -> {
              List<String> all = new ArrayList<>(lines);
              all.addAll(reasons);
              Job predicted = jobs.get(0);
              if (!held) {
                all.addAll(Explanation.expectation(predicted.state(), predicted.eta()));
              }
              if (predicted.eta().startP50().isPresent() && !accuracy.isEmpty()) {
                all.add("predictions for this queue: " + accuracy);
              }
              return all;
            });
  }

  private CompletableFuture<List<String>> reasons(Seen seen) {
    return forecaster == null
        ? CompletableFuture.completedFuture(List.of())
        : forecaster
            .reasons(seen.asked())
            .exceptionally(failure -> List.of())
            .completeOnTimeout(List.of(), PREDICTION_MILLIS_MAX, TimeUnit.MILLISECONDS);
  }

  public CompletionStage<Optional<QueueInfo>> queue(String name) {
    return read(s -> Optional.ofNullable(s.queue(name)).map(queue -> view(s, queue)));
  }

  public CompletionStage<List<QueueInfo>> queues() {
    return read(s -> s.queues().stream().map(queue -> view(s, queue)).toList());
  }

  private QueueInfo view(State s, QueueState queue) {
    long oldest = index.oldestQueuedAt(queue.record().id());
    return QueueViews.of(queue, s, System.currentTimeMillis(), oldest);
  }

  /**
   * All nodes with their pools; the master, which hands out work to remote workers, with theirs.
   *
   * @param slots usable slots by pool name where they are not the largest number
   */
  public CompletionStage<List<NodeInfo>> nodes(String master, Map<String, Integer> slots) {
    return read(
        s -> {
          List<PoolInfo> workers =
              s.remoteWorkers().all().stream().map(worker -> view(worker)).toList();
          return s.nodes().stream()
              .map(
                  node -> {
                    boolean first = node.name().equals(master);
                    return view(node, first, slots, first ? workers : List.of());
                  })
              .toList();
        });
  }

  /** How busy all is, with the pools of this node; slots as above. */
  public CompletableFuture<Activity> activity(String node, Map<String, Integer> slots) {
    return read(
        s ->
            Activity.of(
                s,
                index,
                s.nodes().stream()
                    .filter(record -> record.name().equals(node))
                    .flatMap(record -> view(record, false, slots, List.of()).pools().stream())
                    .toList()));
  }

  private PoolInfo view(WorkerRecord worker) {
    int slots = worker.slots();
    return new PoolInfo(
        RemoteWorkers.KIND,
        worker.name(),
        worker.labels(),
        slots,
        slots,
        slots,
        index.used(worker.pool()));
  }

  private NodeInfo view(
      NodeRecord node, boolean master, Map<String, Integer> slots, List<PoolInfo> workers) {
    List<PoolInfo> pools = new ArrayList<>();
    for (NodeRecord.Pool pool : node.pools()) {
      String name = pool.kind() + "@" + node.name();
      int usable = slots.getOrDefault(name, pool.slotsMin());
      pools.add(
          new PoolInfo(
              pool.kind(),
              node.name(),
              node.labels(),
              pool.slotsMin(),
              pool.slotsMax(),
              node.state() == NodeInfo.State.UP
                  ? Math.max(pool.slotsMin(), Math.min(usable, pool.slotsMax()))
                  : 0,
              index.used(name)));
    }
    pools.addAll(workers);
    return new NodeInfo(
        node.name(),
        node.state(),
        master,
        node.version(),
        Instant.ofEpochMilli(node.joinedAt()),
        node.labels(),
        pools);
  }

  /**
   * How fair the tree of a kind is now.
   *
   * @param window in which use is measured
   * @param flows told of each queue at most
   * @param nowMillis the wall clock
   */
  public CompletionStage<TreeStats> treeStats(
      String kind, Duration window, int flows, long nowMillis) {
    return read(s ->
            TreeStatistics.read(
                new TreeStatistics.Source(
                    s,
                    committed.trees(),
                    committed.meters(),
                    index::oldestQueuedAt,
                    experience()::medianErrorRatio),
                kind,
                window,
                flows,
                nowMillis))
        .thenApplyAsync(TreeStatistics::reckon);
  }

  public CompletionStage<List<CoolDownEntry>> coolDowns(String queue) {
    return read(
        s -> {
          long now = System.currentTimeMillis();
          if (!queue.isEmpty() && s.queue(queue) == null) {
            throw new DesasterException(ErrorCode.NOTFOUND, "there is no queue '" + queue + "'");
          }
          return s.coolDowns().all().stream()
              .filter(entry -> entry.until() > now)
              .filter(entry -> queue.isEmpty() || name(s, entry).equals(queue))
              .map(
                  entry ->
                      new CoolDownEntry(name(s, entry), entry.key(), entry.holder(), until(entry)))
              .toList();
        });
  }

  private static String name(State s, CoolDowns.Entry entry) {
    return s.queue(entry.queueId()).record().name();
  }

  private static Optional<Instant> until(CoolDowns.Entry entry) {
    return entry.until() == Long.MAX_VALUE
        ? Optional.empty()
        : Optional.of(Instant.ofEpochMilli(entry.until()));
  }

  /** As {@link Events#subscribe}; any thread. */
  public Events.Subscription subscribe(String pattern, Consumer<DesasterEvent> listener) {
    return pattern.startsWith(EtaFeed.PREFIX)
        ? etas.subscribe(pattern, listener)
        : feed.subscribe(pattern, listener);
  }

  /** A picture of the whole state, to be written in the background. */
  public CompletionStage<StateSnapshot> snapshot() {
    return read(
        s -> {
          archive.emptySparseFiles(s);
          return committed.snapshot(log, archive);
        });
  }

  private static DesasterException notFound(JobId id) {
    return new DesasterException(ErrorCode.NOTFOUND, "there is no job " + id + " (any more)");
  }
}
