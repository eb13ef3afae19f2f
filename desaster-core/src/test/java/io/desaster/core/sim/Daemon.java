/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.sim;

import io.desaster.api.RemoteWork;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.spi.AttemptOrder;
import io.desaster.core.command.AnnounceNode;
import io.desaster.core.command.ReportInventory;
import io.desaster.core.command.SetRoom;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.log.Batch;
import io.desaster.core.log.Location;
import io.desaster.core.log.Recovered;
import io.desaster.core.log.ReplicatedLog;
import io.desaster.core.log.SimulatedArchive;
import io.desaster.core.log.SimulatedLog;
import io.desaster.core.query.CommittedCopy;
import io.desaster.core.query.CommittedState;
import io.desaster.core.query.FinishedArchive;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Effect;
import io.desaster.core.scheduler.EventBatch;
import io.desaster.core.scheduler.RecallJobs;
import io.desaster.core.scheduler.Scheduler;
import io.desaster.core.scheduler.SchedulerInsides;
import io.desaster.core.state.LargePayload;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * One life of a node's process: real log, copy and scheduler, driven as the node's verticle drives
 * them, but turn by turn.
 */
final class Daemon implements ReplicatedLog.Listener {
  private static final int COMMANDS_PER_TURN = 1024;
  private static final long NO_TIMER = Long.MAX_VALUE;
  private static final long ARCHIVE_FILE_BYTES = 4_000;

  private final Simulation world;
  private final SimulatedLog log;
  private final CommittedCopy copy;
  private final FinishedArchive archive;
  private final Scheduler scheduler;
  private final SchedulerInsides insides;
  private final ArrayDeque<Runnable> copyTasks = new ArrayDeque<>();
  private final ArrayDeque<Command> inbox = new ArrayDeque<>();
  private final ArrayDeque<EventBatch> uncommitted = new ArrayDeque<>();
  private boolean woken = true;
  private boolean snapshotWanted;
  private Throwable failure;
  private int inFlight;
  private long timerAt = NO_TIMER;
  private long committedIndex;
  private int inventories;

  Daemon(Simulation world) throws IOException {
    this.world = world;
    log = new SimulatedLog(world.disk(), world.logOptions(), world.dice().any());
    archive =
        new FinishedArchive(
            SimulatedArchive.open(world.disk(), ARCHIVE_FILE_BYTES), this::archiveFailed, 0);
    CommittedState committed = new CommittedState(new Disciplines(2), archive, log);
    Recovered recovered = log.recover(committed);
    world.replica().recovered(committed, recovered);
    copy = new CommittedCopy(committed, archive, log, copyTasks::add, copyTasks::add);
    scheduler =
        new Scheduler(
            committed.state(),
            committed.usages(),
            world.settings(recovered),
            new Disciplines(2),
            world.dice().generator(),
            world.clock().wallMillis(),
            world.clock().now());
    insides = new SchedulerInsides(scheduler);
    committedIndex = log.committedIndex();
    scheduler.setRoom(log.hasRoom());
    log.start(this);
    openSites();
  }

  private void openSites() {
    List<LocalSite> sites = world.sites();
    inventories = sites.size();
    for (LocalSite site : sites) {
      Ledger.Ticket<Void> ticket =
          world.ledger().ask("inventory of " + site.kind(), done -> reported(), this::startFailed);
      submit(
          new ReportInventory(Simulation.NODE, site.kind(), site.durable(), site.open(), ticket));
    }
  }

  private void reported() {
    inventories--;
    if (inventories == 0) {
      submit(
          new AnnounceNode(
              Simulation.NODE,
              "1",
              world.nodeLabels(),
              world.announcedPools(),
              world.ledger().ask("announce", done -> {}, this::startFailed)));
    }
  }

  private void startFailed(DesasterException refusal) {
    if (failure == null) {
      throw new AssertionError("a start was refused: " + refusal.getMessage());
    }
  }

  Scheduler scheduler() {
    return scheduler;
  }

  SchedulerInsides insides() {
    return insides;
  }

  /** What was written may be lost; the node stops. */
  private void archiveFailed(Throwable cause) {
    failure = cause;
    woken = true;
  }

  CommittedCopy copy() {
    return copy;
  }

  SimulatedLog log() {
    return log;
  }

  boolean failed() {
    return failure != null;
  }

  void submit(Command command) {
    inbox.add(command);
    woken = true;
  }

  /** Whether the loop would run now. */
  boolean wantsTurn() {
    return woken || world.clock().now() >= timerAt;
  }

  /** When the loop runs next if nothing happens before. */
  long timerAt() {
    return timerAt;
  }

  /** The copy's thread does one of its tasks. */
  boolean copyNext() {
    Runnable task = copyTasks.poll();
    if (task != null) {
      task.run();
    }
    return task != null;
  }

  boolean copyIdle() {
    return copyTasks.isEmpty();
  }

