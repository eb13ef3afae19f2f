/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.core.scheduler.SchedulerRig;
import io.desaster.core.state.JobRecord;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunTimesTest {
  private static final int DRAWS = 2000;

  private final JobRecord job = job();

  private static JobRecord job() {
    SchedulerRig rig = SchedulerRig.withSlots(1);
    JobId id = rig.submit(JobSpec.shell("true"));
    return rig.state().job(id.high(), id.low());
  }

  /** Of futures of their own, how much longer a job runs that has run so long. */
  private int[] rests(long elapsedMillis, long timeoutMillis, int... history) {
    return IntStream.range(0, DRAWS)
        .map(seed -> runTimes(seed, history).drawRest(job, 0, timeoutMillis, elapsedMillis))
        .sorted()
        .toArray();
  }

  private static RunTimes runTimes(int seed, int... values) {
    History history = new History();
    Arrays.stream(values).forEach(history::add);
    return new RunTimes(List.of(history), new SplittableRandom(seed));
  }

  @Test
  void shouldEndAJobAtItsTimeout() {
    assertThat(runTimes(1, 10_000).draw(job, 0, 3000)).isEqualTo(3000);
    assertThat(runTimes(1, 10_000).draw(job, 0, 0)).isEqualTo(10_000);
    assertThat(rests(1000, 3000, 10_000)).containsOnly(2000);
  }

  @Test
  void shouldDrawTheRestFromLongerRunsOnly() {
    int[] rests = rests(1000, 0, 1000, 5000, 1000, 5000, 1000, 5000, 1000, 5000);

    // A sample that happens to have no longer one has a tail instead.
    assertThat(Arrays.stream(rests).filter(rest -> rest == 4000).count())
        .isGreaterThan(DRAWS * 9 / 10);
  }

  @Test
  void shouldGiveAJobThatRunsLongerThanAnyBeforeHalfItsTimeAgain() {
    int[] rests = rests(2000, 0, 1000, 1000, 1000);

    assertThat(rests[0]).isNotNegative();
    assertThat((double) rests[DRAWS / 2]).isCloseTo(1000, within(100.0));
  }
}
