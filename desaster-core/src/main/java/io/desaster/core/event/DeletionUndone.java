/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.ArchivedJob;
import io.desaster.core.state.State;

/**
 * An archived job that an operation had deleted is there again, as the operation found it.
 *
 * @param operation the one that had deleted it
 * @param position which of the jobs it had touched
 */
public record DeletionUndone(long operation, int position) implements Event {
  static final int TYPE = 35;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    out.writeVarint(operation);
    out.writeVarint(position);
  }

  static DeletionUndone decode(Input in) {
    return new DeletionUndone(in.readVarint(), in.readVarint32());
  }

  @Override
  public void apply(State state, long atMillis) {
    state.restore((ArchivedJob) state.operation(operation).before().get(position));
  }
}
