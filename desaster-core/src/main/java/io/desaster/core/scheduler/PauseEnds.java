/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.queue.Pause;
import io.desaster.core.event.QueueSet;
import io.desaster.core.state.QueueState;

/** A queue that was paused until now goes on. */
record PauseEnds(int queueId) implements Timers.Timer {
  @Override
  public void fire(Turn turn) {
    QueueState queue = turn.state().queue(queueId);
    Pause pause = queue == null ? null : queue.record().pause();
    if (pause != null
        && pause.until().isPresent()
        && pause.until().get().toEpochMilli() <= turn.now()) {
      turn.emit(new QueueSet(queue.record().withPause(null)));
    }
  }
}
