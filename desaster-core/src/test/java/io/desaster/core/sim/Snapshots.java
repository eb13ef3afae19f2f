/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.sim;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.query.StateSnapshot;
import io.desaster.core.state.Archive;
import io.desaster.core.state.State;
import java.io.IOException;
import java.io.UncheckedIOException;

/** States written as a snapshot and read back. */
public final class Snapshots {
  private Snapshots() {}

  static State copy(State state) {
    return copy(state, Archive.NONE);
  }

  /**
   * The state as a snapshot has it.
   *
   * @param archive of the new state
   */
  public static State copy(State state, Archive archive) {
    StateSnapshot snapshot = new StateSnapshot(state, null, null);
    State read = new State(archive);
    try {
      for (Output out = new Output(1024); snapshot.next(out); out = new Output(1024)) {
        StateSnapshot.read(new Input(out.array(), 0, out.size()), read);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return read;
  }
}
