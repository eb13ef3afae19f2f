/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.client;

import static io.desaster.daemon.client.ServedNode.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.event.DesasterEvent;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobFilter;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobQuery;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Submission;
import io.desaster.client.DesasterClient;
import io.desaster.client.RemoteWorker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is under way when the daemon goes and comes back. */
@Timeout(120)
class RestartTest {
  @TempDir Path directory;
  private ServedNode served;
  private DesasterClient client;

  @BeforeEach
  void start() {
    served = new ServedNode(directory);
    client = DesasterClient.builder(served.uri()).retryFor(Duration.ofSeconds(60)).connect();
  }

  @AfterEach
  void stop() {
    client.close();
    served.close();
  }

  private void restart() {
    served.stop();
    served.start();
  }

  @Test
  void shouldSubmitEachJobOnceWhateverIsLost() {
    List<CompletionStage<Submission>> submits = new ArrayList<>();
    for (int restarts = 0; restarts < 3; restarts++) {
      for (int i = 0; i < 3_000; i++) {
        submits.add(client.submit(JobSpec.of("remote", "x").build()));
      }
      restart();
    }

    Set<JobId> acknowledged = new HashSet<>();
    submits.forEach(submit -> assertThat(acknowledged.add(get(submit).id())).isTrue());
    Set<JobId> there = new HashSet<>();
    get(client.jobs().list(JobQuery.newest(JobFilter.ALL, 10_000)))
        .jobs()
        .forEach(job -> there.add(job.id()));
    assertThat(there).isEqualTo(acknowledged);
  }

  @Test
  void shouldGoOnWaitingForAJob() {
    JobId id = get(client.submit(JobSpec.of("remote", "x").build())).id();
    CompletionStage<Job> waiting = client.jobs().await(id, Duration.ofMinutes(5));

    restart();

    get(client.jobs().cancel(id));
    assertThat(get(waiting).state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void shouldGoOnListeningAndTellThatEventsMayBeMissing() throws InterruptedException {
    BlockingQueue<DesasterEvent> events = new LinkedBlockingQueue<>();
    client.events().subscribe("job.heard.*", events::add);
    JobId before = get(client.submit(JobSpec.of("remote", "x").queue("heard").build())).id();
    assertThat(events.poll(20, TimeUnit.SECONDS).subject()).isEqualTo(before.toString());

    restart();

    assertThat(events.poll(20, TimeUnit.SECONDS).topic()).isEqualTo("events.lost");
    JobId after = get(client.submit(JobSpec.of("remote", "x").queue("heard").build())).id();
    assertThat(events.poll(20, TimeUnit.SECONDS).subject()).isEqualTo(after.toString());
  }

  @Test
  void shouldTellTheEndOfWhatRanMeanwhileAndGoOnWorking() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    try (RemoteWorker worker =
        client
            .worker("w1")
            .hands(4)
            .handler(
                "*",
                context -> {
                  running.countDown();
                  mayEnd.await();
                  return null;
                })
            .start()) {
      JobId id = get(client.submit(JobSpec.of("remote", "x").build())).id();
      running.await();

      served.stop();
      mayEnd.countDown();
      served.start();

      Job job = get(client.jobs().await(id, Duration.ofSeconds(30)));
      assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
      assertThat(job.attempts()).hasSize(1);
      JobId next = get(client.submit(JobSpec.of("remote", "x").build())).id();
      assertThat(get(client.jobs().await(next, Duration.ofSeconds(30))).state())
          .isEqualTo(JobState.SUCCEEDED);
    }
  }

  @Test
  void shouldGoOnTellingWhatIsExpectedOfWaitingJobs() throws Exception {
    BlockingQueue<DesasterEvent> events = new LinkedBlockingQueue<>();
    client.events().subscribe("eta.mail.*", events::add);
    JobId id = get(client.submit(JobSpec.of("remote", "x").queue("mail").build())).id();

    for (int restarts = 0; restarts < 2; restarts++) {
      DesasterEvent event = events.take();
      while (!event.topic().equals("eta.mail." + id)) {
        event = events.take();
      }
      assertThat(event.subject()).isEqualTo(id.toString());
      assertThat(event.eta().unknown())
          .isEqualTo("no worker is known that takes jobs of kind remote");
      events.clear();
      restart();
    }
  }
}
