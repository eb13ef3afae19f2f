/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.error.DesasterException;
import io.desaster.api.job.Durations;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobId;
import io.desaster.api.wire.JobFields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wait}: until jobs are finished. */
@Command(
    name = "wait",
    header = "Waits for jobs to finish",
    description = "Exits with 0 if all succeeded, with 1 if one did not, with 124 if time is over.")
final class WaitCommand implements Callable<Integer> {
  private static final Duration STEP = Duration.ofSeconds(1);
  private static final long NOTICED_SECONDS = 5;

  private final Session session;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "waits so long at most, 90s or 2h")
  private String timeout;

  @Parameters(paramLabel = "ID", arity = "1..*", description = "the jobs")
  private List<String> jobs;

  WaitCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    return await(jobs, timeout);
  }

  int await(List<String> ids, String longest) {
    long end =
        longest == null ? Long.MAX_VALUE : System.nanoTime() + Durations.parse(longest).toNanos();
    Map<JobId, Job> finished = new LinkedHashMap<>();
    List<JobId> waiting = new ArrayList<>(ids.stream().map(JobId::parse).toList());
    Outage outage = new Outage(session, "what you wait for");
    ProgressLine line = new ProgressLine(session.printer().err(), session.printer().terminal());
    while (!waiting.isEmpty()) {
      long left = end == Long.MAX_VALUE ? Long.MAX_VALUE : end - System.nanoTime();
      if (left <= 0) {
        line.clear();
        session
            .printer()
            .notice("time is over; " + Texts.plural(waiting.size(), "job") + " not finished");
        return ExitCode.TIMED_OUT;
      }
      Duration step = left < STEP.toNanos() ? Duration.ofNanos(left) : STEP;
      Job job = await(waiting.get(0), step, outage);
      if (job != null && job.state().finished()) {
        finished.put(job.id(), job);
        waiting.remove(0);
      }
      line.show(progress(job, finished.size(), ids.size()));
    }
    line.clear();
    return report(finished);
  }

  private Job await(JobId id, Duration step, Outage outage) {
    try {
      Job job = session.get(session.desaster().jobs().await(id, step), NOTICED_SECONDS);
      outage.over();
      return job;
    } catch (DesasterException | CliException e) {
      outage.endure(e);
      return null;
    }
  }

  private static String progress(Job job, int finished, int all) {
    int percent = 100 * finished / all;
    if (all == 1 && job != null) {
      percent = job.state().finished() ? 100 : job.progress().percent();
      return ProgressLine.bar(percent, Texts.word(job.state()) + " " + job.progress().text());
    }
    return ProgressLine.bar(percent, finished + " of " + all + " jobs");
  }

  private int report(Map<JobId, Job> finished) {
    int exitCode = ExitCode.OK;
    for (Job job : finished.values()) {
      if (session.json()) {
        session.printer().json(JobFields.of(job));
      }
      if (JobFormat.exitCode(job) != ExitCode.OK) {
        exitCode = ExitCode.FAILED;
        session.printer().notice(JobFormat.ending(job));
      }
    }
    return exitCode;
  }
}
