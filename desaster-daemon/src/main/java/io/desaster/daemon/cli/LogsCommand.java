/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobId;
import io.desaster.api.queue.Sizes;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code logs}: what a job has written. */
@Command(
    name = "logs",
    header = "Prints what a job has written, its stderr on stderr",
    description =
        "Without --attempt that of the latest attempt; with -f of all, until the job ends.")
final class LogsCommand implements Callable<Integer> {
  private final Session session;

  @Option(
      names = {"-f", "--follow"},
      description = "waits for more until the job ends, and exits as it did")
  private boolean follow;

  @Option(names = "--attempt", paramLabel = "NUMBER", description = "of this attempt [the latest]")
  private int attempt;

  @Option(names = "--stdout", description = "stdout only")
  private boolean outOnly;

  @Option(names = "--stderr", description = "stderr only")
  private boolean errOnly;

  @Option(names = "--tail", paramLabel = "SIZE", description = "the last SIZE bytes, such as 4K")
  private String tail;

  @Parameters(paramLabel = "ID", description = "the job")
  private String job;

  LogsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    JobId id = JobId.parse(job);
    PrintStream out = errOnly ? null : session.printer().out();
    PrintStream err = outOnly ? null : session.printer().err();
    if (follow) {
      return JobFormat.exitCode(new JobFollower(session, id, out, err).follow());
    }
    return print(id, attempt);
  }

  /** Prints what is there now of an attempt, 0 for the latest. */
  int print(JobId id, int wanted) {
    PrintStream out = errOnly ? null : session.printer().out();
    PrintStream err = outOnly ? null : session.printer().err();
    Job found =
        session
            .get(session.desaster().jobs().find(id))
            .orElseThrow(() -> new DesasterException(ErrorCode.NOTFOUND, "there is no job " + id));
    int number = wanted > 0 ? wanted : found.attempts().size();
    if (number == 0) {
      session.printer().notice("job " + id + " has not been started: " + found.reason());
      return ExitCode.OK;
    }
    OutputCopier copier = new OutputCopier(session, id, number, out, err);
    if (tail != null) {
      copier.fromEnd(Sizes.parse(tail));
    }
    copier.copy(false, () -> {});
    return ExitCode.OK;
  }
}
