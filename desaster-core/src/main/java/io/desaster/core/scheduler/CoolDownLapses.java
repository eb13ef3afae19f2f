/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.core.event.CoolDownEnded;
import io.desaster.core.state.CoolDowns;

/** A key whose time is over is free, unless it was blocked anew. */
record CoolDownLapses(int queueId, String key) implements Timers.Timer {
  @Override
  public void fire(Turn turn) {
    CoolDowns.Entry entry = turn.state().coolDowns().get(queueId, key);
    if (entry != null && entry.until() <= turn.now()) {
      turn.emit(new CoolDownEnded(queueId, key));
    }
  }
}
