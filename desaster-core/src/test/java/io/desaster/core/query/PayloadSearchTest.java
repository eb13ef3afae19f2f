/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.JobFilter;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobPage;
import io.desaster.api.job.JobQuery;
import io.desaster.api.job.JobSpec;
import io.desaster.core.forecast.Experience;
import io.desaster.core.scheduler.SchedulerRig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** The copy's thread and the one that reads, turn by turn. */
class PayloadSearchTest {
  private static final int LARGE = 9_000;

  private final ArrayDeque<Runnable> copyTasks = new ArrayDeque<>();
  private final ArrayDeque<Runnable> readerTasks = new ArrayDeque<>();
  private final SchedulerRig rig = SchedulerRig.withSlots(1);

  private CommittedCopy copy() {
    return new CommittedCopy(rig.state(), new Experience(), null, copyTasks::add, readerTasks::add);
  }

  private JobId submit(String text) {
    return rig.submit(JobSpec.of("shell", "x".repeat(LARGE - text.length()) + text));
  }

  private static CompletableFuture<JobPage> list(CommittedCopy copy, String filter) {
    JobQuery query = new JobQuery(JobFilter.parse(filter), JobQuery.Sort.SUBMITTED, false, 10, "");
    return copy.list(query).toCompletableFuture();
  }

  private static void drain(ArrayDeque<Runnable> tasks) {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  @Test
  void shouldReadSliceBySliceWhileTheCopyAnswersOthers() {
    JobId wanted = submit("needle");
    for (int i = 0; i < 1_000; i++) {
      submit("hay");
    }
    CommittedCopy copy = copy();
    CompletableFuture<JobPage> found = list(copy, "text~needle");
    drain(copyTasks);
    int slices = 0;
    while (!readerTasks.isEmpty()) {
      assertThat(found).isNotDone();
      readerTasks.poll().run();
      slices++;

      CompletableFuture<JobPage> other = list(copy, "state=running");
      drain(copyTasks);
      assertThat(other.join().matched()).isEqualTo(1);
    }

    assertThat(found.join().jobs()).extracting(job -> job.id()).containsExactly(wanted);
    assertThat(slices).isGreaterThan(2);
  }

  @Test
  void shouldReadOnlyWhatMatchesOtherwise() {
    submit("needle");
    CommittedCopy copy = copy();
    CompletableFuture<JobPage> none = list(copy, "text~needle state=failed");
    drain(copyTasks);

    assertThat(readerTasks).isEmpty();
    assertThat(none.join().jobs()).isEmpty();
  }

  @Test
  void shouldLetSearchesTakeTurns() {
    submit("needle");
    for (int i = 0; i < 1_000; i++) {
      submit("hay");
    }
    JobId tagged = rig.submit(JobSpec.of("shell", "x".repeat(LARGE)).key("one"));
    CommittedCopy copy = copy();
    CompletableFuture<JobPage> large = list(copy, "text~needle");
    CompletableFuture<JobPage> small = list(copy, "text~x key=one");
    drain(copyTasks);

    readerTasks.poll().run();
    readerTasks.poll().run();
    drain(copyTasks);

    assertThat(small.join().jobs()).extracting(job -> job.id()).containsExactly(tagged);
    assertThat(large).isNotDone();
  }

  @Test
  void shouldRefuseMoreSearchesThanItCanHold() {
    submit("needle");
    CommittedCopy copy = copy();
    List<CompletableFuture<JobPage>> searches = new ArrayList<>();
    for (int i = 0; i < 17; i++) {
      searches.add(list(copy, "text~needle"));
    }
    drain(copyTasks);
    assertThat(searches.get(16)).isCompletedExceptionally();
    searches
        .get(16)
        .handle(
            (page, failure) -> {
              DesasterException refusal =
                  (DesasterException)
                      (failure instanceof CompletionException ? failure.getCause() : failure);
              assertThat(refusal.code()).isEqualTo(ErrorCode.FULL);
              return null;
            })
        .join();

    drain(readerTasks);
    drain(copyTasks);
    searches.subList(0, 16).forEach(search -> assertThat(search.join().matched()).isEqualTo(1));
    CompletableFuture<JobPage> again = list(copy, "text~needle");
    drain(copyTasks);
    drain(readerTasks);
    drain(copyTasks);
    assertThat(again.join().matched()).isEqualTo(1);
  }
}
