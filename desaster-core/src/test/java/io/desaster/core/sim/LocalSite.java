/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.sim;

import io.desaster.api.job.JobId;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.ResourceUse;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.api.spi.AttemptOrder;
import io.desaster.api.spi.Worker;
import io.desaster.core.command.EndAttempt;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A worker of the node. A durable one keeps its attempts through the death of the daemon, as the
 * launcher does; the attempts of the other die with it. Orders reach it late, in order, and not at
 * all if the daemon dies before.
 */
final class LocalSite {
  private static final long FOREVER = Long.MAX_VALUE;

  private final Simulation world;
  private final String kind;
  private final boolean durable;
  private final Map<AttemptKey, Run> runs = new LinkedHashMap<>();
  private final Set<AttemptKey> refused = new HashSet<>();
  private final ArrayDeque<Runnable> onTheWay = new ArrayDeque<>();

  /** Names an attempt. */
  record AttemptKey(JobId job, int attempt) {}

  /** One attempt. */
  private static final class Run {
    private final AttemptKey key;
    private final long startedWall;
    private long endsAt;
    private Outcome outcome;
    private int exitCode;
    private AttemptEnd end;
    private boolean told;

    Run(AttemptKey key, long startedWall) {
      this.key = key;
      this.startedWall = startedWall;
    }
  }

  LocalSite(Simulation world, String kind, boolean durable) {
    this.world = world;
    this.kind = kind;
    this.durable = durable;
  }

  String kind() {
    return kind;
  }

  boolean durable() {
    return durable;
  }

  // What the daemon says.

  void order(AttemptOrder order) {
    world.replica().requireStarted(order.job(), order.attempt());
    onTheWay.add(() -> start(order));
  }

  void end(JobId job, int attempt, long graceMillis) {
    onTheWay.add(() -> stop(new AttemptKey(job, attempt), graceMillis));
  }

  void release(JobId job) {
    onTheWay.add(
        () -> {
          for (Run run : List.copyOf(runs.values())) {
            if (run.key.job().equals(job)) {
              if (run.end == null && !refused.contains(run.key)) {
                throw new AssertionError(run.key + " was released while it runs");
              }
              runs.remove(run.key);
            }
          }
        });
  }

  private void start(AttemptOrder order) {
    AttemptKey key = new AttemptKey(order.job(), order.attempt());
    world.trace("start " + key + " in " + kind);
    world.replica().rules().requirePayload(key.job(), order.payload());
    if (runs.containsKey(key)) {
      throw new AssertionError(key + " was ordered twice");
    }
    for (Run other : runs.values()) {
      if (other.key.job().equals(key.job()) && other.end == null) {
        throw new AssertionError(key + " starts while " + other.key + " runs");
      }
    }
    Run run = new Run(key, world.clock().wallMillis());
    runs.put(key, run);
    Dice dice = world.dice();
    long length = dice.oneOf(0L, 1L, dice.between(1, 200), dice.between(1, 5_000), FOREVER);
    run.endsAt = length == FOREVER ? FOREVER : world.clock().now() + length;
    run.exitCode = dice.oneOf(0, 0, 0, 1, 3);
    run.outcome = run.exitCode == 0 ? Outcome.SUCCEEDED : Outcome.FAILED;
    if (order.timeoutMillis() > 0 && run.endsAt - world.clock().now() > order.timeoutMillis()) {
      run.endsAt = saturated(world.clock().now(), order.timeoutMillis());
      run.outcome = Outcome.TIMED_OUT;
      run.exitCode = -1;
    }
    if (refused.contains(key)) {
      finish(run, Outcome.CANCELLED, -1);
    }
  }

  private static long saturated(long now, long more) {
    return now + more < 0 ? FOREVER : now + more;
  }

  private void stop(AttemptKey key, long graceMillis) {
    Run run = runs.get(key);
    if (run == null) {
      refused.add(key);
    } else if (run.end == null) {
      long until = saturated(world.clock().now(), world.dice().between(0, graceMillis));
      if (until < run.endsAt) {
        run.endsAt = until;
        run.outcome = Outcome.CANCELLED;
        run.exitCode = -1;
      }
    }
  }

  // What it does by itself.

  /** One thing that is to be done now, if there is one. */
  boolean act(boolean daemonLives) {
    if (!onTheWay.isEmpty()) {
      onTheWay.poll().run();
      return true;
    }
    for (Run run : runs.values()) {
      if (run.end == null && run.endsAt <= world.clock().now()) {
        finish(run, run.outcome, run.exitCode);
        return true;
      }
      if (daemonLives && run.end != null && !run.told) {
        report(run);
        return true;
      }
    }
    return false;
  }

  private void finish(Run run, Outcome outcome, int exitCode) {
    world.trace("end " + run.key + " " + outcome);
    byte[] result = world.dice().bytes(world.dice().oneIn(4) ? world.dice().below(20) : 0);
    run.end =
        new AttemptEnd(
            run.key.job(),
            run.key.attempt(),
            outcome,
            exitCode,
            "",
            result,
            run.startedWall,
            world.clock().wallMillis(),
            ResourceUse.NONE);
  }

  private void report(Run run) {
    run.told = true;
    for (int i = world.dice().oneIn(10) ? 2 : 1; i > 0; i--) {
      world.daemon().submit(new EndAttempt(run.end, world.ledger().ask("end of " + run.key)));
    }
  }

  /** When it has something to do by itself. */
  long nextAt() {
    long next = FOREVER;
    for (Run run : runs.values()) {
      if (run.end == null) {
        next = Math.min(next, run.endsAt);
      }
    }
    return next;
  }

  // Deaths.

  /** The daemon is dead, or the whole machine. */
  void daemonDied(boolean machineToo) {
    onTheWay.clear();
    if (!durable) {
      runs.clear();
      refused.clear();
    } else if (machineToo) {
      for (Run run : runs.values()) {
        if (run.end == null) {
          finish(run, Outcome.LOST, -1);
        }
      }
    }
  }

  /** A new daemon asks what there is. */
  List<Worker.Found> open() {
    List<Worker.Found> found = new ArrayList<>();
    for (Run run : runs.values()) {
      run.told = run.end != null;
      found.add(new Worker.Found(run.key.job(), run.key.attempt(), run.end));
    }
    Collections.shuffle(found, new Random(world.dice().any()));
    return found;
  }

  boolean runs(JobId job, int attempt) {
    Run run = runs.get(new AttemptKey(job, attempt));
    return run != null && run.end == null;
  }

  boolean knows(JobId job, int attempt) {
    return runs.containsKey(new AttemptKey(job, attempt));
  }

  int count() {
    return runs.size();
  }
}
