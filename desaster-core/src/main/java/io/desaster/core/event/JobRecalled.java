/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.state.JobRecord;
import io.desaster.core.state.State;

/** An archived job is on the heap again, because something is to be done to it. */
public record JobRecalled(JobRecord job) implements WholeJob {
  static final int TYPE = 34;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void apply(State state, long atMillis) {
    state.recall(job);
  }
}
