/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.state.JobRecord;
import io.desaster.core.state.State;

/** A job was accepted; it is QUEUED, SCHEDULED or BLOCKED. */
public record JobSubmitted(JobRecord job) implements WholeJob {
  static final int TYPE = 1;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void apply(State state, long atMillis) {
    state.put(job);
  }
}
