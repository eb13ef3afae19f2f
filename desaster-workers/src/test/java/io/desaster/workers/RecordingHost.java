/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers;

import static org.awaitility.Awaitility.await;

import io.desaster.api.job.JobId;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.api.spi.Worker;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes a worker's reports and keeps them; can be told to refuse some. */
public final class RecordingHost implements Worker.Host {
  public static final Duration PATIENCE = Duration.ofSeconds(60);

  public static final String ROOM = "room";

  private final Queue<AttemptEnd> ends = new ConcurrentLinkedQueue<>();
  private final Queue<String> progress = new ConcurrentLinkedQueue<>();
  private final Queue<String> room = new ConcurrentLinkedQueue<>();
  private final AtomicInteger refusals = new AtomicInteger();

  public void refuseNext(int reports) {
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
  public CompletionStage<Void> noRoom(JobId job, int attempt, String why) {
    room.add(job + " " + why);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void roomAgain() {
    room.add(ROOM);
  }

  /** For each order that was given back its job and why; {@link #ROOM} when there is room. */
  public List<String> room() {
    return List.copyOf(room);
  }

  @Override
  public void progress(JobId job, int attempt, int percent, String text) {
    progress.add(percent + " " + text);
  }

  public List<AttemptEnd> ends() {
    return List.copyOf(ends);
  }

  public List<String> progress() {
    return List.copyOf(progress);
  }

  public List<AttemptEnd> endsOf(JobId job) {
    return ends.stream().filter(end -> end.job().equals(job)).toList();
  }

  public AttemptEnd awaitEnd(JobId job) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> !endsOf(job).isEmpty());
    return endsOf(job).get(0);
  }
}
