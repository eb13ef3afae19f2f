/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.error.DesasterException;

/** Sits out the daemon's absence: says so once, and again when it is back. */
final class Outage {
  private static final long PAUSE_MILLIS = 200;

  private final Session session;
  private final String waitingFor;
  private boolean lost;

  /**
   * @param waitingFor what is safe with the daemon meanwhile, for example {@code job 0199…}
   */
  Outage(Session session, String waitingFor) {
    this.session = session;
    this.waitingFor = waitingFor;
  }

  /** The daemon has answered. */
  void over() {
    if (lost) {
      lost = false;
      session.printer().notice("the daemon is back");
    }
  }

  /** Waits a moment if the failure may pass, else throws it. */
  void endure(RuntimeException failure) {
    if (!passing(failure)) {
      throw failure;
    }
    if (!lost) {
      lost = true;
      session
          .printer()
          .notice(
              "the daemon at "
                  + session.address()
                  + " does not answer; "
                  + waitingFor
                  + " is safe with it, waiting for it to come back");
    }
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException(ExitCode.INTERRUPTED, "interrupted", e);
    }
  }

  private static boolean passing(RuntimeException failure) {
    if (failure instanceof DesasterException refusal) {
      return refusal.retryable();
    }
    return failure instanceof CliException e
        && (e.exitCode() == ExitCode.UNKNOWN || e.exitCode() == ExitCode.UNREACHABLE);
  }
}
