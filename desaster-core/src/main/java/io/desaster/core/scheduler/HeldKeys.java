/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.queue.CoolDown;
import io.desaster.core.event.CoolDownEnded;
import io.desaster.core.state.CoolDowns;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.QueueRecord;

/** What becomes of the key that a job holds. */
final class HeldKeys {
  private HeldKeys() {}

  /** The job is finished: from now on its key is blocked for a time, or free. */
  static void ended(Turn turn, JobRecord job) {
    QueueRecord queue = turn.queueOf(job).record();
    CoolDown coolDown = queue.settings().coolDown();
    boolean counts = coolDown.active() && coolDown.from() != CoolDown.From.ENQUEUE;
    if (!counts && !turn.state().coolDowns().anyOpen()) {
      return;
    }
    String key = Keys.of(job, queue.kind());
    CoolDowns.Entry present = turn.state().coolDowns().find(queue.id(), key, turn.now());
    boolean own = present != null && present.holder().equals(job.id());
    long until = turn.now() + coolDown.window().toMillis();
    // Jobs of one key may run at once if it is blocked from the end only: the last end counts.
    if (counts && (present == null || own || present.until() < until)) {
      turn.startCoolDown(new CoolDowns.Entry(queue.id(), key, job.id(), until));
    } else if (own && present.until() == Long.MAX_VALUE) {
      turn.emit(new CoolDownEnded(queue.id(), key));
    }
  }

  /** The job went to another queue: a key that is blocked until its end goes with it. */
  static void moved(Turn turn, JobRecord before) {
    if (!turn.state().coolDowns().anyOpen()) {
      return;
    }
    QueueRecord from = turn.queueOf(before).record();
    String key = Keys.of(before, from.kind());
    CoolDowns.Entry entry = turn.state().coolDowns().get(from.id(), key);
    if (entry == null || entry.until() != Long.MAX_VALUE || !entry.holder().equals(before.id())) {
      return;
    }
    turn.emit(new CoolDownEnded(from.id(), key));
    QueueRecord to = turn.queueOf(turn.state().job(before.high(), before.low())).record();
    CoolDown coolDown = to.settings().coolDown();
    boolean free = turn.state().coolDowns().find(to.id(), key, turn.now()) == null;
    if (free && coolDown.active() && coolDown.from() == CoolDown.From.BOTH) {
      turn.startCoolDown(new CoolDowns.Entry(to.id(), key, before.id(), Long.MAX_VALUE));
    }
  }
}
