/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.sim;

import io.desaster.api.RemoteWork;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.JobId;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.ResourceUse;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.core.command.BeatRemote;
import io.desaster.core.command.EndRemote;
import io.desaster.core.command.ReturnRemote;
import io.desaster.core.command.TakeRemote;
import io.desaster.core.command.WithdrawRemote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A remote worker: takes work, beats, reports, falls silent, dies and comes back. */
final class RemoteSite {
  private static final int HANDS = 3;
  private static final long BEAT_MILLIS = 5_000;

  private final Simulation world;
  private final String name;
  private final List<String> queues;
  private final List<String> labels;
  private final Map<LocalSite.AttemptKey, Run> runs = new LinkedHashMap<>();
  private final List<Ledger.Ticket<List<RemoteWork.Taken>>> takes = new ArrayList<>();
  private final Map<Ledger.Ticket<?>, Integer> credits = new HashMap<>();
  private long silentUntil;
  private long beatAt;
  private boolean retired;

  /** One attempt in its hands. */
  private static final class Run {
    private final LocalSite.AttemptKey key;
    private long endsAt;
    private boolean over;
    private boolean reporting;

    Run(LocalSite.AttemptKey key) {
      this.key = key;
    }
  }

  RemoteSite(Simulation world, String name, List<String> queues, List<String> labels) {
    this.world = world;
    this.name = name;
    this.queues = queues;
    this.labels = labels;
  }

  String name() {
    return name;
  }

  List<String> labels() {
    return labels;
  }

  List<String> queues() {
    return queues;
  }

  boolean runs(JobId job, int attempt) {
    return runs.containsKey(new LocalSite.AttemptKey(job, attempt));
  }

  /** What it has in its hands and not ended yet. */
  List<LocalSite.AttemptKey> running() {
    return runs.values().stream().filter(run -> !run.over).map(run -> run.key).toList();
  }

  /** Takes nothing more, but ends what it has. */
  void retire() {
    retired = true;
    silentUntil = 0;
    runs.values().forEach(run -> run.endsAt = Math.min(run.endsAt, world.clock().now() + 5_000));
  }

  /** Does one thing, if there is something to do. */
  boolean act() {
    long now = world.clock().now();
    if (now < silentUntil) {
      return false;
    }
    Dice dice = world.dice();
    if (!retired && dice.oneIn(60)) {
      misfortune(dice, now);
      return true;
    }
    for (Run run : runs.values()) {
      if (run.endsAt <= now && !run.reporting) {
        report(run, dice);
        return true;
      }
    }
    if (!runs.isEmpty() && now >= beatAt) {
      beat(now);
      return true;
    }
    int asked = credits.values().stream().mapToInt(Integer::intValue).sum();
    if (!retired && runs.size() + asked < HANDS && takes.size() < 2) {
      take(1 + dice.below(HANDS - runs.size() - asked), dice);
      return true;
    }
    return false;
  }

  private void misfortune(Dice dice, long now) {
    switch (dice.below(3)) {
      case 0 -> silentUntil = now + dice.between(0, 20_000);
      case 1 -> {
        // It dies and comes back with empty hands.
        runs.clear();
        withdrawAll();
        silentUntil = now + dice.between(0, 5_000);
      }
      default -> withdrawAll();
    }
  }

  private void withdrawAll() {
    for (Ledger.Ticket<List<RemoteWork.Taken>> take : List.copyOf(takes)) {
      world.ledger().withdrawn(take);
      world.daemon().submit(new WithdrawRemote(take));
    }
    takes.clear();
    credits.clear();
  }

