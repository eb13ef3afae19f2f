/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.JobRecord;
import java.util.List;
import java.util.function.Consumer;

/**
 * Events as bytes: the type, then what the event itself writes.
 *
 * <p>To change an event: add a record with a new type number, decode the old number into it, and
 * write the new one only when the cluster's version says that all nodes know it.
 */
public final class EventCodec {
  private EventCodec() {}

  public static void encode(List<Event> events, Output out) {
    for (int i = 0; i < events.size(); i++) {
      encode(events.get(i), out);
    }
  }

  public static void encode(Event event, Output out) {
    out.writeVarint(event.type());
    event.encode(out);
  }

  /** Decodes all events up to the end of the input. */
  public static void decode(Input in, Consumer<Event> each) {
    while (in.remaining() > 0) {
      each.accept(decode(in));
    }
  }

  public static Event decode(Input in) {
    int type = in.readVarint32();
    return switch (type) {
      case JobSubmitted.TYPE -> new JobSubmitted(JobRecord.decode(in));
      case JobQueued.TYPE -> JobQueued.decode(in);
      case JobScheduled.TYPE -> JobScheduled.decode(in);
      case AttemptStarted.TYPE -> AttemptStarted.decode(in);
      case AttemptEnded.TYPE -> AttemptEnded.decode(in);
      case AttemptReturned.TYPE -> AttemptReturned.decode(in);
      case AttemptUnreachable.TYPE -> AttemptUnreachable.decode(in);
      case CancelRequested.TYPE -> CancelRequested.decode(in);
      case JobEnded.TYPE -> JobEnded.decode(in);
      case JobMoved.TYPE -> JobMoved.decode(in);
      case JobOptionsChanged.TYPE -> JobOptionsChanged.decode(in);
      case JobRestored.TYPE -> new JobRestored(JobRecord.decode(in));
      case JobForgotten.TYPE -> JobForgotten.decode(in);
      case JobsArchived.TYPE -> JobsArchived.decode(in);
      case JobRecalled.TYPE -> new JobRecalled(JobRecord.decode(in));
      case DeletionUndone.TYPE -> DeletionUndone.decode(in);
      case QueueSet.TYPE -> QueueSet.decode(in);
      case QueueDestroyed.TYPE -> QueueDestroyed.decode(in);
      case TreeSet.TYPE -> TreeSet.decode(in);
      case ClockShifted.TYPE -> ClockShifted.decode(in);
      case JobsMoved.TYPE -> JobsMoved.decode(in);
      case NodeSet.TYPE -> NodeSet.decode(in);
      case WorkerSet.TYPE -> WorkerSet.decode(in);
      case CoolDownStarted.TYPE -> CoolDownStarted.decode(in);
      case CoolDownEnded.TYPE -> CoolDownEnded.decode(in);
      case OperationStarted.TYPE -> OperationStarted.decode(in);
      case OperationSelected.TYPE -> OperationSelected.decode(in);
      case OperationTouched.TYPE -> OperationTouched.decode(in);
      case OperationSkipped.TYPE -> OperationSkipped.decode(in);
      case OperationEnded.TYPE -> OperationEnded.decode(in);
      case LateSuccess.TYPE -> LateSuccess.decode(in);
      case OperationForgotten.TYPE -> OperationForgotten.decode(in);
      default ->
          throw new IllegalStateException(
              "event type "
                  + type
                  + " is not known to this version; it was written by a newer desaster");
    };
  }
}
