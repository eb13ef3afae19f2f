/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.State;

/** A bulk operation was taken back: the job is as it was before. */
public record JobRestored(JobRecord job) implements Event {
  static final int TYPE = 11;

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

  static JobRestored decode(Input in) {
    return new JobRestored(JobRecord.decode(in));
  }

  @Override
  public void apply(State state, long atMillis) {
    state.put(job);
  }
}
