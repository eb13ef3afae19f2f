/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.sim;

import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.core.command.AnnounceNode;
import io.desaster.core.log.LogOptions;
import io.desaster.core.log.Recovered;
import io.desaster.core.log.SimulatedCrash;
import io.desaster.core.log.SimulatedFiles;
import io.desaster.core.log.SimulatedLog;
import io.desaster.core.scheduler.SchedulerSettings;
import io.desaster.core.state.ArchivedJob;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A world that follows from one seed: a node on a simulated disk, its workers, remote workers,
 * users who do anything, and deaths of the process and of the machine at any write. Checkers look
 * at every step; at the end the deaths stop, and everything must come to rest.
 */
final class Simulation {
  static final String NODE = "n1";
  static final String REMOTE = "remote";

  static final int PAYLOAD_BYTES_MAX = 7_000;

  /** What comes later than this is not waited for at the end. */
  private static final long REST_MILLIS = 600_000;

  private final long seed;
  private final Dice dice;
  private final Dice checkDice;
  private final SimulatedClock clock = new SimulatedClock();
  private final SimulatedFiles disk;
  private final LogOptions logOptions;
  private final Trace trace = new Trace();
  private final boolean verbose = Boolean.getBoolean("desaster.verbose");
  private final Ledger ledger = new Ledger(trace);
  private final Replica replica;
  private final Map<String, LocalSite> sites = new TreeMap<>();
  private final Map<String, RemoteSite> remoteSites = new TreeMap<>();
  private final Workload workload;
  private final int finishedJobsMax;
  private final int finishedOnHeapMax;
  private final long idWindowMillis;
  private final List<String> nodeLabels;
  private final List<AnnounceNode.Announced> pools;
  private final Set<LocalSite.AttemptKey> handedOut = new HashSet<>();
  private final Set<JobId> changedJobs = new HashSet<>();
  private Daemon daemon;
  private boolean ttlChanged;
  private boolean faults = true;
  private int step;
  private int deaths;
  private int archivedSeen;
  private JobId unreadable;
  private int quietTurns;
  private long quietSince;
  private long changedAt;

  Simulation(long seed) {
    this.seed = seed;
    dice = new Dice(seed);
    checkDice = new Dice(seed ^ 0x5EED);
    disk = new SimulatedFiles(seed);
    logOptions = SimulatedLog.OPTIONS.withWindow(dice.oneOf(1, 1, 2, 4));
    finishedJobsMax = dice.oneOf(20, 60, 10_000);
    finishedOnHeapMax = dice.oneOf(0, 3, 20, 10_000);
    idWindowMillis = dice.oneOf(2_000L, 60_000L, 3_600_000L);
    nodeLabels = dice.oneOf(List.of(), List.of("gpu"), List.of("gpu", "eu"));
    pools =
        List.of(
            new AnnounceNode.Announced("shell", 1 + dice.below(3), 4, dice.oneIn(2)),
            new AnnounceNode.Announced("java", dice.below(2), 2, dice.oneIn(2)));
    sites.put("shell", new LocalSite(this, "shell", true));
    sites.put("java", new LocalSite(this, "java", false));
    addRemote("w1", List.of(), List.of("gpu"));
    addRemote("w2", List.of("r0", "r1"), List.of());
    replica = new Replica(this);
    workload = new Workload(this);
  }

  private void addRemote(String name, List<String> queues, List<String> labels) {
    remoteSites.put(name, new RemoteSite(this, name, queues, labels));
  }

  // The world as its parts see it.

  Dice dice() {
    return dice;
  }

  /** For checkers, so that looking closer does not change what happens. */
  Dice checkDice() {
    return checkDice;
  }

  SimulatedClock clock() {
    return clock;
  }

  SimulatedFiles disk() {
    return disk;
  }

  LogOptions logOptions() {
    return logOptions;
  }

  Ledger ledger() {
    return ledger;
  }

  Replica replica() {
    return replica;
  }

  Daemon daemon() {
    return daemon;
  }

  List<LocalSite> sites() {
    return List.copyOf(sites.values());
  }

  LocalSite site(String kind) {
    return sites.get(kind);
  }

  RemoteSite remoteSite(String name) {
    return remoteSites.get(name);
  }

  List<String> nodeLabels() {
    return nodeLabels;
  }

  List<AnnounceNode.Announced> announcedPools() {
    return pools;
  }

  long idWindowMillis() {
    return idWindowMillis;
  }

  int finishedJobsMax() {
    return finishedJobsMax;
  }

  SchedulerSettings settings(Recovered recovered) {
    return new SchedulerSettings(
        NODE,
        Math.max(1, recovered.incarnation()),
        recovered.term() + 1,
        sites.keySet(),
        false,
        PAYLOAD_BYTES_MAX,
        finishedJobsMax,
        finishedOnHeapMax,
        idWindowMillis);
  }

  void trace(String line) {
    trace.add(line + " @" + clock.now());
  }

