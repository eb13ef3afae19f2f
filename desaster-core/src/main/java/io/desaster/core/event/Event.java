/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.log.Output;
import io.desaster.core.state.State;

/**
 * Something that happened. Events alone change the state, the same way live, at restart, at
 * takeover and on followers: {@link #apply} must depend on nothing but the event, the state and the
 * batch's time. Types and encodings are for ever: a changed event gets a new type number, the old
 * one is still decoded (see {@link EventCodec}).
 */
public sealed interface Event
    permits WholeJob,
        JobQueued,
        JobScheduled,
        JobTransition,
        AttemptReturned,
        AttemptUnreachable,
        CancelRequested,
        JobEnded,
        JobMoved,
        JobOptionsChanged,
        LateSuccess,
        JobForgotten,
        JobsArchived,
        DeletionUndone,
        QueueSet,
        QueueDestroyed,
        TreeSet,
        ClockShifted,
        JobsMoved,
        NodeSet,
        WorkerSet,
        CoolDownStarted,
        CoolDownEnded,
        OperationStarted,
        OperationSelected,
        OperationTouched,
        OperationSkipped,
        OperationEnded,
        OperationForgotten {

  /** Its number in the journal. */
  int type();

  /** About how many bytes it takes in the journal. */
  default int weight() {
    return 64;
  }

  /** Writes all but the type. */
  void encode(Output out);

  /**
   * Changes the state.
   *
   * @param atMillis the batch's time
   */
  void apply(State state, long atMillis);
}
