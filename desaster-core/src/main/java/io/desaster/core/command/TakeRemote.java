/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.RemoteWork;
import io.desaster.api.error.ErrorCode;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import java.util.List;
import java.util.regex.Pattern;

/** A remote worker asks for attempts to run. */
public record TakeRemote(RemoteWork.Take request, Reply<List<RemoteWork.Taken>> reply)
    implements Command {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,127}");
  private static final int COUNT_MAX = 10_000;

  @Override
  public void decide(Turn turn) {
    if (!NAME.matcher(request.worker()).matches()) {
      turn.refuse(
          reply,
          ErrorCode.INVALID,
          "'"
              + request.worker()
              + "' is not a worker name; use 1 to 128 letters, digits and _ . : / -");
    } else if (request.count() < 1 || request.count() > COUNT_MAX) {
      turn.refuse(
          reply, ErrorCode.INVALID, "count must be 1 to " + COUNT_MAX + ", not " + request.count());
    } else if (request.slots() < 0 || request.slots() > COUNT_MAX) {
      turn.refuse(
          reply,
          ErrorCode.INVALID,
          "a worker's slots must be 0 (not said) to " + COUNT_MAX + ", not " + request.slots());
    } else if (request.slots() > 0 && request.count() > request.slots()) {
      turn.refuse(
          reply,
          ErrorCode.INVALID,
          "a worker of "
              + request.slots()
              + " slots cannot start "
              + request.count()
              + " attempts; ask for no more than its slots");
    } else if (request.patience().isNegative()) {
      turn.refuse(reply, ErrorCode.INVALID, "the time to wait must not be negative");
    } else {
      turn.offerRemote(request, reply);
    }
  }
}
