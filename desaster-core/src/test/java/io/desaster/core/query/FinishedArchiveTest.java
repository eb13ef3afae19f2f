/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.Job;
import io.desaster.api.job.JobFilter;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobOptions;
import io.desaster.api.job.JobPage;
import io.desaster.api.job.JobQuery;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.queue.QueueSettings;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.event.JobForgotten;
import io.desaster.core.log.ArchiveFiles;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.Archive;
import io.desaster.core.state.ArchivedJob;
import io.desaster.core.state.Course;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.QueueRecord;
import io.desaster.core.state.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The copy's thread and the disk's, turn by turn, over real files. */
class FinishedArchiveTest {
  private static final long START = 1_700_000_000_000L;
  private static final int FILE_BYTES = 4_000;

  @TempDir Path dir;

  private final ArrayDeque<Runnable> copyTasks = new ArrayDeque<>();
  private final ArrayDeque<Runnable> diskTasks = new ArrayDeque<>();
  private final Random random = new Random(1);
  private ArchiveFiles files;
  private State state;
  private CommittedCopy copy;
  private long order;

  @BeforeEach
  void open() throws IOException {
    files = ArchiveFiles.open(dir, FILE_BYTES);
    FinishedArchive archive = new FinishedArchive(files, failure -> {}, 0);
    CommittedState committed = new CommittedState(new Disciplines(), archive, null);
    state = committed.state();
    copy = new CommittedCopy(committed, archive, null, copyTasks::add, diskTasks::add);
    state.put(new QueueRecord(1, "q", "shell", QueueSettings.DEFAULT, null, false, START));
  }

  /** A finished job with a time of submission and end, and maybe an id of its submitter. */
  private JobRecord finished(long submittedAt, long endedAt, boolean idGiven, String text) {
    JobId id =
        idGiven
            ? JobId.hashOf(("id" + order).getBytes(StandardCharsets.UTF_8))
            : JobId.of(submittedAt, random.nextLong(), random.nextLong());
    JobOptions options =
        JobSpec.shell("true")
            .priority((int) (order % 8))
            .tags(List.of("t" + order % 3))
            .build()
            .options();
    JobRecord job =
        JobRecord.submitted(
                id,
                idGiven,
                1,
                text.getBytes(StandardCharsets.UTF_8),
                options,
                JobState.QUEUED,
                submittedAt,
                ++order,
                submittedAt)
            .in(
                order % 4 == 0 ? JobState.FAILED : JobState.SUCCEEDED,
                order,
                endedAt,
                Course.NEW.withReason("r" + order));
    state.put(job);
    return job;
  }

  private ArchivedJob archive(JobRecord job) {
    return state.archive(job);
  }

  private void settle() {
    while (!copyTasks.isEmpty() || !diskTasks.isEmpty()) {
      Runnable task = copyTasks.isEmpty() ? diskTasks.poll() : copyTasks.poll();
      task.run();
    }
  }

  private <T> T get(CompletableFuture<T> answer) {
    settle();
    return answer.join();
  }

  private JobPage list(JobQuery query) {
    return get(copy.list(query).toCompletableFuture());
  }

