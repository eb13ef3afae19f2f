/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.OperationState;
import io.desaster.core.state.State;
import java.util.ArrayList;
import java.util.List;

/** A bulk operation begins; its selection follows. */
public record OperationStarted(
    long id, OperationState.Action action, String filter, String by, long undoOf) implements Event {
  static final int TYPE = 18;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public void encode(Output out) {
    out.writeVarint(id);
    out.writeVarint(action.words().size());
    action.words().forEach(out::writeString);
    out.writeString(filter);
    out.writeString(by);
    out.writeVarint(undoOf);
  }

  static OperationStarted decode(Input in) {
    long id = in.readVarint();
    List<String> words = new ArrayList<>();
    for (int i = in.readVarint32(); i > 0; i--) {
      words.add(in.readString());
    }
    return new OperationStarted(
        id, new OperationState.Action(words), in.readString(), in.readString(), in.readVarint());
  }

  @Override
  public void apply(State state, long atMillis) {
    state.addOperation(id, action, filter, by, atMillis, undoOf);
  }
}
