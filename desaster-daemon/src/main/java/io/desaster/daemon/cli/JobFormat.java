/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.job.Attempt;
import io.desaster.api.job.Eta;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Jobs as people and exit codes want them. */
final class JobFormat {
  private JobFormat() {}

  static Table table(List<Job> jobs, Instant now) {
    Table table = new Table("ID", "STATE", "QUEUE", "PRIO", "AGE", "ETA", "TRIES", "NODE", "ABOUT");
    for (Job job : jobs) {
      table.row(
          job.id(),
          state(job),
          job.spec().queue(),
          job.spec().options().priority(),
          Texts.age(now.toEpochMilli() - job.submittedAt().toEpochMilli()),
          eta(job.eta(), now),
          job.attempts().size(),
          job.lastAttempt().map(Attempt::node).orElse("-"),
          Texts.about(job));
    }
    return table;
  }

  /** How long it will be to its start or, if it runs, to its end: in half and nine of ten cases. */
  static String eta(Eta eta, Instant now) {
    Optional<Instant> p50 = eta.startP50().or(eta::finishP50);
    if (p50.isEmpty()) {
      return eta.unknown().isEmpty() ? "-" : "?";
    }
    Optional<Instant> p90 = eta.startP50().isPresent() ? eta.startP90() : eta.finishP90();
    String from = span(now, p50.get());
    String to = p90.map(at -> span(now, at)).orElse("?");
    return from.equals(to) ? from : from + ".." + to;
  }

  private static String span(Instant now, Instant at) {
    return at.isAfter(now) ? Texts.age(at.toEpochMilli() - now.toEpochMilli()) : "0s";
  }

  private static String state(Job job) {
    String state = Texts.word(job.state());
    if (job.unreachableSince().isPresent()) {
      return state + " (unreachable)";
    }
    boolean telling = job.state() == JobState.RUNNING && job.progress().percent() > 0;
    return telling ? state + " " + job.progress().percent() + "%" : state;
  }

  /** The exit code that stands for how a job ended. */
  static int exitCode(Job job) {
    if (job.state() == JobState.SUCCEEDED) {
      return ExitCode.OK;
    }
    Outcome outcome = job.lastAttempt().flatMap(Attempt::outcome).orElse(null);
    if (outcome == Outcome.TIMED_OUT) {
      return ExitCode.TIMED_OUT;
    }
    if (outcome == Outcome.NOT_STARTED) {
      return ExitCode.NOT_STARTED;
    }
    if (job.state() == JobState.CANCELLED) {
      return ExitCode.INTERRUPTED;
    }
    int code = job.lastAttempt().map(Attempt::exitCode).orElse(-1);
    return outcome == Outcome.FAILED && code > 0 ? code : ExitCode.FAILED;
  }

  /** One line that says how it ended. */
  static String ending(Job job) {
    String reason = job.reason();
    if (reason.isEmpty()) {
      reason = job.lastAttempt().map(Attempt::error).orElse("");
    }
    String state = "job " + job.id() + " " + Texts.word(job.state());
    return reason.isEmpty() ? state : state + ": " + Texts.oneLine(reason);
  }
}
