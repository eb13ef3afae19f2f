/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.query;

import io.desaster.core.discipline.Disciplines;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;

/** Snapshots as they are written and read back. */
public final class Snapshots {
  private Snapshots() {}

  /** What is read from a snapshot of it. */
  public static CommittedState throughBytes(CommittedState origin) {
    StateSnapshot snapshot = origin.snapshot(null);
    CommittedState read = new CommittedState(new Disciplines(), null);
    for (Output out = new Output(1024); snapshot.next(out); out = new Output(1024)) {
      read.readSnapshot(new Input(out.array(), 0, out.size()));
    }
    return read;
  }
}
