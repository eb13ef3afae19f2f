/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.RemoteWork;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobFilter;
import io.desaster.api.job.JobQuery;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RemoteTakesTest {
  private static final int JOBS = 300;

  @Test
  void shouldPutJobsBackWhoseOrderMetAWithdrawnRequest(@TempDir Path directory) throws Exception {
    try (DesasterNode node = DesasterNode.builder().dataDir(directory).start()) {
      AtomicInteger delivered = new AtomicInteger();
      for (int i = 0; i < JOBS; i++) {
        CompletableFuture<List<RemoteWork.Taken>> take = take(node);
        take.thenAccept(orders -> delivered.addAndGet(orders.size()));
        node.submit(JobSpec.of("remote", "x").build());
        spin(i % 50 * 20_000L);
        take.cancel(false);
      }

      // One more take and its answer stand behind whatever was on the way.
      node.submit(JobSpec.of("remote", "x").build());
      delivered.addAndGet(take(node).get(20, TimeUnit.SECONDS).size());
      List<Job> jobs = list(node);
      while (running(jobs) != delivered.get()) {
        jobs = list(node);
      }
      assertThat(jobs).hasSize(JOBS + 1);
      assertThat(jobs)
          .filteredOn(job -> job.state() == JobState.QUEUED)
          .allMatch(job -> job.attempts().isEmpty());
    }
  }

  @Test
  void shouldFillSeveralRequestsOfOneWorkerInOneTurn(@TempDir Path directory) throws Exception {
    try (DesasterNode node = DesasterNode.builder().dataDir(directory).start()) {
      node.queues().create("remote", "remote", Map.of());
      node.queues().pause("remote", "test", "", Optional.empty());
      List<CompletableFuture<List<RemoteWork.Taken>>> takes = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        takes.add(take(node));
        node.submit(JobSpec.of("remote", "x").build());
      }

      node.queues().resume("remote", "test");

      for (CompletableFuture<List<RemoteWork.Taken>> take : takes) {
        RemoteWork.Taken order = take.get(20, TimeUnit.SECONDS).get(0);
        node.remoteWork().done(order.job(), order.attempt(), order.payload());
      }
      node.submit(JobSpec.of("remote", "y").build());
      assertThat(take(node).get(20, TimeUnit.SECONDS)).hasSize(1);
    }
  }

  private static CompletableFuture<List<RemoteWork.Taken>> take(DesasterNode node) {
    return node.remoteWork()
        .take(new RemoteWork.Take("w", List.of(), List.of(), 1, Duration.ofMinutes(1)))
        .toCompletableFuture();
  }

  private static List<Job> list(DesasterNode node) throws Exception {
    return node.jobs()
        .list(JobQuery.newest(JobFilter.ALL, 10_000))
        .toCompletableFuture()
        .get(20, TimeUnit.SECONDS)
        .jobs();
  }

  private static long running(List<Job> jobs) {
    return jobs.stream().filter(job -> job.state() == JobState.RUNNING).count();
  }

  private static void spin(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
