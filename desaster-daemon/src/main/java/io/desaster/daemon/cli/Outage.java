/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.error.DesasterException;
import io.desaster.api.job.Durations;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Sits out the daemon's absence: says so once, and again when it is back. May be told to start it
 * again, and how long to wait.
 */
final class Outage {
  private static final long PAUSE_MILLIS = 200;
  private static final long START_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long START_AGAIN_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

  private final Session session;
  private final String waitingFor;
  private final Duration longest;
  private final boolean starts;
  private final String whenOver;
  private boolean lost;
  private long lostNanos;
  private long nextStartNanos;
  private long startPauseNanos;
  private String startFailure = "";

  /**
   * One that is waited out, however long it takes.
   *
   * @param waitingFor what is safe with the daemon meanwhile, for example {@code job 0199…}
   */
  Outage(Session session, String waitingFor) {
    this(session, waitingFor, null, false, "");
  }

  private Outage(
      Session session, String waitingFor, Duration longest, boolean starts, String whenOver) {
    this.session = session;
    this.waitingFor = waitingFor;
    this.longest = longest;
    this.starts = starts;
    this.whenOver = whenOver;
  }

  /**
   * One that is given up after some time.
   *
   * @param starts whether a daemon of this host that died is started again
   * @param whenOver what to do then, for the person
   */
  static Outage limited(
      Session session, String waitingFor, Duration longest, boolean starts, String whenOver) {
    return new Outage(session, waitingFor, longest, starts, whenOver);
  }

  /** The daemon has answered. */
  void over() {
    if (lost) {
      lost = false;
      session.printer().notice("the daemon is back");
    }
  }

  /**
   * Waits a moment if the failure may pass, else throws it.
   *
   * @throws CliException with {@link ExitCode#LEFT} if it has lasted too long
   */
  void endure(RuntimeException failure) {
    if (!passing(failure)) {
      throw failure;
    }
    if (!lost) {
      begin();
    }
    if (longest != null && System.nanoTime() - lostNanos > longest.toNanos()) {
      throw new CliException(ExitCode.LEFT, givenUp(), failure);
    }
    if (starts && session.starter().died(session) && System.nanoTime() - nextStartNanos >= 0) {
      startAgain();
    } else {
      pause();
    }
  }

  private void begin() {
    lost = true;
    lostNanos = System.nanoTime();
    nextStartNanos = lostNanos;
    startPauseNanos = START_AGAIN_NANOS;
    startFailure = "";
    session
        .printer()
        .notice(
            "the daemon at "
                + session.address()
                + " does not answer; "
                + waitingFor
                + " is safe with it, waiting for it to come back");
  }

  private String givenUp() {
    return "the daemon at "
        + session.address()
        + " did not come back within "
        + Durations.format(longest)
        + " (--reconnect-timeout); "
        + waitingFor
        + " is safe with it, and what runs goes on; "
        + whenOver
        + startFailure;
  }

  private void startAgain() {
    session.printer().notice("the daemon died; starting it again with the same data");
    try {
      session.starter().ensureRunning(session);
    } catch (CliException e) {
      startFailure = "\nIt could not be started again: " + e.getMessage();
      nextStartNanos = System.nanoTime() + startPauseNanos;
      startPauseNanos = Math.min(startPauseNanos * 2, START_AGAIN_NANOS_MAX);
    }
  }

  private static void pause() {
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
