/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.spi;

/** A free slot on offer, as disciplines see it. */
public interface Slot {
  /** Whether a job of this demand may start in it now. */
  boolean meets(Demand demand);
}
