/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.node;

import io.desaster.api.job.JobId;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.ResourceUse;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.api.spi.AttemptOrder;
import io.desaster.api.spi.Worker;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A worker whose attempts end as soon as they start, with the outcome a function gives them. */
public class InstantWorker implements Worker {
  private final Function<AttemptOrder, Outcome> work;
  private Host host;

  public InstantWorker(Function<AttemptOrder, Outcome> work) {
    this.work = work;
  }

  @Override
  public String kind() {
    return "test";
  }

  @Override
  public boolean durable() {
    return false;
  }

  @Override
  public CompletionStage<List<Found>> open(Host to) {
    host = to;
    return CompletableFuture.completedFuture(List.of());
  }

  @Override
  public void check(byte[] payload) {
    if (payload.length == 0) {
      throw new IllegalArgumentException("a test job needs a payload, and it is empty");
    }
  }

  @Override
  public void start(AttemptOrder order) {
    Outcome outcome = work.apply(order);
    if (outcome != null) {
      host.ended(
          new AttemptEnd(
              order.job(),
              order.attempt(),
              outcome,
              -1,
              "",
              AttemptEnd.NO_RESULT,
              0,
              0,
              ResourceUse.NONE));
    }
  }

  @Override
  public void end(JobId job, int attempt, long graceMillis, String reason) {
    host.ended(
        new AttemptEnd(
            job,
            attempt,
            Outcome.CANCELLED,
            -1,
            reason,
            AttemptEnd.NO_RESULT,
            0,
            0,
            ResourceUse.NONE));
  }

  @Override
  public void release(JobId job) {}

  @Override
  public CompletionStage<Output> output(
      JobId job, int attempt, boolean error, long offset, int bytesMax) {
    return CompletableFuture.completedFuture(new Output(0, new byte[0], 0, -1, -1, true));
  }

  @Override
  public void close() {}
}
