/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.State;

/** An archived job is on the heap again, because something is to be done to it. */
public record JobRecalled(JobRecord job) implements Event {
  static final int TYPE = 34;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public int weight() {
    return 64 + job.payloadBytes();
  }

  @Override
  public void encode(Output out) {
    job.encode(out);
  }

  static JobRecalled decode(Input in) {
    return new JobRecalled(JobRecord.decode(in));
  }

  @Override
  public void apply(State state, long atMillis) {
    state.recall(job);
  }
}
