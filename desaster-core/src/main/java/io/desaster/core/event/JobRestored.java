/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.state.JobRecord;
import io.desaster.core.state.State;

/** A bulk operation was taken back: the job is as it was before. */
public record JobRestored(JobRecord job) implements WholeJob {
  static final int TYPE = 11;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void apply(State state, long atMillis) {
    state.put(job);
  }
}