  /** For people who look closer. */
  void note(Object what) {
    if (verbose) {
      trace.note("  " + what);
    }
  }

  void trace(byte[] bytes) {
    trace.add(bytes, bytes.length);
  }

  boolean ttlChanged() {
    return ttlChanged;
  }

  void ttlWasChanged() {
    ttlChanged = true;
  }

  /** An operator wanted to change this job. */
  void changed(JobId id, JobAction action) {
    changedJobs.add(id);
  }

  void undone(long operation) {}

  /** Whether the job with this id may be another than the one of this spec. */
  boolean mayBeTaken(JobSpec spec) {
    return changedJobs.contains(spec.id()) || true;
  }

  /** A job was accepted; if one of its id was before, that was longer ago than ids are kept. */
  void accepted(JobId id) {
    handedOut.removeIf(key -> key.job().equals(id));
  }

  void requireHandedOutOnce(JobId job, int attempt) {
    LocalSite.AttemptKey key = new LocalSite.AttemptKey(job, attempt);
    if (!handedOut.add(key)) {
      throw new AssertionError(key + " was handed out twice");
    }
    for (RemoteSite site : remoteSites.values()) {
      for (LocalSite.AttemptKey other : site.running()) {
        if (other.job().equals(job)) {
          replica.rules().requireGivenUp(other, key);
        }
      }
    }
  }

  // Life.

  /** Runs it; returns the hash of all that happened. */
  long run() {
    try {
      int steps = 150 + dice.below(500);
      for (step = 0; step < steps; step++) {
        guarded(this::step);
      }
      comeToRest();
      return trace.hash();
    } catch (Throwable e) {
      throw new AssertionError(
          e.getMessage() + " (step " + step + ")\n  " + trace.tail() + "\n  " + summary(), e);
    }
  }

  String summary() {
    return "seed "
        + seed
        + ": "
        + step
        + " steps, "
        + deaths
        + " deaths, "
        + replica.summary()
        + ", "
        + ledger.answers()
        + " answers, "
        + ledger.refusals()
        + " refusals";
  }

  private interface Work {
    void run() throws IOException;
  }

  private void guarded(Work work) throws IOException {
    try {
      work.run();
    } catch (SimulatedCrash crash) {
      die(!dice.oneIn(3));
    } catch (Killed killed) {
      die(false);
    }
  }

  private void step() throws IOException {
    if (daemon == null) {
      start();
      return;
    }
    if (daemon.failed() && dice.oneIn(3)) {
      die(false);
      return;
    }
    switch (dice.below(12)) {
      case 0, 1, 2 -> workload.act();
      case 3, 4 -> turnIfWanted();
      case 5, 6 -> daemon.log().commitNext();
      case 7 -> copyAndSnapshot();
      case 8, 9 -> sitesAct();
      case 10 -> pass();
      default -> misfortune();
    }
    if (unreadable != null) {
      throw new AssertionError("job " + unreadable + " is archived and cannot be read");
    }
  }

  private void start() throws IOException {
    if (faults && dice.oneIn(8)) {
      disk.crashAt(disk.operations() + dice.below(30));
    }
    clock.pass(dice.below(2_000));
    daemon = new Daemon(this);
  }

  private void turnIfWanted() {
    if (daemon.wantsTurn()) {
      daemon.turn();
    }
  }

  private void copyAndSnapshot() {
    for (int i = dice.below(6); i > 0; i--) {
      daemon.copyNext();
    }
    if (dice.oneIn(2)) {
      daemon.log().snapshotNext();
    }
    if (dice.oneIn(40)) {
      daemon.snapshotDue();
    }
    if (checkDice.oneIn(10)) {
      lookIntoArchive(daemon);
    }
    if (dice.oneIn(10)) {
      daemon
          .copy()
          .read(
              state -> {
                replica.requireEqualCopy(state);
                return null;
              });
    }
  }

  private void sitesAct() {
    for (LocalSite site : sites.values()) {
      for (int i = dice.below(4); i > 0 && site.act(!daemon.failed()); i--) {}
    }
    for (RemoteSite site : remoteSites.values()) {
      for (int i = dice.below(3); i > 0 && site.act(); i--) {}
    }
  }

  private void pass() {
    clock.pass(
        dice.oneOf(
            1L, dice.between(1, 20), dice.between(1, 500), dice.between(1, 10_000), 40_000L));
    if (dice.oneIn(40)) {
      clock.set(dice.oneOf(-3_000L, 90_000L, 3_600_000L));
    }
  }

  private void misfortune() {
    switch (dice.below(16)) {
      case 0 -> disk.crashAt(disk.operations() + dice.below(20));
      case 1 -> die(dice.oneIn(2));
      case 2 -> {
        if (dice.oneIn(3)) {
          disk.failAt(disk.operations() + dice.below(20));
        }
      }
      case 3 -> {
        disk.capacityBytes(dice.oneOf(Long.MAX_VALUE, Long.MAX_VALUE, 900_000L, 1_200_000L));
        daemon.log().checkRoom();
      }
      default -> {}
    }
  }

