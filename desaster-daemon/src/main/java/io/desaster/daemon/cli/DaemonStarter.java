/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

/** Starts a daemon on this host if none answers. */
interface DaemonStarter {
  /**
   * Returns when a daemon answers; blocks until then.
   *
   * @throws CliException with {@link ExitCode#UNREACHABLE} if none could be started
   */
  void ensureRunning(Session session);

  /** Whether the daemon of the session is on this host, runs, and was started so. */
  boolean startedOnDemand(Session session);

  /** Whether that daemon has died since: was killed or broke, but was not stopped. */
  boolean died(Session session);
}
