/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

/** Exit codes of the daemon. */
public final class DaemonExit {
  /** Stopped in order, by TERM or INT; its shell jobs go on. */
  public static final int STOPPED = 0;

  /** Could not start: data that cannot be read, an address that is not there. */
  public static final int CANNOT_START = 1;

  /** An option is wrong. */
  public static final int USAGE = 2;

  /** Another daemon has the data directory, or another program the port. */
  public static final int TAKEN = 3;

  /** Stopped itself because it could no longer keep its promises, as after a failed write. */
  public static final int FAILED = 4;

  private DaemonExit() {}
}
