/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.desaster.api.job.CancelMode;
import io.desaster.api.job.Durations;
import io.desaster.api.job.JobAction;
import io.desaster.api.wire.Fields;
import java.util.ArrayList;
import java.util.List;

/**
 * The words for an action on jobs.
 *
 * @param verb subcommand of JOB
 * @param options what follows the ids or the filter
 * @param repeatable whether doing it twice is as good as once
 */
record ActionWords(String verb, List<String> options, boolean repeatable) {

  static ActionWords of(JobAction action) {
    if (action instanceof JobAction.Cancel cancel) {
      return cancel(cancel);
    }
    if (action instanceof JobAction.Move move) {
      return new ActionWords("MOVE", List.of("TO", move.queue()), true);
    }
    if (action instanceof JobAction.Relabel relabel) {
      return new ActionWords(
          "LABEL", options("LABEL", relabel.label(), "NODE", relabel.node()), true);
    }
    if (action instanceof JobAction.Reprioritize reprioritize) {
      return new ActionWords(
          "PRIORITY", List.of("TO", Integer.toString(reprioritize.priority())), true);
    }
    if (action instanceof JobAction.Tag tag) {
      String add = String.join(",", tag.add());
      return new ActionWords(
          "TAG", options("ADD", add, "REMOVE", String.join(",", tag.remove())), true);
    }
    return new ActionWords(
        action instanceof JobAction.Retry ? "RETRY" : "DELETE", List.of(), false);
  }

  /** Said twice, RETRY and ELSEWHERE would end the next attempt too. */
  private static ActionWords cancel(JobAction.Cancel cancel) {
    List<String> options = new ArrayList<>(List.of("MODE", Fields.word(cancel.mode())));
    cancel.grace().ifPresent(grace -> options.addAll(List.of("GRACE", Durations.format(grace))));
    options.addAll(options("BY", cancel.by()));
    boolean repeatable = cancel.mode() == CancelMode.NEVER;
    return new ActionWords("CANCEL", options, repeatable);
  }

  private static List<String> options(String... namesAndValues) {
    List<String> options = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (!namesAndValues[i + 1].isEmpty()) {
        options.add(namesAndValues[i]);
        options.add(namesAndValues[i + 1]);
      }
    }
    return options;
  }
}
