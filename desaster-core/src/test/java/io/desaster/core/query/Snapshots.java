/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.query;

import io.desaster.core.discipline.Disciplines;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.Archive;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Snapshots as they are written and read back. */
public final class Snapshots {
  private Snapshots() {}

  /**
   * What is read from a snapshot of it.
   *
   * @param archive of the new state
   */
  public static CommittedState throughBytes(CommittedState origin, Archive archive) {
    StateSnapshot snapshot = origin.snapshot(null, null);
    CommittedState read = new CommittedState(new Disciplines(2), archive, null);
    try {
      for (Output out = new Output(1024); snapshot.next(out); out = new Output(1024)) {
        read.readSnapshot(new Input(out.array(), 0, out.size()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return read;
  }
}
