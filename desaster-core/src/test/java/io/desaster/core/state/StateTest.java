/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.queue.QueueSettings;
import io.desaster.core.event.JobsArchived;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StateTest {
  private static final long TIME = 1_764_000_000_000L;

  /** Writes down what it is told of jobs. */
  private static final class Told implements Index {
    private final List<String> lines = new ArrayList<>();

    @Override
    public void jobChanged(JobRecord before, JobRecord after) {
      lines.add("job " + after.order());
    }

    @Override
    public void jobArchived(JobRecord before, ArchivedJob after) {
      lines.add("archived " + (after.at() - TIME));
    }

    @Override
    public void jobUnarchived(ArchivedJob before, JobRecord after) {
      lines.add("unarchived");
    }
  }

  private final State state = new State();
  private final Told told = new Told();

  private void finished(long order, long at, boolean archived) {
    JobRecord job =
        JobRecord.submitted(
                JobId.of(TIME, order, order),
                false,
                1,
                new byte[0],
                JobSpec.shell("true").build().options(),
                JobState.QUEUED,
                TIME,
                order,
                TIME)
            .in(JobState.SUCCEEDED, order, TIME + at, Course.NEW);
    state.put(job);
    if (archived) {
      JobsArchived.of(List.of(job)).apply(state, TIME + at);
    }
  }

  @BeforeEach
  void fill() {
    state.put(new QueueRecord(1, "q", "shell", QueueSettings.DEFAULT, null, false, TIME));
    finished(1, 40, false);
    finished(2, 30, false);
    finished(3, 20, true);
    finished(4, 10, true);
  }

  @Test
  void shouldNotTellAFollowerOfWhatIsArchivedAlready() {
    state.follow(told);
    assertThat(told.lines).containsExactly("job 2", "job 1");

    finished(5, 50, true);
    assertThat(told.lines).containsExactly("job 2", "job 1", "job 5", "archived 50");
  }

  @Test
  void shouldTellTheFollowerOfACopyOfArchivedJobsByTheirEnds() {
    state.copy(told);
    assertThat(told.lines).containsExactly("archived 10", "archived 20", "job 2", "job 1");
  }
}
