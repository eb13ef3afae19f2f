/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.JobId;

/** The same with all finished jobs archived at once: nobody must see a difference. */
class ArchivedRetentionTest extends RetentionTest {
  ArchivedRetentionTest() {
    rig.archiving();
  }

  /** Of an archived job it is not known whether it ever ran. */
  @Override
  void requireReleased(JobId succeeded, JobId failed, JobId cancelled) {
    assertThat(rig.released()).containsExactlyInAnyOrder(succeeded, failed, cancelled);
  }
}
