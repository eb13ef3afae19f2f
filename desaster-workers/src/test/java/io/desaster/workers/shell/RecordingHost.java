/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.shell;

import static org.awaitility.Awaitility.await;

import io.desaster.api.job.JobId;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.api.spi.Worker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes a worker's reports and keeps them; can be told to refuse some. */
final class RecordingHost implements Worker.Host {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final List<AttemptEnd> ends = new CopyOnWriteArrayList<>();
  private final List<String> progress = new CopyOnWriteArrayList<>();
  private final AtomicInteger refusals = new AtomicInteger();

  void refuseNext(int reports) {
    refusals.set(reports);
  }

  @Override
  public CompletionStage<Void> ended(AttemptEnd end) {
    ends.add(end);
    if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      return CompletableFuture.failedFuture(new IllegalStateException("not committed"));
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void progress(JobId job, int attempt, int percent, String text) {
    progress.add(percent + " " + text);
  }

  List<AttemptEnd> ends() {
    return ends;
  }

  List<String> progress() {
    return progress;
  }

  List<AttemptEnd> endsOf(JobId job) {
    return ends.stream().filter(end -> end.job().equals(job)).toList();
  }

  AttemptEnd awaitEnd(JobId job) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> !endsOf(job).isEmpty());
    return endsOf(job).get(0);
  }
}
