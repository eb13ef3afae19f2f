/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.RemoteWork;
import io.desaster.api.queue.QueueSettings;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.LargePayload;
import io.desaster.core.state.QueueRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The slots that remote workers offer: requests that wait for attempts, oldest first for each
 * worker. They live with the mastership only; a worker whose request is lost asks again.
 */
final class RemoteTakes {
  private final Dispatcher dispatcher;
  private final Map<Pool, ArrayDeque<Take>> waiting = new LinkedHashMap<>();
  private final List<Take> toAnswer = new ArrayList<>();

  /** One request. */
  static final class Take {
    private final Pool pool;
    private final Reply<List<RemoteWork.Taken>> reply;
    private final long untilMonoMillis;
    private final List<RemoteWork.Taken> taken = new ArrayList<>(1);
    private final List<LargePayload> payloads = new ArrayList<>(1);
    private int credit;

    Take(Pool pool, int credit, long untilMonoMillis, Reply<List<RemoteWork.Taken>> reply) {
      this.pool = pool;
      this.credit = credit;
      this.untilMonoMillis = untilMonoMillis;
      this.reply = reply;
    }
  }

  RemoteTakes(Dispatcher dispatcher) {
    this.dispatcher = dispatcher;
  }

  void add(Take take) {
    waiting.computeIfAbsent(take.pool, pool -> new ArrayDeque<>(2)).add(take);
    take.pool.setSlots(Math.max(take.pool.used(), take.pool.slots()) + take.credit);
    dispatcher.trees().tree(take.pool.kind()).touch();
  }

  /** The connection that asked is gone: its credit goes at once. */
  void withdraw(Reply<List<RemoteWork.Taken>> reply) {
    for (ArrayDeque<Take> takes : List.copyOf(waiting.values())) {
      for (Iterator<Take> i = takes.iterator(); i.hasNext(); ) {
        Take take = i.next();
        if (take.reply == reply) {
          i.remove();
          drop(take);
          return;
        }
      }
    }
  }

  private void drop(Take take) {
    take.pool.setSlots(take.pool.slots() - take.credit);
    take.credit = 0;
    ArrayDeque<Take> takes = waiting.get(take.pool);
    if (takes != null && takes.isEmpty()) {
      waiting.remove(take.pool);
      take.pool.setSlots(0);
      if (take.pool.used() == 0) {
        dispatcher.removePool(take.pool);
      }
    }
  }

  /** A job was given a slot of this pool. */
  void started(Pool pool, JobRecord job, int attempt) {
    Take take = waiting.get(pool).peek();
    QueueRecord queue = dispatcher.leaf(job.queueId()).record();
    QueueSettings settings = queue.settings();
    if (take.taken.isEmpty()) {
      toAnswer.add(take);
    }
    take.taken.add(
        new RemoteWork.Taken(
            job.id(),
            attempt,
            dispatcher.epoch(),
            queue.name(),
            job.inlinePayload(),
            Starting.timeoutMillis(job, settings),
            settings.lostAfter().toMillis()));
    take.payloads.add(job.largePayload());
    take.credit--;
    if (take.credit == 0) {
      waiting.get(pool).poll();
    }
  }

  /** Answers the requests that got something in this turn, and those whose patience is over. */
  void answer(Turn turn) {
    for (Take take : toAnswer) {
      ArrayDeque<Take> takes = waiting.get(take.pool);
      // All requests of the worker may have been filled in this turn.
      if (takes != null) {
        takes.remove(take);
        drop(take);
      }
      turn.handOut(take.reply, take.taken, take.payloads);
    }
    toAnswer.clear();
    if (nextMonoMillis() <= turn.monoNow()) {
      answerImpatient(turn);
    }
  }

  private void answerImpatient(Turn turn) {
    for (ArrayDeque<Take> takes : List.copyOf(waiting.values())) {
      for (Iterator<Take> i = takes.iterator(); i.hasNext(); ) {
        Take take = i.next();
        if (take.untilMonoMillis <= turn.monoNow()) {
          i.remove();
          drop(take);
          turn.answer(take.reply, List.of());
        }
      }
    }
  }

  /** When the first request becomes impatient; {@link Long#MAX_VALUE} if none waits. */
  long nextMonoMillis() {
    long next = Long.MAX_VALUE;
    for (ArrayDeque<Take> takes : waiting.values()) {
      for (Take take : takes) {
        next = Math.min(next, take.untilMonoMillis);
      }
    }
    return next;
  }
}
