/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.CancelMode;
import io.desaster.api.job.JobAction;
import io.desaster.core.state.Moments;
import io.desaster.core.state.OperationState;
import io.desaster.core.state.QueueState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Actions as words, the way operations keep them. */
public final class ActionCodec {
  private ActionCodec() {}

  public static OperationState.Action words(JobAction action) {
    if (action instanceof JobAction.Cancel cancel) {
      String grace = cancel.grace().map(d -> Long.toString(Moments.millis(d))).orElse("-");
      return action("CANCEL", cancel.mode().name(), grace, cancel.by());
    } else if (action instanceof JobAction.Move move) {
      return action("MOVE", move.queue());
    } else if (action instanceof JobAction.Relabel relabel) {
      return action("LABEL", relabel.label(), relabel.node());
    } else if (action instanceof JobAction.Reprioritize change) {
      return action("PRIORITY", Integer.toString(change.priority()));
    } else if (action instanceof JobAction.Retry) {
      return action("RETRY");
    } else if (action instanceof JobAction.Delete) {
      return action("DELETE");
    } else if (action instanceof JobAction.Tag tag) {
      List<String> words = new ArrayList<>(List.of("TAG", Integer.toString(tag.add().size())));
      words.addAll(tag.add());
      words.addAll(tag.remove());
      return new OperationState.Action(words);
    }
    throw new IllegalArgumentException("no words for " + action);
  }

  /** As the other; the target of a move is known by its number too, whatever its name becomes. */
  public static OperationState.Action words(Turn turn, JobAction action) {
    QueueState to = action instanceof JobAction.Move move ? turn.state().queue(move.queue()) : null;
    return to == null
        ? words(action)
        : action("MOVE", to.record().name(), Integer.toString(to.record().id()));
  }

  /** Number of the queue that jobs are moved to; 0 if it is not known. */
  static int movedTo(OperationState.Action action) {
    List<String> words = action.words();
    return words.get(0).equals("MOVE") && words.size() > 2 ? Integer.parseInt(words.get(2)) : 0;
  }

  public static JobAction parse(OperationState.Action action) {
    List<String> words = action.words();
    return switch (words.get(0)) {
      case "CANCEL" ->
          new JobAction.Cancel(
              CancelMode.valueOf(words.get(1)),
              words.get(2).equals("-")
                  ? Optional.empty()
                  : Optional.of(Duration.ofMillis(Long.parseLong(words.get(2)))),
              words.get(3));
      case "MOVE" -> new JobAction.Move(words.get(1));
      case "LABEL" -> new JobAction.Relabel(words.get(1), words.get(2));
      case "PRIORITY" -> new JobAction.Reprioritize(Integer.parseInt(words.get(1)));
      case "RETRY" -> new JobAction.Retry();
      case "DELETE" -> new JobAction.Delete();
      case "TAG" -> {
        int added = 2 + Integer.parseInt(words.get(1));
        yield new JobAction.Tag(words.subList(2, added), words.subList(added, words.size()));
      }
      default -> throw new IllegalArgumentException("no action '" + action + "'");
    };
  }

  private static OperationState.Action action(String... words) {
    return new OperationState.Action(List.of(words));
  }
}
