/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.core.event.Event;
import io.desaster.core.event.EventCodec;
import io.desaster.core.log.Batch;
import io.desaster.core.log.BatchHeader;
import io.desaster.core.log.Output;
import java.util.List;

/**
 * Events that are committed together, and what follows from them then.
 *
 * @param events in the order in which they happened
 * @param effects to be carried out after the commit, in this order
 */
public record EventBatch(BatchHeader header, List<Event> events, List<Effect> effects)
    implements Batch {
  @Override
  public void encodeTo(Output out) {
    EventCodec.encode(events, out);
  }
}
