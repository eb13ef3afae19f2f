/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.RemoteWork;
import io.desaster.core.event.WorkerSet;
import io.desaster.core.state.State;
import io.desaster.core.state.WorkerRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps up in the state how many slots each remote worker has: at once when they become more, and
 * after a while when they become fewer. A worker has no session and may be away for a moment, and
 * then the rates of all classes shall not be scaled down and up again. So time is divided into
 * windows, and at the end of each a worker has the most that it had in this window.
 */
final class WorkerSlots {
  static final long WINDOW_MILLIS = 30_000;

  private final State state;
  private final Dispatcher dispatcher;
  private final Map<String, Heard> heard = new HashMap<>();
  private long windowEnds;

  private static final class Heard {
    /** What the worker says; 0: nothing. */
    private int said;

    /** The most in this window. */
    private int peak;
  }

  /** After a start, workers have one window's time to come back. */
  WorkerSlots(State state, Dispatcher dispatcher, long monoMillis) {
    this.state = state;
    this.dispatcher = dispatcher;
    this.windowEnds = monoMillis + WINDOW_MILLIS;
    state.remoteWorkers().all().forEach(worker -> heard.put(worker.name(), new Heard()));
  }

  /** A worker asked for work, which is in its pool by now. */
  void offered(Turn turn, Pool pool, RemoteWork.Take request) {
    if (heard.isEmpty()) {
      windowEnds = turn.monoNow() + WINDOW_MILLIS;
    }
    Heard one = heard.computeIfAbsent(pool.node(), name -> new Heard());
    one.said = request.slots();
    one.peak = Math.max(one.peak, now(pool, one));
    WorkerRecord known = state.remoteWorkers().worker(pool.node());
    if (known == null
        || one.peak > known.slots()
        || !request.labels().equals(known.labels())
        || !request.queues().equals(known.queues())) {
      int slots = known == null ? one.peak : Math.max(one.peak, known.slots());
      turn.emit(
          new WorkerSet(new WorkerRecord(pool.node(), slots, request.labels(), request.queues())));
    }
  }

  /** When the window is over; {@link Long#MAX_VALUE} if there are no workers. */
  long nextMonoMillis() {
    return heard.isEmpty() ? Long.MAX_VALUE : windowEnds;
  }

  /** Lessens what became less, if the window is over. */
  void lessen(Turn turn) {
    if (turn.monoNow() < nextMonoMillis()) {
      return;
    }
    windowEnds = turn.monoNow() + WINDOW_MILLIS;
    for (WorkerRecord known : List.copyOf(state.remoteWorkers().all())) {
      Heard one = heard.get(known.name());
      int now = now(dispatcher.pool(known.pool()), one);
      int slots = Math.max(one.peak, now);
      one.peak = now;
      if (slots != known.slots()) {
        turn.emit(new WorkerSet(known.withSlots(slots)));
      }
      if (slots == 0) {
        heard.remove(known.name());
      }
    }
  }

  /** What it runs plus what it asks for, unless it says better. */
  private static int now(Pool pool, Heard one) {
    if (pool == null) {
      return 0;
    }
    int asked = Math.max(pool.used(), pool.slots());
    if (one.said == 0) {
      return asked;
    }
    // Attempts of the same name from before it was started anew are lost soon.
    return asked > pool.used() ? one.said : Math.min(one.said, pool.used());
  }
}