  private List<JobRecord> some(int number, String text) {
    List<JobRecord> jobs = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      long submittedAt = START + random.nextInt(1_000);
      jobs.add(finished(submittedAt, submittedAt + random.nextInt(500), i % 5 == 0, text + i));
    }
    return jobs;
  }

  @ParameterizedTest
  @EnumSource(JobQuery.Sort.class)
  void shouldListThePagesAsIfNothingWereArchived(JobQuery.Sort sort) {
    List<JobRecord> jobs = some(300, "payload");
    for (String filter : List.of("", "state=failed", "tag=t1", "state=succeeded text~7")) {
      for (boolean descending : new boolean[] {true, false}) {
        JobQuery first = new JobQuery(JobFilter.parse(filter), sort, descending, 7, "");
        List<JobPage> wanted = pages(first);

        List<JobRecord> gone = jobs.subList(0, 250);
        gone.forEach(this::archive);
        if (descending) {
          // Else those that are not written yet are listed.
          settle();
        }
        List<JobPage> found = pages(first);
        gone.forEach(state::recall);

        assertThat(found).usingRecursiveComparison().isEqualTo(wanted);
      }
    }
  }

  private List<JobPage> pages(JobQuery first) {
    List<JobPage> pages = new ArrayList<>();
    JobQuery query = first;
    do {
      JobPage page = list(query);
      pages.add(page);
      query =
          new JobQuery(
              query.filter(), query.sort(), query.descending(), query.limit(), page.next());
    } while (!query.cursor().isEmpty());
    return pages;
  }

  @Test
  void shouldReadOnlyWhatTheNewestPageNeeds() {
    some(20_000, "x").forEach(this::archive);
    settle();
    CompletableFuture<JobPage> page =
        copy.list(JobQuery.newest(JobFilter.parse("state=succeeded"), 10)).toCompletableFuture();
    int slices = 0;
    while (!page.isDone()) {
      while (!copyTasks.isEmpty()) {
        copyTasks.poll().run();
      }
      if (!diskTasks.isEmpty()) {
        diskTasks.poll().run();
        slices++;
      }
    }

    assertThat(page.join().matched()).isEqualTo(15_000);
    assertThat(slices).isLessThanOrEqualTo(3);
  }

  @Test
  void shouldSelectArchivedJobsForBulkWorkOldestFirst() {
    List<JobRecord> jobs = some(100, "x");
    jobs.subList(0, 60).forEach(this::archive);
    settle();
    for (String filter : List.of("state=failed", "state=failed tag=t1")) {
      long[] ids = get(copy.select(JobFilter.parse(filter)));
      List<JobId> found = new ArrayList<>();
      for (int i = 0; i < ids.length; i += 2) {
        found.add(new JobId(ids[i], ids[i + 1]));
      }

      List<JobRecord> wanted = new ArrayList<>(jobs);
      wanted.removeIf(job -> job.state() != JobState.FAILED);
      wanted.removeIf(job -> filter.contains("t1") && !job.options().tags().contains("t1"));
      List<JobId> archived =
          new ArrayList<>(
              wanted.stream()
                  .filter(job -> jobs.indexOf(job) < 60)
                  .sorted(Comparator.comparingLong(JobRecord::at))
                  .map(JobRecord::id)
                  .toList());
      assertThat(found)
          .containsExactlyInAnyOrderElementsOf(wanted.stream().map(JobRecord::id).toList());
      assertThat(
              found.stream()
                  .map(id -> job(jobs, id))
                  .filter(job -> jobs.indexOf(job) < 60)
                  .map(JobRecord::at))
          .isSorted();
      assertThat(found.subList(0, archived.size())).containsAll(archived);
    }
  }

  private static JobRecord job(List<JobRecord> jobs, JobId id) {
    return jobs.stream().filter(job -> job.id().equals(id)).findFirst().orElseThrow();
  }

  @Test
  void shouldFindExplainAndAwaitArchivedJobs() {
    JobRecord job = finished(START, START + 5, false, "payload");
    Job before = get(copy.find(job.id()).toCompletableFuture()).orElseThrow();
    archive(job);
    for (int round = 0; round < 2; round++) {
      // First before it is written, then from the file.
      Job found = get(copy.find(job.id()).toCompletableFuture()).orElseThrow();
      assertThat(found).usingRecursiveComparison().isEqualTo(before);
      assertThat(get(copy.await(job.id())).state()).isEqualTo(JobState.SUCCEEDED);
      assertThat(get(copy.explain(job.id()).toCompletableFuture()))
          .singleElement()
          .asString()
          .contains("SUCCEEDED at", "r1");
    }
    assertThat(state.archived(job.high(), job.low()).place()).isNotZero();
  }

  /** A snapshot is written and safe. */
  private void snapshot() {
    State read = written(get(copy.snapshot().toCompletableFuture()));
    read.forEachArchived(job -> requireReadable(job));
  }

  /** What the snapshot holds, after it was written. */
  private State written(StateSnapshot snapshot) {
    try {
      CommittedState readBack = new CommittedState(new Disciplines(), Archive.NONE, null);
      for (Output out = new Output(1024); snapshot.next(out); out = new Output(1024)) {
        readBack.readSnapshot(new Input(out.array(), 0, out.size()));
      }
      snapshot.written(-1, new long[0]);
      settle();
      State read = readBack.state();
      assertThat(read.archivedCount()).isEqualTo(state.archivedCount());
      return read;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void requireReadable(ArchivedJob job) {
    assertThat(get(copy.recall(List.of(job)))).doesNotContainNull();
  }

  @Test
  void shouldKeepAFileThatIsFilledWhileASnapshotIsTaken() {
    List<ArchivedJob> jobs = some(200, "x".repeat(50)).stream().map(this::archive).toList();
    // The first is written alone, the others came meanwhile.
    diskTasks.poll().run();
    while (!copyTasks.isEmpty()) {
      copyTasks.poll().run();
    }
    CompletableFuture<StateSnapshot> taken = copy.snapshot().toCompletableFuture();
    // The files are full before the snapshot is taken, the places are known after it.
    diskTasks.poll().run();
    assertThat(files.full()).isNotEmpty();

    written(get(taken));
    jobs.forEach(this::requireReadable);
  }

  @Test
  void shouldDeleteFilesThatNoSnapshotNeedsAndEmptyThoseThatHoldLittle() {
    List<JobRecord> jobs = some(1_000, "x".repeat(50));
    jobs.forEach(this::archive);
    settle();
    long full = files.bytes();
    snapshot();
    assertThat(files.bytes()).isEqualTo(full);

    for (int i = 0; i < jobs.size(); i++) {
      if (i % 10 != 0) {
        new JobForgotten(jobs.get(i).high(), jobs.get(i).low(), 0, 0).apply(state, START);
      }
    }
    snapshot();
    // What is to be moved is known after one snapshot, moved at the next, let go at a third.
    snapshot();
    snapshot();

    assertThat(files.bytes()).isLessThan(full / 4);
    for (int i = 0; i < jobs.size(); i += 10) {
      ArchivedJob job = state.archived(jobs.get(i).high(), jobs.get(i).low());
      JobRecord read = get(copy.recall(List.of(job))).get(0);
      assertThat(read.course().reason()).isEqualTo(jobs.get(i).course().reason());
    }
  }
}
