/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

/** The simulated machine or process died here. Not an exception that anybody may handle. */
public final class SimulatedCrash extends Error {
  SimulatedCrash(String message) {
    super(message);
  }
}
