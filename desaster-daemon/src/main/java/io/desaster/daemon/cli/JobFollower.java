/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.error.DesasterException;
import io.desaster.api.job.Attempt;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobState;
import java.io.PrintStream;
import java.time.Duration;

/**
 * Waits for a job and copies its output meanwhile, attempt by attempt. While the daemon is away it
 * waits for it to come back and goes on where it was.
 */
final class JobFollower {
  private static final Duration QUICK = Duration.ofMillis(50);
  private static final Duration SLOW = Duration.ofMillis(250);

  /** After so long without an answer the person is told. */
  private static final long NOTICED_SECONDS = 5;

  private final Session session;
  private final JobId id;
  private final PrintStream out;
  private final PrintStream err;
  private final ProgressLine progress;
  private final Outage outage;
  private OutputCopier copier;

  /** Waits for a lost daemon as long as it takes. */
  JobFollower(Session session, JobId id, PrintStream out, PrintStream err) {
    this(session, id, out, err, new Outage(session, "job " + id));
  }

  JobFollower(Session session, JobId id, PrintStream out, PrintStream err, Outage outage) {
    this.session = session;
    this.id = id;
    this.out = out;
    this.err = err;
    this.progress = new ProgressLine(session.printer().err(), session.printer().terminal());
    this.outage = outage;
  }

  /** Returns the finished job after all of its output is copied. */
  Job follow() {
    Duration patience = QUICK;
    while (true) {
      try {
        Job job = session.get(session.desaster().jobs().await(id, patience), NOTICED_SECONDS);
        outage.over();
        boolean any = copy(job);
        if (job.state().finished() && copied(job)) {
          progress.clear();
          return job;
        }
        show(job);
        patience = any ? QUICK : SLOW;
      } catch (DesasterException | CliException e) {
        progress.clear();
        outage.endure(e);
      }
    }
  }

  private boolean copy(Job job) {
    boolean any = false;
    for (Attempt attempt : job.attempts()) {
      if (copier == null || copier.complete() && attempt.number() > copier.attempt()) {
        copier = new OutputCopier(session, id, attempt.number(), out, err);
      }
      if (attempt.number() == copier.attempt()) {
        any |= copier.copy(attempt.endedAt().isPresent(), progress::clear);
      }
    }
    return any;
  }

  private boolean copied(Job job) {
    int last = job.lastAttempt().map(Attempt::number).orElse(0);
    return copier == null || copier.complete() && copier.attempt() >= last;
  }

  private void show(Job job) {
    if (job.state() == JobState.RUNNING) {
      if (job.progress().percent() > 0 || !job.progress().text().isEmpty()) {
        progress.show(ProgressLine.bar(job.progress().percent(), job.progress().text()));
      } else {
        progress.clear();
      }
    } else if (!job.state().finished()) {
      String reason = job.reason().isEmpty() ? "" : ": " + Texts.oneLine(job.reason());
      progress.show("job " + id + " " + Texts.word(job.state()) + reason);
    }
  }
}
