/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.error.ErrorCode;
import io.desaster.api.queue.Pause;
import io.desaster.api.queue.QueueInfo;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import java.time.Instant;
import java.util.Optional;

/** Starts nothing more from a queue. */
public record PauseQueue(
    String name, String by, String why, Optional<Instant> until, Reply<QueueInfo> reply)
    implements Command {
  private static final Instant FIRST = Instant.ofEpochMilli(0);
  private static final Instant LAST = Instant.ofEpochMilli(Long.MAX_VALUE);

  @Override
  public void decide(Turn turn) {
    Optional<Instant> end = until.map(PauseQueue::inMillis);
    if (end.isPresent() && end.get().toEpochMilli() <= turn.now()) {
      turn.refuse(
          reply,
          ErrorCode.INVALID,
          "cannot pause queue '"
              + name
              + "' until "
              + until.get()
              + ", which is over: it is "
              + Instant.ofEpochMilli(turn.now())
              + "; give a time to come, or none to pause until it is resumed");
      return;
    }
    Pause pause = new Pause(by, why, Instant.ofEpochMilli(turn.now()), end);
    ChangeQueue.change(turn, name, reply, queue -> queue.withPause(pause));
  }

  /** As it is kept; what does not fit is as good as never. */
  private static Instant inMillis(Instant until) {
    if (until.isAfter(LAST)) {
      return LAST;
    }
    return until.isBefore(FIRST) ? FIRST : Instant.ofEpochMilli(until.toEpochMilli());
  }
}
