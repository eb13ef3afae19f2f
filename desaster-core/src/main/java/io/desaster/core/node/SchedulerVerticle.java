/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.node;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.spi.Clock;
import io.desaster.core.command.SetRoom;
import io.desaster.core.log.Batch;
import io.desaster.core.log.Location;
import io.desaster.core.log.ReplicatedLog;
import io.desaster.core.query.CommittedCopy;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Effect;
import io.desaster.core.scheduler.EventBatch;
import io.desaster.core.scheduler.Scheduler;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scheduler's loop: takes commands from any thread, lets the scheduler decide, gives its
 * batches to the log, and carries out their effects when they are committed. While as many batches
 * are under way as the log allows, the next one gathers.
 */
final class SchedulerVerticle extends VerticleBase implements ReplicatedLog.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(SchedulerVerticle.class);
  private static final int COMMANDS_PER_TURN = 1024;
  private static final long NO_TIMER = -1;

  private final Scheduler scheduler;
  private final ReplicatedLog log;
  private final CommittedCopy copy;
  private final Clock clock;
  private final Effects effects;
  private final Consumer<Throwable> onFailure;
  private final Queue<Command> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final ArrayDeque<EventBatch> uncommitted = new ArrayDeque<>();
  private volatile long committedIndex;
  private volatile Throwable failure;
  private volatile boolean snapshotWanted;
  private volatile boolean stopped;
  private int inFlight;
  private long timer = NO_TIMER;
  private long timerAtMillis;

  /** Carries out what a committed batch is followed by; on the loop. */
  interface Effects {
    void carryOut(Effect effect);
  }

  SchedulerVerticle(
      Scheduler scheduler,
      ReplicatedLog log,
      CommittedCopy copy,
      Clock clock,
      Effects effects,
      Consumer<Throwable> onFailure) {
    this.scheduler = scheduler;
    this.log = log;
    this.copy = copy;
    this.clock = clock;
    this.effects = effects;
    this.onFailure = onFailure;
    this.committedIndex = log.committedIndex();
  }

  @Override
  public Future<?> start() {
    scheduler.setRoom(log.hasRoom());
    log.start(this);
    wake();
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    refuseAll("the node stopped before this was committed");
    return Future.succeededFuture();
  }

  /** Hands in a command; any thread. */
  void submit(Command command) {
    inbox.add(command);
    wake();
  }

  /** Index of the last batch that is committed; any thread. */
  long committedIndex() {
    return committedIndex;
  }

  private void wake() {
    if (woken.compareAndSet(false, true)) {
      context.runOnContext(ignored -> turn());
    }
  }

  private void turn() {
    woken.set(false);
    if (stopped) {
      refuseAll("the node stopped before this was committed");
      return;
    }
    if (failure != null) {
      refuseAll("the log failed (" + failure.getMessage() + "); it may or may not have happened");
      return;
    }
    releaseCommitted();
    scheduler.advance(clock.wallMillis(), clock.monoMillis());
    scheduler.committed(committedIndex);
    // A flood of commands must not keep what is due from its turn.
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
    }
    flush();
    if (snapshotWanted) {
      startSnapshot();
    }
    if (!inbox.isEmpty() && !scheduler.batchFull()) {
      wake();
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
      log.append(batch);
    } else if (uncommitted.isEmpty()) {
      carryOut(batch);
    } else {
      // An answer may rest on what is not committed yet.
      uncommitted.add(batch);
    }
  }

  private void releaseCommitted() {
    long committed = committedIndex;
    EventBatch batch = uncommitted.peek();
    while (batch != null && batch.header().index() <= committed) {
      uncommitted.poll();
      if (!batch.events().isEmpty()) {
        inFlight--;
        // Before anybody is answered, so that a question asked then sees what was committed.
        copy.committed(batch.header(), batch.events());
      }
      carryOut(batch);
      batch = uncommitted.peek();
    }
  }

  private void carryOut(EventBatch batch) {
    for (Effect effect : batch.effects()) {
      try {
        effects.carryOut(effect);
      } catch (RuntimeException e) {
        LOG.error("could not carry out {}; the state is not affected", effect, e);
      }
    }
  }

  private void setTimer() {
    long now = clock.monoMillis();
    long idle = scheduler.idleMillis(clock.wallMillis(), now);
    if (idle == Long.MAX_VALUE || inFlight >= log.window() && idle == 0) {
      // A commit will wake the loop.
      return;
    }
    if (idle == 0) {
      wake();
      return;
    }
    long next = now + Math.min(idle, 60_000);
    if (timer != NO_TIMER) {
      if (timerAtMillis <= next) {
        return;
      }
      vertx.cancelTimer(timer);
    }
    timerAtMillis = next;
    timer =
        vertx.setTimer(
            next - now,
            ignored -> {
              timer = NO_TIMER;
              wake();
            });
  }

  private void startSnapshot() {
    snapshotWanted = false;
    copy.snapshot()
        .thenCompose(log::snapshot)
        .whenComplete(
            (done, error) -> {
              if (error != null && !stopped) {
                LOG.warn(
                    "the snapshot could not be written ({}); the journal is kept and it will be"
                        + " tried again",
                    error.toString());
              }
            });
  }

  /** Answers all that waits, that it is not known what became of it. */
  private void refuseAll(String why) {
    DesasterException unknown =
        new DesasterException(ErrorCode.UNKNOWN, why + "; ask again with the same id");
    EventBatch rest = scheduler.takeBatch();
    if (rest != null) {
      uncommitted.add(rest);
    }
    for (EventBatch batch : uncommitted) {
      for (Effect effect : batch.effects()) {
        if (effect instanceof Effect.Answer<?> answer) {
          answer.reply().refuse(unknown);
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

  // The log's side; on its thread.

  @Override
  public void committed(Batch batch, Location payloadLocation) {
    EventBatch done = (EventBatch) batch;
    done.settlePayloads(log, payloadLocation);
    committedIndex = done.header().index();
    wake();
  }

  @Override
  public void failed(Throwable cause) {
    failure = cause;
    LOG.error("the journal failed, nothing is acknowledged any more: {}", cause.toString());
    wake();
    onFailure.accept(cause);
  }

  @Override
  public void roomChanged(boolean hasRoom, String explanation) {
    if (hasRoom) {
      LOG.info("new jobs are taken again: {}", explanation);
    } else {
      LOG.warn("no new jobs are taken: {}", explanation);
    }
    submit(new SetRoom(hasRoom));
  }

  @Override
  public void snapshotDue() {
    snapshotWanted = true;
    wake();
  }
}