  /** At any effect the process may die, so that later ones are not carried out. */
  void maybeKilled() {
    if (faults && dice.oneIn(2_000)) {
      throw new Killed("killed while it carried out effects");
    }
  }

  private void die(boolean machineToo) {
    trace((machineToo ? "power loss" : "kill") + " at step " + step);
    deaths++;
    daemon = null;
    ledger.daemonDied();
    sites.values().forEach(site -> site.daemonDied(machineToo));
    remoteSites.values().forEach(RemoteSite::daemonDied);
    if (machineToo) {
      disk.powerLoss();
    } else {
      disk.kill();
    }
  }

  /** The daemon did a whole turn. */
  void settled(Daemon turned) {
    WorkingStateCheck.run(turned.scheduler().state(), turned.insides());
    ProgressCheck.run(this, turned);
  }

  // The end.

  private void comeToRest() throws IOException {
    faults = false;
    disk.capacityBytes(Long.MAX_VALUE);
    if (daemon != null) {
      die(dice.oneIn(2));
    }
    start();
    changedAt = clock.now();
    remoteSites.values().forEach(RemoteSite::retire);
    int limit = step + 20_000;
    while (advance()) {
      step++;
      if (step > limit) {
        throw new AssertionError("it does not come to rest");
      }
    }
    for (Ledger.Ticket<?> open : ledger.open()) {
      throw new AssertionError("never answered: " + open);
    }
    daemon
        .copy()
        .read(
            state -> {
              replica.requireEqualCopy(state);
              return null;
            });
    while (daemon.copyNext()) {}
    requireArchiveWhole();
  }

  /** Whatever is written meanwhile, the record of an archived job can be read. */
  private void lookIntoArchive(Daemon asked) {
    asked
        .copy()
        .read(
            state -> {
              List<ArchivedJob> jobs = new ArrayList<>();
              state.forEachArchived(jobs::add);
              asked
                  .copy()
                  .recall(jobs)
                  .thenAccept(records -> noteUnreadable(asked, state, jobs, records));
              return null;
            });
  }

  private void noteUnreadable(
      Daemon asked, State state, List<ArchivedJob> jobs, List<JobRecord> records) {
    for (int i = 0; i < jobs.size(); i++) {
      ArchivedJob job = jobs.get(i);
      boolean still = state.archived(job.high(), job.low()) == job;
      if (records.get(i) == null && still && !asked.failed()) {
        unreadable = job.id();
      }
    }
  }

  /** Of every archived job the very record can be read that was archived. */
  private void requireArchiveWhole() {
    List<ArchivedJob> jobs = new ArrayList<>();
    daemon
        .copy()
        .read(
            state -> {
              state.forEachArchived(jobs::add);
              return null;
            });
    while (daemon.copyNext()) {}
    daemon.copy().recall(jobs).thenAccept(records -> records.forEach(this::requireArchived));
    while (daemon.copyNext()) {}
    if (archivedSeen < jobs.size()) {
      throw new AssertionError(
          "of " + jobs.size() + " archived jobs " + archivedSeen + " were read");
    }
  }

  private void requireArchived(JobRecord job) {
    if (job == null) {
      throw new AssertionError("an archived job cannot be read");
    }
    replica.rules().requireArchived(job);
    archivedSeen++;
  }

  /** Whatever can be done now is done, else time goes on to the next thing; false if none comes. */
  private boolean advance() {
    boolean did = false;
    if (daemon.wantsTurn()) {
      daemon.turn();
      livelock();
      did = true;
    }
    if (daemon.log().commitNext() > 0) {
      did = true;
      changedAt = clock.now();
      quietTurns = 0;
    }
    did |= daemon.log().snapshotNext();
    while (daemon.copyNext()) {
      did = true;
    }
    for (LocalSite site : sites.values()) {
      did |= site.act(true);
    }
    for (RemoteSite site : remoteSites.values()) {
      did |= site.act();
    }
    return did || passToNext();
  }

  /** A loop that turns again and again without anything to do would burn a core. */
  private void livelock() {
    quietTurns = quietSince == clock.now() ? quietTurns + 1 : 0;
    quietSince = clock.now();
    if (quietTurns > 200) {
      throw new AssertionError("the loop turns and turns and does nothing");
    }
  }

  private boolean passToNext() {
    long next = daemon.timerAt();
    for (LocalSite site : sites.values()) {
      next = Math.min(next, site.nextAt());
    }
    for (RemoteSite site : remoteSites.values()) {
      next = Math.min(next, site.nextAt());
    }
    if (clock.now() - changedAt > REST_MILLIS || next == Long.MAX_VALUE) {
      return false;
    }
    clock.pass(Math.max(0, next - clock.now()));
    return true;
  }
}
