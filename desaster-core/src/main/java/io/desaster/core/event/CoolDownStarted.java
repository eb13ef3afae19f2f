/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.api.job.JobId;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.CoolDowns;
import io.desaster.core.state.State;

/**
 * A key is blocked.
 *
 * @param until milliseconds since 1970; {@link Long#MAX_VALUE}: until its holder has ended and
 *     longer
 */
public record CoolDownStarted(int queueId, String key, long high, long low, long until)
    implements Event {
  static final int TYPE = 16;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    out.writeVarint(queueId);
    out.writeString(key);
    out.writeLong(high);
    out.writeLong(low);
    out.writeVarint(until);
  }

  static CoolDownStarted decode(Input in) {
    return new CoolDownStarted(
        in.readVarint32(), in.readString(), in.readLong(), in.readLong(), in.readVarint());
  }

  @Override
  public void apply(State state, long atMillis) {
    state.coolDowns().put(new CoolDowns.Entry(queueId, key, new JobId(high, low), until));
  }
}
