/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.api.job.JobState;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.State;

/**
 * An attempt that had been given up succeeded after all, and with it the job; a newer attempt that
 * runs is superseded.
 */
public record LateSuccess(long high, long low, int attempt, byte[] result) implements Event {
  static final int TYPE = 24;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public int weight() {
    return 64 + result.length;
  }

  @Override
  public void encode(Output out) {
    out.writeLong(high);
    out.writeLong(low);
    out.writeVarint(attempt);
    out.writeBytes(result);
  }

  static LateSuccess decode(Input in) {
    return new LateSuccess(in.readLong(), in.readLong(), in.readVarint32(), in.readBytes());
  }

  @Override
  public void apply(State state, long atMillis) {
    JobRecord job = state.job(high, low);
    state.put(
        job.in(
            JobState.SUCCEEDED,
            job.order(),
            atMillis,
            job.course().lateSuccess(attempt, atMillis, result)));
  }
}
