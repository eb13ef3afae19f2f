/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.log.Output;
import io.desaster.core.state.JobRecord;

/** An event that carries all of a job: its record stands in the journal as it is. */
sealed interface WholeJob extends Event permits JobSubmitted, JobRestored, JobRecalled {
  JobRecord job();

  @Override
  default int weight() {
    return 64 + job().payloadBytes();
  }

  @Override
  default void encode(Output out) {
    job().encode(out);
  }
}
