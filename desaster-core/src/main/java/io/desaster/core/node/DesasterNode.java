/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.node;

import com.sun.management.OperatingSystemMXBean;
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
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.Progress;
import io.desaster.api.job.Submission;
import io.desaster.api.job.SubmitResult;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.api.spi.Clock;
import io.desaster.api.spi.Worker;
import io.desaster.core.audit.Audit;
import io.desaster.core.audit.AuditLevel;
import io.desaster.core.audit.AuditLog;
import io.desaster.core.command.AnnounceNode;
import io.desaster.core.command.EndAttempt;
import io.desaster.core.command.FreePool;
import io.desaster.core.command.HoldPool;
import io.desaster.core.command.ReportInventory;
import io.desaster.core.command.ScalePools;
import io.desaster.core.command.SetMemoryRoom;
import io.desaster.core.command.SubmitJob;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.forecast.Forecaster;
import io.desaster.core.history.History;
import io.desaster.core.log.ArchiveFiles;
import io.desaster.core.log.LocalLog;
import io.desaster.core.log.LogOptions;
import io.desaster.core.log.LogStats;
import io.desaster.core.log.Recovered;
import io.desaster.core.log.ReplicatedLog;
import io.desaster.core.query.Activity;
import io.desaster.core.query.CommittedCopy;
import io.desaster.core.query.CommittedState;
import io.desaster.core.query.FinishedArchive;
import io.desaster.core.scheduler.Effect;
import io.desaster.core.scheduler.RecallJobs;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Scheduler;
import io.desaster.core.scheduler.SchedulerSettings;
import io.desaster.core.state.LargePayload;
import io.desaster.core.state.QueueState;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A desaster that runs in this JVM: journal, scheduler, committed copy and workers put together.
 *
 * <pre>{@code
 * try (DesasterNode node = DesasterNode.builder().dataDir(dir).worker(worker).start()) {
 *   node.submit(JobSpec.shell("echo hello").build());
 * }
 * }</pre>
 */
public final class DesasterNode implements Desaster {
  private static final Logger LOG = LoggerFactory.getLogger(DesasterNode.class);
  private static final int TERM = 1;
  private static final long ARCHIVE_FILE_BYTES = 32 << 20;
  private static final long AUDIT_FILE_BYTES = 8 << 20;
  private static final int AUDIT_FILES = 8;

  /** A busy node looks at its heap twice as often as at its load. */
  private static final long HEAP_LOOK_MILLIS = 500;

  private static final long LOOK_MILLIS = 1000;

  /** A node with nothing to do looks only every so many times; the history bridges 5 s. */
  private static final int IDLE_LOOKS = 4;

  private final NodeOptions options;
  private final Vertx vertx;
  private final boolean ownVertx;
  private final ReplicatedLog log;
  private final Recovered recovered;
  private final ArchiveFiles archiveFiles;
  private final FinishedArchive archive;
  private final CommittedCopy copy;
  private final ExecutorService copyThread;
  private final ExecutorService searchThread;
  private final ExecutorService forecastThread;
  private final SchedulerVerticle scheduler;
  private final Map<String, Worker> workers;
  private final Map<String, Integer> poolSlots = new ConcurrentHashMap<>();

  /** By kind, why its worker starts nothing. */
  private final Map<String, String> heldBack = new ConcurrentHashMap<>();

  private final Consumer<Throwable> onFailure;
  private final History history;
  private final ActivitySampler sampler;
  private final AuditLog auditLog;
  private final EmbeddedAudit audit;
  private final HeapWatch heap = new HeapWatch();

  /** Kept, for to find it takes a hundred times as long as to ask it. */
  private final OperatingSystemMXBean host =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final Instant startedAt = Instant.now();
  private final Jobs jobs;
  private final Queues queues;
  private final Trees trees;
  private final Nodes nodes;
  private final Operations operations;
  private final RemoteWork remoteWork;
  private String deployment;
  private long looks;
  private volatile boolean idle;
  private long lookedAtIndex;
  private int looksLeftOut;

