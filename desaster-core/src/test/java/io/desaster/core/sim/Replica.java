/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.sim;

import io.desaster.api.job.JobId;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.discipline.TreeUsage;
import io.desaster.core.event.Event;
import io.desaster.core.event.EventCodec;
import io.desaster.core.log.BatchHeader;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.log.Recovered;
import io.desaster.core.query.CommittedState;
import io.desaster.core.query.Snapshots;
import io.desaster.core.scheduler.EventBatch;
import io.desaster.core.scheduler.SameUsage;
import io.desaster.core.scheduler.SchedulerInsides;
import io.desaster.core.state.Archive;
import io.desaster.core.state.Index;
import io.desaster.core.state.State;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the state must be, made from the bytes of every batch that was committed since the beginning
 * of the simulation, whatever died in between. The working state, the committed copy and what
 * recovery finds are compared with it; {@link EventRules} judge each event on the way.
 */
final class Replica {
  private static final int COMPARE_ONE_IN = 8;

  private final Simulation world;
  private final EventRules rules;
  private final CommittedState committed =
      new CommittedState(new Disciplines(2), Archive.NONE, null);
  private final State state = committed.state();
  private final ArrayDeque<Encoded> underWay = new ArrayDeque<>();
  private final Set<LocalSite.AttemptKey> started = new HashSet<>();
  private long batches;
  private long events;
  private long comparisons;

  /** A batch as written, and maybe what the working state and its trees were with it. */
  private record Encoded(
      BatchHeader header, byte[] bytes, byte[] working, Map<String, TreeUsage> usages) {}

  Replica(Simulation world) {
    this.world = world;
    this.rules = new EventRules(world);
  }

  State state() {
    return state;
  }

  EventRules rules() {
    return rules;
  }

  /** A batch was given to the log. */
  void appended(EventBatch batch, State working, SchedulerInsides insides) {
    Output out = new Output(1024);
    batch.encodeTo(out);
    byte[] bytes = Arrays.copyOf(out.array(), out.size());
    boolean compare = world.checkDice().oneIn(COMPARE_ONE_IN);
    underWay.add(
        new Encoded(
            batch.header(),
            bytes,
            compare ? Canon.of(working) : null,
            compare ? insides.usages() : null));
    batch.events().forEach(world::note);
  }

  /** All up to this batch are committed. */
  void committed(BatchHeader header) {
    apply(underWay.poll(), header.index());
  }

  private void apply(Encoded batch, long index) {
    if (batch == null || batch.header().index() != index) {
      throw new AssertionError("batch " + index + " was committed, but not appended next");
    }
    world.trace("commit " + index + ", " + batch.bytes().length + " bytes");
    world.trace(batch.bytes());
    committed.trees().setNow(batch.header().atMillis());
    EventCodec.decode(new Input(batch.bytes(), 0, batch.bytes().length), e -> apply(e, batch));
    state.batchApplied(index, batch.header().atMillis());
    batches++;
    if (batch.working() != null) {
      requireEqual(batch.working(), "the working state at batch " + index);
      requireSameUsage(batch.usages(), "the working state's trees at batch " + index);
      requireSnapshotEqual();
    }
  }

  private void apply(Event event, Encoded batch) {
    events++;
    rules.before(state, event, batch.header());
    event.apply(state, batch.header().atMillis());
    rules.after(state, event, batch.header());
  }

  /** The copy that queries see, when it has caught up. */
  void requireEqualCopy(State copy) {
    if (copy.appliedIndex() == state.appliedIndex()
        && !Arrays.equals(Canon.of(copy), Canon.of(state))) {
      throw new AssertionError(
          "the committed copy differs from replay: " + Canon.difference(copy, state));
    }
  }

  /** It is the one that never died. */
  private void requireSameUsage(Map<String, TreeUsage> usages, String what) {
    try {
      SameUsage.require(usages, committed.usages());
    } catch (AssertionError difference) {
      throw new AssertionError(what + " are not those of replay: " + difference.getMessage());
    }
  }

  private void requireEqual(byte[] canon, String what) {
    comparisons++;
    byte[] own = Canon.of(state);
    if (!Arrays.equals(canon, own)) {
      throw new AssertionError(
          what
              + " differs from replay at byte "
              + Arrays.mismatch(canon, own)
              + "; run with -Ddesaster.verbose=true; now: "
              + Canon.difference(world.daemon().scheduler().state(), state));
    }
  }

  private void requireSnapshotEqual() {
    CommittedState readBack = Snapshots.throughBytes(committed, Archive.NONE);
    requireSameUsage(readBack.usages(), "the trees of a snapshot");
    State read = readBack.state();
    if (!Arrays.equals(Canon.of(read), Canon.of(state))) {
      throw new AssertionError(
          "a snapshot is not what it was made from: " + Canon.difference(read, state));
    }
  }

  /** A new daemon has recovered: nothing committed may be missing, nothing may be new. */
  void recovered(CommittedState foundState, Recovered recovered) {
    State found = foundState.state();
    long index = found.appliedIndex();
    if (index < state.appliedIndex()) {
      throw new AssertionError(
          "batch " + state.appliedIndex() + " was committed, recovery ends at " + index);
    }
    while (state.appliedIndex() < index) {
      apply(underWay.poll(), state.appliedIndex() + 1);
    }
    underWay.clear();
    world.trace("recovered " + index + " from snapshot " + recovered.snapshotIndex());
    if (!Arrays.equals(Canon.of(found), Canon.of(state))) {
      throw new AssertionError(
          "what was recovered is not what was committed: " + Canon.difference(found, state));
    }
    requireSameUsage(foundState.usages(), "the trees that were recovered");
    // What a new life builds on is compared with what a new life would build on.
    State copy = found.copy(new Index() {});
    if (!Arrays.equals(Canon.of(copy), Canon.of(state))) {
      throw new AssertionError(
          "a copied state is not its origin: " + Canon.difference(copy, state));
    }
  }

  void started(JobId job, int attempt) {
    started.add(new LocalSite.AttemptKey(job, attempt));
  }

  /** An order for this attempt left the daemon: its start must be committed by now. */
  void requireStarted(JobId job, int attempt) {
    if (!started.contains(new LocalSite.AttemptKey(job, attempt))) {
      throw new AssertionError(
          "attempt " + attempt + " of " + job + " was ordered before its start was committed");
    }
  }

  String summary() {
    return batches + " batches, " + events + " events, " + comparisons + " comparisons";
  }
}
