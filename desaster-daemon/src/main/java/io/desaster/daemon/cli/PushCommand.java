/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.SubmitResult;
import io.desaster.api.wire.JobFields;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code push}: submits and does not wait. */
@Command(
    name = "push",
    header = "Submits a job, or one for each line of stdin, and prints the ids",
    description =
        "One COMMAND word is a line for /bin/sh, several are a program with its arguments; for other"
            + " kinds they are the payload. Without COMMAND each line of stdin is a job, blank"
            + " ones are left out. A refused line is told on stderr and does not stop the others.")
final class PushCommand implements Callable<Integer> {
  private static final int BATCH = 1000;

  private final Session session;

  @Mixin private PushOptionsMixin options;

  @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "what to run")
  private List<String> command = new ArrayList<>();

  PushCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    if (!command.isEmpty()) {
      return submit(Map.of(1L, spec(command))) ? ExitCode.OK : ExitCode.REFUSED;
    }
    if (options.hasId()) {
      throw new CliException(
          ExitCode.USAGE, "push: --id is for one job; give its COMMAND as an argument");
    }
    return submitLines() ? ExitCode.OK : ExitCode.REFUSED;
  }

  private boolean submitLines() throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(session.in(), StandardCharsets.UTF_8));
    Map<Long, JobSpec> batch = new LinkedHashMap<>();
    boolean good = true;
    long number = 1;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (!line.isBlank() || !options.kind().equals("shell")) {
        batch.put(number, spec(List.of(line)));
      }
      number++;
      if (batch.size() == BATCH) {
        good &= submit(batch);
        batch.clear();
      }
    }
    return good & submit(batch);
  }

  /** Submits jobs by the numbers of their lines. */
  private boolean submit(Map<Long, JobSpec> specs) {
    if (specs.isEmpty()) {
      return true;
    }
    boolean good = true;
    Iterator<Long> numbers = specs.keySet().iterator();
    List<JobSpec> all = List.copyOf(specs.values());
    for (SubmitResult result : session.get(session.desaster().submitAll(all))) {
      long line = numbers.next();
      if (result.refusal() != null) {
        good = false;
        session
            .printer()
            .notice((command.isEmpty() ? "line " + line + ": " : "") + result.refusal());
      } else if (session.json()) {
        session.printer().json(JobFields.of(result.submission()));
      } else {
        session.printer().line(result.submission().id().toString());
      }
    }
    return good;
  }

  private JobSpec spec(List<String> words) {
    byte[] payload =
        options.kind().equals("shell")
            ? options.shellPayload(words, session.surroundings().environment(), "", null)
            : String.join(" ", words).getBytes(StandardCharsets.UTF_8);
    JobSpec spec = options.spec(payload);
    return options.hasId() ? spec : spec.withId(JobId.next(System.currentTimeMillis()));
  }
}
