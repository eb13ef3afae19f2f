/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.shell;

import io.desaster.api.job.JobId;
import io.desaster.api.spi.AttemptOrder;
import io.desaster.api.spi.Worker;
import io.desaster.workers.process.ProcessAttempts;
import io.desaster.workers.process.ProcessOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Runs shell jobs through the launcher; they go on when this process stops or is killed. */
public final class ShellWorker implements Worker {
  public static final String KIND = "shell";

  private final ProcessAttempts attempts;

  /**
   * @param runDirectory holds the attempts' files; of this node alone; created if absent
   */
  public ShellWorker(Path runDirectory, ProcessOptions options) {
    this.attempts =
        new ProcessAttempts(
            runDirectory,
            "desaster-shell",
            options,
            order -> ShellPayload.parse(order.payload()).process());
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public int slotsMax(int cores) {
    return 4 * cores;
  }

  @Override
  public boolean durable() {
    return attempts.durable();
  }

  @Override
  public CompletionStage<List<Found>> open(Host host) {
    return attempts.open(host);
  }

  @Override
  public void check(byte[] payload) {
    ShellPayload.parse(payload);
  }

  @Override
  public void start(AttemptOrder order) {
    attempts.start(order);
  }

  @Override
  public void end(JobId job, int attempt, long graceMillis, String reason) {
    attempts.end(job, attempt, graceMillis, reason);
  }

  @Override
  public void release(JobId job) {
    attempts.release(job);
  }

  @Override
  public CompletionStage<Output> output(
      JobId job, int attempt, boolean error, long offset, int bytesMax) {
    return attempts.output(job, attempt, error, offset, bytesMax);
  }

  @Override
  public void close() {
    attempts.close();
  }
}