  private void take(int count, Dice dice) {
    Duration patience = Duration.ofMillis(dice.oneOf(0L, dice.between(0, 3_000), 60_000L));
    RemoteWork.Take request = new RemoteWork.Take(name, queues, labels, count, patience);
    List<Ledger.Ticket<List<RemoteWork.Taken>>> self = new ArrayList<>(1);
    Ledger.Ticket<List<RemoteWork.Taken>> ticket =
        world
            .ledger()
            .ask(
                "take of " + count + " by " + name,
                taken -> {
                  if (takes.remove(self.get(0))) {
                    credits.remove(self.get(0));
                    taken(taken, count);
                  }
                },
                refusal -> {
                  takes.remove(self.get(0));
                  credits.remove(self.get(0));
                });
    ticket.whenLate(
        taken -> {
          if (!taken.isEmpty()) {
            world.daemon().submit(new ReturnRemote(taken));
          }
        });
    self.add(ticket);
    takes.add(ticket);
    credits.put(ticket, count);
    world.daemon().submit(new TakeRemote(request, ticket));
  }

  private void taken(List<RemoteWork.Taken> taken, int asked) {
    if (taken.size() > asked) {
      throw new AssertionError(name + " asked for " + asked + " and was given " + taken.size());
    }
    for (RemoteWork.Taken one : taken) {
      world.replica().requireStarted(one.job(), one.attempt());
      world.requireHandedOutOnce(one.job(), one.attempt());
      world.replica().rules().requirePayload(one.job(), one.payload());
      LocalSite.AttemptKey key = new LocalSite.AttemptKey(one.job(), one.attempt());
      Run run = new Run(key);
      Dice dice = world.dice();
      run.endsAt =
          world.clock().now()
              + dice.oneOf(0L, dice.between(1, 500), dice.between(1, 20_000), 1L << 40);
      runs.put(key, run);
    }
  }

  private void report(Run run, Dice dice) {
    run.over = true;
    run.reporting = true;
    Outcome outcome = dice.oneIn(4) ? Outcome.FAILED : Outcome.SUCCEEDED;
    AttemptEnd end =
        new AttemptEnd(
            run.key.job(),
            run.key.attempt(),
            outcome,
            outcome == Outcome.FAILED ? dice.oneOf(-1, 1, 3) : -1,
            outcome == Outcome.FAILED ? "it failed" : "",
            dice.bytes(dice.below(8)),
            0,
            0,
            ResourceUse.NONE);
    Ledger.Ticket<Void> ticket =
        world
            .ledger()
            .ask(
                "end of " + run.key + " by " + name,
                done -> runs.remove(run.key),
                refusal -> {
                  run.reporting = false;
                  if (refusal.code() != ErrorCode.UNKNOWN) {
                    runs.remove(run.key);
                  }
                });
    ticket.whenLost(() -> run.reporting = false);
    world.daemon().submit(new EndRemote(end, ticket));
  }

  private void beat(long now) {
    beatAt = now + BEAT_MILLIS;
    List<RemoteWork.Running> running = new ArrayList<>();
    runs.keySet().forEach(key -> running.add(new RemoteWork.Running(key.job(), key.attempt())));
    Ledger.Ticket<List<RemoteWork.Running>> ticket =
        world
            .ledger()
            .ask(
                "beat of " + name,
                toEnd -> {
                  for (RemoteWork.Running one : toEnd) {
                    drop(one);
                  }
                },
                refusal -> {});
    world.daemon().submit(new BeatRemote(name, running, ticket));
  }

  /** It is told to end one: it says that it did, or just lets go of one that is not its own. */
  private void drop(RemoteWork.Running one) {
    Run run = runs.get(new LocalSite.AttemptKey(one.job(), one.attempt()));
    if (run != null) {
      run.endsAt = 0;
    }
  }

  /** When it has something to do by itself. */
  long nextAt() {
    long next = Long.MAX_VALUE;
    for (Run run : runs.values()) {
      next = Math.min(next, Math.min(run.reporting ? Long.MAX_VALUE : run.endsAt, beatAt));
    }
    return Math.max(next, silentUntil);
  }

  void daemonDied() {
    takes.clear();
    credits.clear();
  }
}