  /** One turn of the loop; see {@code SchedulerVerticle}. */
  void turn() {
    if (world.clock().now() >= timerAt) {
      timerAt = NO_TIMER;
    }
    woken = false;
    if (failure != null) {
      refuseAll();
      return;
    }
    releaseCommitted();
    scheduler.advance(world.clock().wallMillis(), world.clock().now());
    scheduler.committed(committedIndex);
    boolean settles = !scheduler.batchFull();
    for (int i = 0; i < COMMANDS_PER_TURN && !scheduler.batchFull(); i++) {
      Command command = inbox.poll();
      if (command == null) {
        break;
      }
      scheduler.handle(command);
    }
    if (settles) {
      scheduler.settle();
      world.settled(this);
    }
    flush();
    if (snapshotWanted) {
      snapshotWanted = false;
      copy.snapshot().thenCompose(log::snapshot);
    }
    if (!inbox.isEmpty() && !scheduler.batchFull()) {
      woken = true;
    }
    setTimer();
  }

  private void flush() {
    if (inFlight >= log.window()) {
      return;
    }
    EventBatch batch = scheduler.takeBatch();
    if (batch == null) {
      return;
    }
    if (!batch.events().isEmpty()) {
      inFlight++;
      uncommitted.add(batch);
      world.replica().appended(batch, scheduler.state(), insides);
      log.append(batch);
    } else if (uncommitted.isEmpty()) {
      carryOut(batch);
    } else {
      uncommitted.add(batch);
    }
  }

  private void releaseCommitted() {
    EventBatch batch = uncommitted.peek();
    while (batch != null && batch.header().index() <= committedIndex) {
      uncommitted.poll();
      if (!batch.events().isEmpty()) {
        inFlight--;
      }
      carryOut(batch);
      batch = uncommitted.peek();
    }
  }

  private void carryOut(EventBatch batch) {
    for (Effect effect : batch.effects()) {
      world.maybeKilled();
      if (effect instanceof Effect.Answer<?> answer) {
        answer.deliver();
      } else if (effect instanceof Effect.Refuse refuse) {
        refuse.reply().refuse(refuse.refusal());
      } else if (effect instanceof Effect.Start start) {
        world.site(start.kind()).order(whole(start));
      } else if (effect instanceof Effect.HandOut handOut) {
        handOut.reply().answer(whole(handOut));
      } else if (effect instanceof Effect.End end) {
        world.site(end.kind()).end(end.job(), end.attempt(), end.graceMillis());
      } else if (effect instanceof Effect.Recall recall) {
        copy.recall(recall.jobs())
            .thenAccept(records -> submit(new RecallJobs(recall.jobs(), records, recall.then())));
      } else if (effect instanceof Effect.PoolScaled scaled) {
        world.trace(scaled.toString());
      } else if (effect instanceof Effect.Release release) {
        world.site(release.kind()).release(release.job());
      }
    }
  }

  private static AttemptOrder whole(Effect.Start start) {
    LargePayload payload = start.payload();
    return payload == null ? start.order() : start.order().withPayload(payload.bytes());
  }

  private static List<RemoteWork.Taken> whole(Effect.HandOut handOut) {
    List<RemoteWork.Taken> taken = new ArrayList<>(handOut.taken());
    for (int i = 0; i < taken.size(); i++) {
      LargePayload payload = handOut.payloads().get(i);
      if (payload != null) {
        taken.set(i, taken.get(i).withPayload(payload.bytes()));
      }
    }
    return taken;
  }

  private void setTimer() {
    long now = world.clock().now();
    long idle = scheduler.idleMillis(world.clock().wallMillis(), now);
    if (idle == Long.MAX_VALUE || inFlight >= log.window() && idle == 0) {
      return;
    }
    if (idle == 0) {
      woken = true;
      return;
    }
    timerAt = Math.min(timerAt, now + Math.min(idle, 60_000));
  }

  private void refuseAll() {
    DesasterException unknown = new DesasterException(ErrorCode.UNKNOWN, "the log failed");
    EventBatch rest = scheduler.takeBatch();
    if (rest != null) {
      uncommitted.add(rest);
    }
    for (EventBatch batch : uncommitted) {
      for (Effect effect : batch.effects()) {
        if (effect instanceof Effect.Answer<?> answer) {
          answer.reply().refuse(unknown);
        } else if (effect instanceof Effect.HandOut handOut) {
          handOut.reply().refuse(unknown);
        } else if (effect instanceof Effect.Refuse refuse) {
          refuse.reply().refuse(refuse.refusal());
        } else if (effect instanceof Effect.Recall recall) {
          recall.then().abandon(unknown);
        }
      }
    }
    uncommitted.clear();
    for (Command command = inbox.poll(); command != null; command = inbox.poll()) {
      command.abandon(unknown);
    }
  }

  @Override
  public void committed(Batch batch, Location payloadLocation) {
    EventBatch done = (EventBatch) batch;
    done.settlePayloads(log, payloadLocation);
    world.replica().committed(done.header());
    copy.committed(done.header(), done.events());
    committedIndex = done.header().index();
    woken = true;
  }

  @Override
  public void failed(Throwable cause) {
    failure = cause;
    woken = true;
  }

  @Override
  public void roomChanged(boolean hasRoom, String explanation) {
    submit(new SetRoom(hasRoom));
  }

  @Override
  public void snapshotDue() {
    snapshotWanted = true;
    woken = true;
  }
}
