/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.query;

import io.desaster.core.discipline.Disciplines;
import io.desaster.core.discipline.TreeUsage;
import io.desaster.core.event.Event;
import io.desaster.core.event.EventCodec;
import io.desaster.core.fairness.QueueMeters;
import io.desaster.core.forecast.Experience;
import io.desaster.core.log.BatchHeader;
import io.desaster.core.log.Input;
import io.desaster.core.log.Location;
import io.desaster.core.log.ReplicatedLog;
import io.desaster.core.state.Archive;
import io.desaster.core.state.State;
import io.desaster.core.tree.KindTrees;
import io.desaster.core.tree.SavedUsages;
import java.util.List;
import java.util.Map;

/**
 * The state as it is committed, with the trees of its kinds and what its course teaches: built from
 * what a log recovers, then fed with what is committed. Used by one thread at a time.
 */
public final class CommittedState implements ReplicatedLog.Replay {
  private final State state;
  private final KindTrees trees;
  private final ReplicatedLog log;
  private final Experience experience = new Experience();
  private final QueueMeters meters;
  private SavedUsages saved = new SavedUsages();

  /**
   * An empty one.
   *
   * @param archive keeps the records of archived jobs
   * @param log where large payloads lie; null: they are all in memory
   */
  public CommittedState(Disciplines disciplines, Archive archive, ReplicatedLog log) {
    this.state = new State(archive);
    this.trees = new KindTrees(disciplines);
    this.meters = new QueueMeters(trees::nanos);
    this.log = log;
  }

  public State state() {
    return state;
  }

  /** The trees; they are there once the snapshot is read. */
  public KindTrees trees() {
    begin();
    return trees;
  }

  /** The snapshot, if there was one, is read: what comes now changes the trees. */
  private void begin() {
    if (saved != null) {
      SavedUsages remembered = saved;
      saved = null;
      state.follow(trees);
      trees.begin(remembered.usages(), state.nowMillis());
      state.watch(experience);
      state.watch(meters);
      meters.begin(state);
    }
  }

  /** What was learned from all that came after the snapshot, and before it. */
  public Experience experience() {
    begin();
    return experience;
  }

  /** What queues used and how long their jobs waited, as far back as the batches go. */
  public QueueMeters meters() {
    begin();
    return meters;
  }

  /** What the trees remember, as of the last batch. */
  public Map<String, TreeUsage> usages() {
    return trees().usages();
  }

  @Override
  public void snapshotChunk(long index, byte[] bytes, int offset, int length, Location location) {
    StateSnapshot.read(
        new Input(bytes, offset, length).from(log, location), state, saved, experience);
  }

  /** Reads a piece of a snapshot without large payloads. */
  void readSnapshot(Input in) {
    StateSnapshot.read(in, state, saved, experience);
  }

  @Override
  public void batch(BatchHeader header, byte[] bytes, int offset, int length, Location location) {
    trees().setNow(header.atMillis());
    EventCodec.decode(
        new Input(bytes, offset, length).from(log, location),
        event -> event.apply(state, header.atMillis()));
    state.batchApplied(header.index(), header.atMillis());
  }

  /** A batch was committed. */
  public void apply(BatchHeader header, List<Event> events) {
    trees().setNow(header.atMillis());
    for (int i = 0; i < events.size(); i++) {
      events.get(i).apply(state, header.atMillis());
    }
    state.batchApplied(header.index(), header.atMillis());
  }

  /**
   * A picture of it, to be written in the background.
   *
   * @param archive has the records of archived jobs; null if nobody has
   */
  public StateSnapshot snapshot(ReplicatedLog into, FinishedArchive archive) {
    return new StateSnapshot(state, usages(), experience, into, archive);
  }
}
