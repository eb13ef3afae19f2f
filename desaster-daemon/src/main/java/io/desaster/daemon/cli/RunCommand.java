/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.job.Attempt;
import io.desaster.api.job.Durations;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.RetryPolicy;
import io.desaster.api.wire.JobFields;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code run}: a job with the manners of a plain command. */
@Command(
    name = "run",
    header = "Submits a job, shows its output as it comes, and exits as it does",
    description = {
      "Starts a daemon on this host if none runs; it stays. One COMMAND word is a line for /bin/sh,"
          + " several are a program with its arguments. The job runs in the present directory if"
          + " the daemon is on this host. It is tried once unless --retry says otherwise.",
      "Ctrl-C cancels the job; a second one leaves it. If the daemon goes away, run waits for it to"
          + " come back: the job goes on meanwhile. A daemon that was started on demand and died is"
          + " started again."
    })
final class RunCommand implements Callable<Integer> {
  private static final int SIGNALLED = 128;

  private final Session session;

  @Mixin private PushOptionsMixin options;

  @Option(names = "--stdin", description = "gives the job what comes on stdin")
  private boolean stdin;

  @Option(names = "--no-start", description = "does not start a daemon")
  private boolean noStart;

  @Option(
      names = "--reconnect-timeout",
      paramLabel = "TIME",
      description =
          "waits so long for a lost daemon, then exits with 119 and leaves the job to it [5m]")
  private String reconnectTimeout = "5m";

  @Parameters(paramLabel = "COMMAND", arity = "1..*", description = "what to run")
  private List<String> command;

  RunCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    JobSpec spec = spec();
    Duration longest = Durations.parse(reconnectTimeout);
    if (!noStart) {
      session.ensureDaemon();
    }
    boolean starts = !noStart && session.starter().startedOnDemand(session);
    JobId id = session.get(session.desaster().submit(spec)).id();
    cancelOnInterrupt(id);
    Printer printer = session.printer();
    PrintStream jobsOut = session.json() ? printer.err() : printer.out();
    Job job = follower(id, jobsOut, longest, starts).follow();
    if (session.json()) {
      printer.json(JobFields.of(job));
    }
    if (job.state() != JobState.SUCCEEDED && !plainExit(job)) {
      printer.notice(JobFormat.ending(job));
    }
    return JobFormat.exitCode(job);
  }

  /** Whether the exit code says it all: the command itself chose it, and it is none of ours. */
  private static boolean plainExit(Job job) {
    Attempt last = job.lastAttempt().orElse(null);
    if (last == null || !last.outcome().equals(Optional.of(Outcome.FAILED))) {
      return false;
    }
    int code = last.exitCode();
    return code > 0
        && code < SIGNALLED
        && code != ExitCode.TIMED_OUT
        && code != ExitCode.NOT_STARTED
        && job.reason().equals("exit code " + code);
  }

  private JobFollower follower(JobId id, PrintStream jobsOut, Duration longest, boolean starts) {
    String whenOver =
        "when the daemon runs again: desaster wait %s, desaster logs %s".formatted(id, id);
    Outage outage = Outage.limited(session, "job " + id, longest, starts, whenOver);
    return new JobFollower(session, id, jobsOut, session.printer().err(), outage);
  }

  private JobSpec spec() throws IOException {
    String here = session.address().local() ? surroundingDirectory() : "";
    byte[] input = stdin ? session.in().readAllBytes() : null;
    byte[] payload =
        options.kind().equals("shell")
            ? options.shellPayload(command, session.surroundings().environment(), here, input)
            : String.join(" ", command).getBytes(StandardCharsets.UTF_8);
    JobSpec.Builder spec = options.spec(payload).toBuilder();
    if (!options.hasId()) {
      spec.id(JobId.next(System.currentTimeMillis()));
    }
    if (!options.hasRetry()) {
      spec.retry(RetryPolicy.NONE);
    }
    return spec.build();
  }

  private String surroundingDirectory() {
    return session.surroundings().workingDirectory().toString();
  }

  private void cancelOnInterrupt(JobId id) {
    AtomicBoolean asked = new AtomicBoolean();
    session.onInterrupt(
        () -> {
          if (!asked.compareAndSet(false, true)) {
            Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
          }
          session.printer().notice("cancelling job " + id + "; once more leaves it alone");
          session.desaster().jobs().cancel(id);
        });
  }
}
