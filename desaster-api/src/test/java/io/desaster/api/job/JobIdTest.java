/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobIdTest {
  private static final long NOW = 1_800_000_000_000L;

  @Test
  void shouldMakeIdsThatAscendWithinAMillisecondAndBeyond() {
    List<JobId> ids = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      ids.add(JobId.next(NOW));
    }
    ids.add(JobId.next(NOW - 1));
    ids.add(JobId.next(NOW + 1_000));

    assertThat(ids).isSorted().doesNotHaveDuplicates().allMatch(JobId::timed);
    assertThat(ids.get(0).madeAtMillis()).isEqualTo(NOW);
    assertThat(ids.get(10_001).madeAtMillis()).isEqualTo(NOW + 1_000);
  }
}
