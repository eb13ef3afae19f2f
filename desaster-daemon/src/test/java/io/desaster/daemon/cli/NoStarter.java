/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

/** Starts nothing: the test has a daemon already, or shall find none. */
final class NoStarter implements DaemonStarter {
  @Override
  public void ensureRunning(Session session) {}

  @Override
  public boolean startedOnDemand(Session session) {
    return false;
  }

  @Override
  public boolean died(Session session) {
    return false;
  }
}
