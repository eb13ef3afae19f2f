/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.api.job.JobOptions;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.OptionsCodec;
import io.desaster.core.state.State;

/** Label, node, priority or tags of a job changed; it keeps its place. */
public record JobOptionsChanged(long high, long low, JobOptions options) implements Event {
  static final int TYPE = 10;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    out.writeLong(high);
    out.writeLong(low);
    OptionsCodec.encode(options, out);
  }

  static JobOptionsChanged decode(Input in) {
    return new JobOptionsChanged(in.readLong(), in.readLong(), OptionsCodec.decode(in));
  }

  @Override
  public void apply(State state, long atMillis) {
    state.put(state.job(high, low).withOptions(options));
  }
}
