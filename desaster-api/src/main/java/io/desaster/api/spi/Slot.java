/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.spi;

import java.util.List;

/** A free slot on offer, as disciplines see it. */
public interface Slot {
  /** Whether a job of this demand may start in it now. */
  boolean meets(Demand demand);

  /** Whether it serves queues with these attachments. */
  default boolean attached(List<String> attachments) {
    return true;
  }

  /** Whether it serves the queue of this name, as far as the one who offers it has a say. */
  default boolean wants(String queue) {
    return true;
  }
}
