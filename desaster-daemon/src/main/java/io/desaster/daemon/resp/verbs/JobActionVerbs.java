/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.Desaster;
import io.desaster.api.job.CancelMode;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobOptions;
import io.desaster.daemon.resp.Call;
import io.desaster.daemon.resp.Verb;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The verbs of JOB that do something to jobs, named by ids or by a filter. */
final class JobActionVerbs {
  private static final String[] PUSH = {"> QUEUE PUSH mail remote hello id j1", "\"…\""};
  private static final String[] JOB = {"1# \"id\" => \"…\"", "…"};

  private final Desaster desaster;

  JobActionVerbs(Desaster desaster) {
    this.desaster = desaster;
  }

  List<Verb> all() {
    return List.of(
        cancel(), kill(), relocate(), move(), label(), priority(), retry(), delete(), tag());
  }

  private Verb.Builder verb(String names, String options, String summary) {
    return Verb.of(names, (Targets.GRAMMAR + ' ' + options).trim())
        .writes()
        .summary(summary)
        .reply(Targets.REPLY)
        .error("NOTFOUND there is no such job (any more)")
        .error("STATE the job is not in a state that allows it")
        .error("INVALID the filter or a value is wrong")
        .example(PUSH);
  }

  private Verb cancel() {
    return verb(
            "JOB CANCEL",
            "[MODE (never | retry | elsewhere)] [GRACE duration] [BY who]",
            "Ends a running attempt (TERM, after GRACE KILL) and says what then.")
        .note(
            "MODE `never` (if not given): the job never starts (again). `retry`: the attempt counts"
                + " as a failed try. `elsewhere`: the job starts on another node, no try is"
                + " counted.")
        .example("> JOB CANCEL j1 BY ada")
        .example(JOB)
        .does(call -> cancel(call, CancelMode.NEVER, true));
  }

  private Verb kill() {
    return verb("JOB KILL", "[GRACE duration] [BY who]", "The same as JOB CANCEL … MODE retry.")
        .example("> JOB TAKE w1", "…", "> JOB KILL j1")
        .example(JOB)
        .does(call -> cancel(call, CancelMode.RETRY, false));
  }

  private Verb relocate() {
    return verb(
            "JOB RELOCATE", "[GRACE duration] [BY who]", "The same as JOB CANCEL … MODE elsewhere.")
        .example("> JOB TAKE w1", "…", "> JOB RELOCATE j1")
        .example(JOB)
        .does(call -> cancel(call, CancelMode.ELSEWHERE, false));
  }

  private void cancel(Call call, CancelMode first, boolean choose) {
    Words words = new Words(call);
    Targets targets = Targets.read(words, List.of("MODE", "GRACE", "BY"));
    CancelMode mode = first;
    Optional<Duration> grace = Optional.empty();
    String by = call.client().who();
    while (words.more()) {
      if (choose && words.accept("MODE")) {
        mode = mode(words.text("mode"));
      } else if (words.accept("GRACE")) {
        grace = Optional.of(words.duration("duration"));
      } else if (words.accept("BY")) {
        by = words.text("who");
      } else {
        throw words.unexpected();
      }
    }
    targets.apply(desaster, call, new JobAction.Cancel(mode, grace, by), by);
  }

  private static CancelMode mode(String word) {
    for (CancelMode mode : CancelMode.values()) {
      if (mode.name().equalsIgnoreCase(word)) {
        return mode;
      }
    }
    throw new IllegalArgumentException(
        "MODE takes never, retry or elsewhere, not '" + word.toLowerCase(Locale.ROOT) + "'");
  }

  private Verb move() {
    return verb("JOB MOVE", "TO queue [BY who]", "Puts waiting jobs at the end of another queue.")
        .error("NOTFOUND there is no such queue")
        .example("> QUEUE CREATE news remote", "…", "> JOB MOVE j1 TO news")
        .example(JOB)
        .does(
            call -> {
              Words words = new Words(call);
              Targets targets = Targets.read(words, List.of("TO"));
              require(words, "TO");
              apply(call, words, targets, new JobAction.Move(words.text("queue")));
            });
  }

  private Verb label() {
    return verb(
            "JOB LABEL",
            "[LABEL label] [NODE node] [BY who]",
            "Changes what waiting jobs demand; what is not given is demanded no more.")
        .example("> JOB LABEL j1 LABEL gpu")
        .example(JOB)
        .does(this::label);
  }

  private void label(Call call) {
    Words words = new Words(call);
    Targets targets = Targets.read(words, List.of("LABEL", "NODE", "BY"));
    String label = words.accept("LABEL") ? words.text("label") : "";
    String node = words.accept("NODE") ? words.text("node") : "";
    apply(call, words, targets, new JobAction.Relabel(label, node));
  }

  private Verb priority() {
    return verb("JOB PRIORITY", "TO priority [BY who]", "Changes the priority of waiting jobs.")
        .example("> JOB PRIORITY j1 TO 0")
        .example(JOB)
        .does(
            call -> {
              Words words = new Words(call);
              Targets targets = Targets.read(words, List.of("TO"));
              require(words, "TO");
              int priority = words.count("priority", 0, JobOptions.PRIORITY_MAX);
              apply(call, words, targets, new JobAction.Reprioritize(priority));
            });
  }

  private Verb retry() {
    return verb(
            "JOB RETRY",
            "[BY who]",
            "Runs failed, cancelled, retrying or scheduled jobs now, with fresh tries.")
        .example("> JOB CANCEL j1", "…", "> JOB RETRY j1")
        .example(JOB)
        .does(call -> plain(call, new JobAction.Retry()));
  }

  private Verb delete() {
    return verb("JOB DELETE", "[BY who]", "Forgets finished jobs, their output included.")
        .example("> JOB CANCEL j1", "…", "> JOB DELETE j1")
        .example(JOB)
        .does(call -> plain(call, new JobAction.Delete()));
  }

  private Verb tag() {
    return verb("JOB TAG", "[ADD tags] [REMOVE tags] [BY who]", "Adds and removes tags.")
        .note("Several tags stand with commas between.")
        .example("> JOB TAG j1 ADD urgent,ada")
        .example(JOB)
        .does(this::tag);
  }

  private void tag(Call call) {
    Words words = new Words(call);
    Targets targets = Targets.read(words, List.of("ADD", "REMOVE", "BY"));
    List<String> add = words.accept("ADD") ? words.list("tags") : List.of();
    List<String> remove = words.accept("REMOVE") ? words.list("tags") : List.of();
    apply(call, words, targets, new JobAction.Tag(add, remove));
  }

  private void plain(Call call, JobAction action) {
    Words words = new Words(call);
    apply(call, words, Targets.read(words, List.of("BY")), action);
  }

  private void apply(Call call, Words words, Targets targets, JobAction action) {
    String by = words.accept("BY") ? words.text("who") : call.client().who();
    words.end();
    targets.apply(desaster, call, action, by);
  }

  private static void require(Words words, String keyword) {
    if (!words.accept(keyword)) {
      throw new IllegalArgumentException(
          keyword + " and a value are missing after the ids or the filter");
    }
  }
}
