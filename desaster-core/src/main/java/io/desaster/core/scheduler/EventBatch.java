/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.core.event.Event;
import io.desaster.core.event.EventCodec;
import io.desaster.core.log.Batch;
import io.desaster.core.log.BatchHeader;
import io.desaster.core.log.Location;
import io.desaster.core.log.Output;
import io.desaster.core.log.ReplicatedLog;
import io.desaster.core.state.LargePayload;
import java.util.List;

/** Events that are committed together, and what follows from them then. */
public final class EventBatch implements Batch {
  private final BatchHeader header;
  private final List<Event> events;
  private final List<Effect> effects;
  private List<Output.Mark> largePayloads = List.of();
  private int encodedAt;

  EventBatch(BatchHeader header, List<Event> events, List<Effect> effects) {
    this.header = header;
    this.events = events;
    this.effects = effects;
  }

  @Override
  public BatchHeader header() {
    return header;
  }

  @Override
  public int size() {
    return events.size();
  }

  /** In the order in which they happened. */
  public List<Event> events() {
    return events;
  }

  /** To be carried out after the commit, in this order. */
  public List<Effect> effects() {
    return effects;
  }

  @Override
  public void encodeTo(Output out) {
    encodedAt = out.size();
    EventCodec.encode(events, out);
    largePayloads = out.takeMarks();
  }

  /** The batch is committed: large payloads leave the heap. On the log's thread. */
  public void settlePayloads(ReplicatedLog log, Location payloadLocation) {
    for (Output.Mark mark : largePayloads) {
      LargePayload payload = (LargePayload) mark.what();
      payload.settle(log, payloadLocation.slice(mark.offset() - encodedAt, payload.length()));
    }
    largePayloads = List.of();
  }
}
