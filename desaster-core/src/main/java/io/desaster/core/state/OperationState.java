/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.job.CancelMode;
import io.desaster.api.operation.Operation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A bulk operation: what was selected, how far it is, and how the jobs were before, so that it can
 * be taken back.
 */
public final class OperationState {
  private final long id;
  private final Action action;
  private final String filter;
  private final String by;
  private final long startedAt;
  private final long undoOf;
  private final List<long[]> selected = new ArrayList<>();
  private final List<JobHead> before = new ArrayList<>();
  private long selectedCount;
  private long skipped;
  private long endedAt;
  private Operation.State state = Operation.State.RUNNING;

  /** An action as words, for example {@code MOVE news}; see {@code ActionCodec}. */
  public record Action(List<String> words) {
    public Action {
      words = List.copyOf(words);
    }

    /** As the verbs of JOB write it, without what is of no use to people. */
    @Override
    public String toString() {
      return switch (words.get(0)) {
        case "CANCEL" ->
            cancel() + (words.get(2).equals("-") ? "" : " GRACE " + words.get(2) + "ms");
        case "LABEL" -> "LABEL" + option("LABEL", words.get(1)) + option("NODE", words.get(2));
        case "TAG" -> {
          int added = 2 + Integer.parseInt(words.get(1));
          yield "TAG"
              + option("ADD", String.join(",", words.subList(2, added)))
              + option("REMOVE", String.join(",", words.subList(added, words.size())));
        }
        case "MOVE" -> "MOVE TO " + words.get(1);
        case "PRIORITY" -> "PRIORITY TO " + words.get(1);
        default -> String.join(" ", words);
      };
    }

    private String cancel() {
      return switch (CancelMode.valueOf(words.get(1))) {
        case NEVER -> "CANCEL";
        case RETRY -> "KILL";
        case ELSEWHERE -> "RELOCATE";
      };
    }

    private static String option(String name, String value) {
      return value.isEmpty() ? "" : " " + name + " " + value;
    }
  }

  OperationState(long id, Action action, String filter, String by, long startedAt, long undoOf) {
    this.id = id;
    this.action = action;
    this.filter = filter;
    this.by = by;
    this.startedAt = startedAt;
    this.undoOf = undoOf;
  }

  public long id() {
    return id;
  }

  public Action action() {
    return action;
  }

  public String filter() {
    return filter;
  }

  public String by() {
    return by;
  }

  public long startedAt() {
    return startedAt;
  }

  public long endedAt() {
    return endedAt;
  }

  public long undoOf() {
    return undoOf;
  }

  public Operation.State state() {
    return state;
  }

  public long selectedCount() {
    return selectedCount;
  }

  public long done() {
    return before.size();
  }

  public long skipped() {
    return skipped;
  }

  /** How many of the selected jobs were looked at. */
  public long position() {
    return before.size() + skipped;
  }

  public long selectedHigh(long position) {
    return chunkAt(position)[(int) (position % CHUNK) * 2];
  }

  public long selectedLow(long position) {
    return chunkAt(position)[(int) (position % CHUNK) * 2 + 1];
  }

  /**
   * The jobs as they were before they were changed, in the order of the changes; null for one that
   * was not there.
   */
  public List<JobHead> before() {
    return before;
  }

  public List<long[]> selectedChunks() {
    return selected;
  }

  /** Ids in one chunk of the selection; every chunk but the last is full. */
  public static final int CHUNK = 4096;

  private long[] chunkAt(long position) {
    return selected.get((int) (position / CHUNK));
  }

  void select(long[] highLowPairs) {
    selected.add(highLowPairs);
    selectedCount += highLowPairs.length / 2;
  }

  void touched(JobHead job) {
    before.add(job);
  }

  void skipped(long number) {
    skipped += number;
  }

  void end(Operation.State how, long atMillis) {
    state = how;
    endedAt = atMillis;
    selected.clear();
  }

  /** It ended before this copy of it was made. */
  void restoreEnd(Operation.State how, long atMillis, long numberSelected) {
    end(how, atMillis);
    selectedCount = numberSelected;
  }

  public Operation view() {
    return new Operation(
        id,
        action.toString(),
        filter,
        state,
        selectedCount,
        done(),
        skipped,
        by,
        Instant.ofEpochMilli(startedAt),
        endedAt == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(endedAt)),
        undoOf);
  }
}
