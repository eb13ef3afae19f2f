/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.desaster.api.job.JobState;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class ArchivedJobsTest {
  private static final JobState[] FINISHED = {
    JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED
  };

  private final ArchivedLines lines = new ArchivedLines();
  private final ArchivedJobs jobs = new ArchivedJobs();
  private final Random random = new Random(1);
  private long made;

  /** Reads one back that was written, which is how all but a running state come to one. */
  private ArchivedJob make() {
    Output out = new Output(64);
    long high = random.nextLong();
    boolean given = random.nextBoolean();
    out.writeLong(high);
    out.writeLong(++made);
    out.writeVarint(1 + random.nextInt(3));
    JobState state = FINISHED[random.nextInt(FINISHED.length)];
    out.writeByte(ArchivedBlock.flags(state, given));
    out.writeVarint(made * 10);
    if (given) {
      out.writeLong(made * 7);
    }
    ArchivedJob job = lines.read(new Input(out.array(), 0, out.size()));
    Output again = new Output(64);
    job.encode(again);
    assertThat(again.buffer()).isEqualTo(out.buffer());
    return job;
  }

  private static List<ArchivedJob> all(ArchivedJobs of) {
    List<ArchivedJob> all = new ArrayList<>();
    of.forEach(all::add);
    return all;
  }

  private static List<ArchivedJob> all(Iterator<ArchivedJob> of) {
    List<ArchivedJob> all = new ArrayList<>();
    of.forEachRemaining(all::add);
    return all;
  }

  private static void requireHolds(ArchivedJobs of, List<ArchivedJob> wanted) {
    assertThat(all(of)).containsExactlyInAnyOrderElementsOf(wanted);
    assertThat(of.size()).isEqualTo(wanted.size());
    for (ArchivedJob job : wanted) {
      assertThat(of.get(job.high(), job.low())).isEqualTo(job);
      assertThat(of.has(job)).isTrue();
    }
  }

  @RepeatedTest(8)
  void shouldHoldWhatWasAddedAndNotRemoved(RepetitionInfo repetition) {
    random.setSeed(repetition.getCurrentRepetition());
    List<ArchivedJob> held = new ArrayList<>();
    List<ArchivedJob> gone = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      // At times there are more and more of them, at times fewer.
      if (held.isEmpty() || random.nextInt(100) < (step / 4_000 % 2 == 0 ? 80 : 20)) {
        boolean again = !gone.isEmpty() && random.nextInt(4) == 0;
        ArchivedJob job = again ? gone.remove(random.nextInt(gone.size())) : make();
        jobs.add(job);
        held.add(job);
      } else {
        ArchivedJob job = held.remove(random.nextInt(held.size()));
        assertThat(jobs.remove(job.high(), job.low())).isEqualTo(job);
        assertThat(jobs.get(job.high(), job.low())).isNull();
        assertThat(jobs.has(job)).isFalse();
        assertThat(jobs.remove(job.high(), job.low())).isNull();
        gone.add(job);
      }
    }
    requireHolds(jobs, held);
    ArchivedJobs copy = jobs.copy();
    final Iterator<ArchivedJob> picture = jobs.picture();
    final List<ArchivedJob> then = List.copyOf(held);
    for (ArchivedJob job : then) {
      jobs.remove(job.high(), job.low());
    }
    ArchivedJob other = make();
    jobs.add(other);
    requireHolds(jobs, List.of(other));
    requireHolds(copy, then);
    assertThat(all(picture)).containsExactlyInAnyOrderElementsOf(then);
  }

  @Test
  void shouldTellWhereRecordsAreToAllWhoHaveTheJob() {
    ArchivedJob job = make();
    jobs.add(job);
    ArchivedJobs copy = jobs.copy();
    job.settle(77);
    assertThat(copy.get(job.high(), job.low()).place()).isEqualTo(77);
  }

  @Test
  void shouldRefuseAnIdTwice() {
    ArchivedJob job = make();
    jobs.add(job);
    assertThatThrownBy(() -> jobs.add(job)).hasMessageContaining(job.id().toString());
  }
}
