/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.Desaster;

/** Connects to a daemon. */
interface Opener {
  /**
   * Returns a connection that answers; blocks until it does.
   *
   * @throws io.desaster.api.error.DesasterException if the daemon does not let us in
   * @throws CliException with {@link ExitCode#UNREACHABLE} if nothing answers
   */
  Desaster open(Address address);
}