  private DesasterNode(Builder builder) throws IOException {
    options = builder.options();
    ownVertx = builder.vertx == null;
    onFailure = builder.onFailure;
    workers = Map.copyOf(builder.workers);
    log = LocalLog.open(options.dataDir().resolve("journal"), builder.logOptions());
    try {
      archiveFiles = ArchiveFiles.open(options.dataDir().resolve("archive"), ARCHIVE_FILE_BYTES);
    } catch (IOException e) {
      log.close();
      throw e;
    }
    archive = new FinishedArchive(archiveFiles, builder.onFailure);
    Disciplines disciplines = new Disciplines();
    CommittedState committed = new CommittedState(disciplines, archive, log);
    try {
      recovered = log.recover(committed);
    } catch (IOException | RuntimeException e) {
      log.close();
      closeArchive();
      throw e;
    }
    recovered.notes().forEach(note -> LOG.warn("journal: {}", note));
    vertx = ownVertx ? Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1)) : builder.vertx;
    copyThread = oneThread("desaster-copy");
    searchThread = oneThread("desaster-search");
    forecastThread = oneThread("desaster-forecast");
    copy = new CommittedCopy(committed, archive, log, copyThread, searchThread);
    Scheduler core =
        new Scheduler(
            committed.state(),
            committed.usages(),
            settings(),
            disciplines,
            new SplittableRandom(),
            builder.clock.wallMillis(),
            builder.clock.monoMillis());
    scheduler =
        new SchedulerVerticle(core, log, copy, builder.clock, this::carryOut, builder.onFailure);
    Forecaster forecaster =
        new Forecaster(
            copy,
            poolSlots,
            disciplines,
            forecastThread,
            builder.clock::wallMillis,
            builder.clock::monoMillis);
    copy.predictBy(forecaster);
    copy.heldBackBy(this::heldBack);
    auditLog =
        new AuditLog(
            options.dataDir().resolve("audit"),
            options.name(),
            builder.auditLevel,
            AUDIT_FILE_BYTES,
            AUDIT_FILES);
    audit = new EmbeddedAudit(builder.auditCalls ? auditLog : Audit.NONE);
    jobs = audit.of(new LocalJobs(scheduler, copy, workers, vertx));
    queues = audit.of(new LocalQueues(scheduler, copy));
    trees = audit.of(new LocalTrees(scheduler, copy, disciplines, forecaster, builder.clock));
    history = new History(options.dataDir().resolve("history"), options.name(), builder.clock);
    sampler =
        new ActivitySampler(
            options.name(),
            host,
            builder.clock,
            () -> copy.activity(options.name(), poolSlots).thenApply(this::noteIdle),
            history);
    nodes = audit.of(new LocalNodes(scheduler, copy, options.name(), poolSlots, history));
    operations = audit.of(new LocalOperations(scheduler, copy));
    remoteWork = audit.of(new LocalRemoteWork(scheduler, copy));
  }

  private static ExecutorService oneThread(String name) {
    return Executors.newSingleThreadExecutor(
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
  }

  private SchedulerSettings settings() {
    return new SchedulerSettings(
        options.name(),
        Math.max(1, recovered.incarnation()),
        recovered.term() + TERM,
        workers.keySet(),
        options.strictQueues(),
        options.payloadBytesMax(),
        options.finishedJobsMax(),
        options.finishedOnHeapMax(),
        TimeUnit.HOURS.toMillis(1));
  }

  public static Builder builder() {
    return new Builder();
  }

  private DesasterNode begin() {
    deployment = vertx.deployVerticle(scheduler).toCompletionStage().toCompletableFuture().join();
    List<CompletableFuture<?>> inventories = new ArrayList<>();
    for (Worker worker : workers.values()) {
      inventories.add(
          worker
              .open(new WorkerHost(worker.kind()))
              .thenCompose(found -> report(worker, found))
              .toCompletableFuture());
    }
    CompletableFuture.allOf(inventories.toArray(new CompletableFuture<?>[0]))
        .thenCompose(done -> announce())
        .join();
    looks = vertx.setPeriodic(LOOK_MILLIS, timer -> look());
    return this;
  }

  private void look() {
    long index = scheduler.committedIndex();
    boolean quiet = idle && index == lookedAtIndex;
    lookedAtIndex = index;
    if (quiet && looksLeftOut + 1 < IDLE_LOOKS) {
      looksLeftOut++;
      return;
    }
    looksLeftOut = 0;
    lookAtHeap();
    if (!quiet) {
      vertx.setTimer(HEAP_LOOK_MILLIS, timer -> lookAtHeap());
    }
    lookAtLoad();
  }

  /** Not on the loop: Java reads a dozen files to tell the load, which takes milliseconds. */
  private void lookAtLoad() {
    vertx
        .executeBlocking(this::measure, false)
        .onSuccess(load -> scheduler.submit(new ScalePools(load)));
  }

  private Activity noteIdle(Activity now) {
    idle = now.queued() == 0 && now.pools().stream().noneMatch(pool -> pool.info().used() > 0);
    return now;
  }

  private double measure() {
    double load = cpuLoad();
    sampler
        .sample(load)
        .exceptionally(
            error -> {
              LOG.debug("a second is missing in the history", error);
              return null;
            });
    return load;
  }

  private void lookAtHeap() {
    if (heap.changed()) {
      if (heap.hasRoom()) {
        LOG.info("the heap has room, new jobs are taken again");
      } else {
        LOG.warn("the heap is nearly full of jobs, no new ones are taken until some have ended");
      }
      scheduler.submit(new SetMemoryRoom(heap.hasRoom()));
    }
  }

  /** Share of the host's CPU time in use, 0 to 1; 1 if it cannot be told. */
  private double cpuLoad() {
    double load = host.getCpuLoad();
    return load >= 0 ? load : 1;
  }

  private CompletionStage<Void> report(Worker worker, List<Worker.Found> found) {
    FutureReply<Void> reply = new FutureReply<>();
    scheduler.submit(
        new ReportInventory(options.name(), worker.kind(), worker.durable(), found, reply));
    return reply;
  }

  private CompletionStage<Void> announce() {
    List<AnnounceNode.Announced> pools = new ArrayList<>();
    int cores = Runtime.getRuntime().availableProcessors();
    for (String kind : workers.keySet()) {
      NodeOptions.SlotRange range = options.slots().get(kind);
      pools.add(
          range == null
              ? new AnnounceNode.Announced(kind, cores, workers.get(kind).slotsMax(cores), false)
              : new AnnounceNode.Announced(kind, range.min(), range.max(), true));
    }
    FutureReply<Void> reply = new FutureReply<>();
    scheduler.submit(
        new AnnounceNode(options.name(), options.version(), options.labels(), pools, reply));
    return reply;
  }

  private void carryOut(Effect effect) {
    if (effect instanceof Effect.Answer<?> answer) {
      answer.deliver();
    } else if (effect instanceof Effect.Refuse refuse) {
      refuse.reply().refuse(refuse.refusal());
    } else if (effect instanceof Effect.Start start) {
      start(start);
    } else if (effect instanceof Effect.HandOut handOut) {
      handOut(handOut);
    } else if (effect instanceof Effect.End end) {
      workers.get(end.kind()).end(end.job(), end.attempt(), end.graceMillis(), end.reason());
    } else if (effect instanceof Effect.Recall recall) {
      recall(recall);
    } else if (effect instanceof Effect.PoolScaled scaled) {
      poolSlots.put(scaled.pool(), scaled.slots());
    } else if (effect instanceof Effect.Release release) {
      workers.get(release.kind()).release(release.job());
    }
  }

  private void recall(Effect.Recall recall) {
    copy.recall(recall.jobs())
        .whenComplete(
            (records, error) -> {
              if (error == null) {
                scheduler.submit(new RecallJobs(recall.jobs(), records, recall.then()));
              } else {
                LOG.error("archived jobs cannot be read", error);
                recall.then().abandon(new DesasterException(ErrorCode.UNKNOWN, error.getMessage()));
              }
            });
  }

  private void start(Effect.Start start) {
    Worker worker = workers.get(start.kind());
    if (start.payload() == null) {
      worker.start(start.order());
      return;
    }
    vertx
        .executeBlocking(() -> start.payload().bytes())
        .onSuccess(bytes -> worker.start(start.order().withPayload(bytes)))
        .onFailure(error -> stop("payload of job " + start.order().job(), error));
  }

  private void handOut(Effect.HandOut handOut) {
    if (handOut.payloads().stream().allMatch(Objects::isNull)) {
      handOut.reply().answer(List.copyOf(handOut.taken()));
      return;
    }
    vertx
        .executeBlocking(() -> complete(handOut))
        .onSuccess(handOut.reply()::answer)
        .onFailure(error -> stop("payload for a remote worker", error));
  }

  private static List<RemoteWork.Taken> complete(Effect.HandOut handOut) {
    List<RemoteWork.Taken> complete = new ArrayList<>(handOut.taken());
    for (int i = 0; i < complete.size(); i++) {
      LargePayload payload = handOut.payloads().get(i);
      if (payload != null) {
        complete.set(i, complete.get(i).withPayload(payload.bytes()));
      }
    }
    return complete;
  }

  /** What was written cannot be read back: this disk is not to be trusted with more. */
  private void stop(String what, Throwable error) {
    LOG.error("{} cannot be read from the journal; the node stops", what, error);
    onFailure.accept(error);
  }

  /** Why no job of the kind is started on this node, whatever waits; empty if they are. */
  private String heldBack(String kind) {
    return log.hasRoom()
        ? heldBack.getOrDefault(kind, "")
        : "the disk of "
            + options.dataDir()
            + " is full: the journal takes no more than the ends of running jobs; make room there";
  }

  /** What workers report to. */
  private final class WorkerHost implements Worker.Host {
    private final String kind;

    private WorkerHost(String kind) {
      this.kind = kind;
    }

    private String pool() {
      return kind + "@" + options.name();
    }

    @Override
    public CompletionStage<Void> noRoom(JobId job, int attempt, String why) {
      if (heldBack.put(kind, why) == null) {
        LOG.warn("no job of kind {} is started, they wait: {}", kind, why);
      }
      FutureReply<Void> reply = new FutureReply<>();
      scheduler.submit(new HoldPool(pool(), job, attempt, reply));
      return reply;
    }

    @Override
    public void roomAgain() {
      heldBack.remove(kind);
      LOG.info("jobs of kind {} are started again, there is room", kind);
      scheduler.submit(new FreePool(pool()));
    }

    @Override
    public CompletionStage<Void> ended(AttemptEnd end) {
      FutureReply<Void> reply = new FutureReply<>();
      scheduler.submit(new EndAttempt(end, reply));
      return reply;
    }

    @Override
    public void progress(JobId job, int attempt, int percent, String text) {
      copy.progress(job, attempt, new Progress(Math.max(0, Math.min(100, percent)), text));
    }
  }

  public String name() {
    return options.name();
  }

  /** The Vert.x instance it runs on. */
  public Vertx vertx() {
    return vertx;
  }

  @Override
  public CompletionStage<Submission> submit(JobSpec spec) {
    FutureReply<Submission> reply = new FutureReply<>();
    audit.follow(spec, reply);
    submit(spec, reply);
    return reply;
  }

  private void submit(JobSpec spec, Reply<Submission> reply) {
    Worker worker = workers.get(spec.kind());
    if (worker != null) {
      try {
        worker.check(spec.payload());
      } catch (IllegalArgumentException e) {
        reply.refuse(new DesasterException(ErrorCode.INVALID, e.getMessage()));
        return;
      }
    }
    scheduler.submit(new SubmitJob(spec, reply));
  }

  @Override
  public CompletionStage<List<SubmitResult>> submitAll(List<JobSpec> specs) {
    SubmitResults results = new SubmitResults(specs.size());
    audit.follow(specs, results);
    for (int i = 0; i < specs.size(); i++) {
      submit(specs.get(i), results.of(i));
    }
    return results;
  }

  @Override
  public Jobs jobs() {
    return jobs;
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
    return operations;
  }

  @Override
  public RemoteWork remoteWork() {
    return remoteWork;
  }

  @Override
  public Events events() {
    return copy::subscribe;
  }

  @Override
  public CompletionStage<List<AuditEntry>> audit(AuditQuery query) {
    return auditLog.list(query);
  }

  /** Where a server of this node writes down who asked for changes. */
  public AuditLog auditLog() {
    return auditLog;
  }

  @Override
  public CompletionStage<Map<String, String>> info() {
    return copy.read(
        state -> {
          LogStats stats = log.stats();
          Map<String, String> info = new LinkedHashMap<>();
          info.put("node.name", options.name());
          info.put("node.version", options.version());
          info.put("node.started_at", startedAt.toString());
          info.put("node.data_dir", options.dataDir().toString());
          info.put("cluster.master", options.name());
          info.put("cluster.copies", "1");
          info.put("cluster.epoch", Long.toString(settings().epoch()));
          info.put("journal.index", Long.toString(state.appliedIndex()));
          info.put("journal.commits", Long.toString(stats.commits()));
          info.put("journal.bytes", Long.toString(stats.bytes()));
          info.put("journal.commit_us_p50", Long.toString(stats.commitMicrosP50()));
          info.put("journal.commit_us_p99", Long.toString(stats.commitMicrosP99()));
          info.put("journal.segments", Integer.toString(stats.segments()));
          info.put("journal.snapshot_index", Long.toString(stats.snapshotIndex()));
          info.put("journal.free_bytes", Long.toString(stats.freeBytes()));
          info.put("journal.has_room", log.hasRoom() ? "yes" : "no");
          info.put("workers.held_back", String.join("; ", heldBack.values()));
          info.put("memory.has_room", heap.hasRoom() ? "yes" : "no");
          info.put("journal.recovery_notes", String.join("; ", recovered.notes()));
          info.put("history.set_aside", String.join("; ", history.notes()));
          info.put("audit.level", auditLog.level().name().toLowerCase(Locale.ROOT));
          info.put("audit.lost", Long.toString(auditLog.lost()));
          info.put("jobs.known", Integer.toString(state.jobCount()));
          info.put("jobs.archived", Integer.toString(state.archivedCount()));
          info.put("archive.bytes", Long.toString(archive.bytes()));
          info.put("archive.files", Integer.toString(archive.fileCount()));
          info.put("archive.unwritten", Integer.toString(archive.unwrittenCount()));
          info.put("jobs.ids_remembered", Integer.toString(state.tombstones().size()));
          info.put("queues.known", Integer.toString(state.queues().size()));
          for (QueueState queue : state.queues()) {
            String accuracy = copy.experience().accuracy(queue.record().id());
            if (!accuracy.isEmpty()) {
              info.put("eta." + queue.record().name(), accuracy);
            }
          }
          return info;
        });
  }

  /** Writes a snapshot now. */
  public CompletionStage<Void> snapshot() {
    return copy.snapshot().thenCompose(log::snapshot);
  }

  /** Stops in order; attempts that can live without this process go on. */
  @Override
  public void close() {
    vertx.cancelTimer(looks);
    if (deployment != null) {
      vertx.undeploy(deployment).toCompletionStage().toCompletableFuture().join();
    }
    workers.values().forEach(DesasterNode::closeWorker);
    history.close();
    auditLog.close();
    stopSearches();
    forecastThread.shutdown();
    log.close();
    copyThread.shutdown();
    closeArchive();
    if (ownVertx) {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  /** What is read or written now may be finished; the rest is refused. */
  private void stopSearches() {
    searchThread.shutdown();
    try {
      if (!searchThread.awaitTermination(5, TimeUnit.SECONDS)) {
        LOG.warn("a search did not end within 5 s and is left behind");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeArchive() {
    try {
      archiveFiles.close();
    } catch (IOException e) {
      LOG.warn("the archive was not closed in order; the journal has what it lacks", e);
    }
  }

  private static void closeWorker(Worker worker) {
    try {
      worker.close();
    } catch (RuntimeException e) {
      LOG.warn("the worker for kind {} did not stop in order", worker.kind(), e);
    }
  }

  /** Says how a node is to be. */
  public static final class Builder {
    private Path dataDir = Path.of("desaster-data");
    private String name = "local";
    private List<String> labels = List.of();
    private final Map<String, NodeOptions.SlotRange> slots = new HashMap<>();
    private final Map<String, Worker> workers = new LinkedHashMap<>();
    private boolean strictQueues;
    private int payloadBytesMax = 256 * 1024;
    private int finishedJobsMax = 1_000_000;
    private int finishedOnHeapMax = 10_000;
    private String version = "embedded";
    private Vertx vertx;
    private Clock clock = Clock.SYSTEM;
    private LogOptions logOptions;
    private AuditLevel auditLevel = AuditLevel.CHANGES;
    private boolean auditCalls = true;
    private Consumer<Throwable> onFailure = cause -> {};

    private Builder() {}

    /** Where the journal lies; a directory of its own for each node. */
    public Builder dataDir(Path directory) {
      dataDir = directory;
      return this;
    }

    public Builder name(String nodeName) {
      name = nodeName;
      return this;
    }

    public Builder labels(List<String> poolLabels) {
      labels = List.copyOf(poolLabels);
      return this;
    }

    /** Runs jobs of the worker's kind on this node. */
    public Builder worker(Worker worker) {
      workers.put(worker.kind(), worker);
      return this;
    }

    /** From how many to how many attempts of a kind may run at once; default: as many as cores. */
    public Builder slots(String kind, int min, int max) {
      if (min < 0 || max < min) {
        throw new IllegalArgumentException(
            "slots of " + kind + " must be 0 <= min <= max, not " + min + " to " + max);
      }
      slots.put(kind, new NodeOptions.SlotRange(min, max));
      return this;
    }

    public Builder strictQueues(boolean strict) {
      strictQueues = strict;
      return this;
    }

    /** Largest payload and result, bytes, up to 8 MiB. */
    public Builder payloadBytesMax(int bytes) {
      if (bytes < 1 || bytes > 8 << 20) {
        throw new IllegalArgumentException(
            "the largest payload must be 1 byte to 8 MiB, not " + bytes);
      }
      payloadBytesMax = bytes;
      return this;
    }

    /** Finished jobs kept; beyond it the oldest go before their time. */
    public Builder finishedJobsMax(int jobs) {
      finishedJobsMax = jobs;
      return this;
    }

    /** How many finished jobs stay in memory; the records of older ones are on the disk only. */
    public Builder finishedOnHeapMax(int jobs) {
      finishedOnHeapMax = jobs;
      return this;
    }

    public Builder version(String text) {
      version = text;
      return this;
    }

    /**
     * Runs on this Vert.x instance instead of one of its own; it is not closed with the node. Its
     * loops are not made to wait for the disk unless {@link #logOptions} says so.
     */
    public Builder vertx(Vertx shared) {
      vertx = shared;
      return this;
    }

    public Builder clock(Clock time) {
      clock = time;
      return this;
    }

    public Builder logOptions(LogOptions journal) {
      logOptions = journal;
      return this;
    }

    private LogOptions logOptions() {
      if (logOptions != null) {
        return logOptions;
      }
      LogOptions defaults = LogOptions.defaults();
      return vertx == null ? defaults.withInPlaceMicros(LogOptions.QUICK_DISK_MICROS) : defaults;
    }

    /** How much the audit log keeps; {@link AuditLevel#CHANGES} if not set. */
    public Builder audit(AuditLevel level) {
      auditLevel = level;
      return this;
    }

    /**
     * Whether calls of this object are audited, as those of the application; true if not set. A
     * server that puts the node on the wire knows better who asks and audits itself.
     */
    public Builder auditCalls(boolean audited) {
      auditCalls = audited;
      return this;
    }

    /** Called once if the journal fails; the node acknowledges nothing any more and must stop. */
    public Builder onFailure(Consumer<Throwable> handler) {
      onFailure = handler;
      return this;
    }

    private NodeOptions options() {
      return new NodeOptions(
          dataDir,
          name,
          labels,
          Map.copyOf(slots),
          strictQueues,
          payloadBytesMax,
          finishedJobsMax,
          finishedOnHeapMax,
          version);
    }

    /**
     * Recovers what the directory holds and begins to work; blocks until the node is ready.
     *
     * @throws UncheckedIOException if the directory cannot be used; the message says why
     */
    public DesasterNode start() {
      try {
        DesasterNode node = new DesasterNode(this);
        try {
          return node.begin();
        } catch (RuntimeException e) {
          // Else its files, its lock and its threads would stay as long as this process.
          node.close();
          throw e;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
    }
  }
}
