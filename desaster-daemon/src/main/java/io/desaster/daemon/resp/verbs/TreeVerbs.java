/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.Desaster;
import io.desaster.api.wire.TreeFields;
import io.desaster.daemon.resp.Call;
import io.desaster.daemon.resp.Reply;
import io.desaster.daemon.resp.Verb;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** TREE with its subcommands: how the queues of a kind share its slots. */
final class TreeVerbs {
  private static final String TREE = "the tree";
  private static final String WRONG =
      "INVALID something is wrong with the tree; nothing is changed";
  private static final String JSON =
      "'{\"kind\":\"htb\",\"classes\":[{\"id\":\"mail\",\"rate\":5},"
          + "{\"id\":\"default\",\"rate\":1,\"ceil\":6}]}'";
  private static final String[] APPLIED = {"> TREE APPLY remote " + JSON, "…"};

  private static final Duration LOOK_AHEAD = Duration.ofMinutes(10);

  private final Desaster desaster;

  TreeVerbs(Desaster desaster) {
    this.desaster = desaster;
  }

  List<Verb> all() {
    return List.of(show(), stats(), apply(), diff(), preview(), history(), revert());
  }

  private Verb show() {
    return Verb.of("TREE SHOW", "kind")
        .reads()
        .summary("Tells the tree of a kind and how many jobs are in its classes.")
        .reply(TREE)
        .note(
            "Version 0 is the tree without configuration, which nobody made at any time (no `by`, no"
                + " `at`): all queues take turns. `classes` go from"
                + " the root down, each followed by those below it, which have a larger `depth`."
                + " `slots` are the usable ones, which `%` and slot rates refer to; `note` tells"
                + " when slot rates are scaled down because there are too few.")
        .example(APPLIED)
        .example(
            "> TREE SHOW remote",
            "1# \"kind\" => \"remote\"",
            "2# \"version\" => (integer) 1",
            "3# \"by\" => \"…\"",
            "4# \"at\" => \"…\"",
            "5# \"text\" => \"…\"",
            "6# \"slots\" => (integer) 0",
            "7# \"note\" => \"\"",
            "8# \"classes\" =>",
            "   1) 1# \"name\" => \"mail\"",
            "      2# \"depth\" => (integer) 0",
            "      3# \"queue\" => (true)",
            "      4# \"discipline\" => \"fifo\"",
            "      5# \"rate\" => \"5/s\"",
            "      6# \"ceil\" => \"5/s\"",
            "      7# \"queued\" => (integer) 0",
            "      8# \"running\" => (integer) 0",
            "   2) 1# \"name\" => \"default\"",
            "…")
        .does(
            call -> {
              String kind = new Words(call).text("kind");
              call.reply(desaster.trees().show(kind), tree -> Reply.of(TreeFields.of(tree)));
            });
  }

  private Verb stats() {
    return Verb.of("TREE STATS", "kind [WINDOW duration] [FLOWS number]")
        .reads()
        .summary("Tells what the classes of a tree are entitled to, what they use, how jobs wait.")
        .reply(
            "a map: `kind`, usable `slots`, `note`, `window-ms`, `classes`: those of TREE SHOW, each"
                + " with `share`, `tokens` (of classes with buckets), `waits`, `totals`, `flows`")
        .note(
            "`share`: amounts in `unit`, which is that of the class above: `slots` held on average,"
                + " or `cost/s`, the cost of what was started each second. `guaranteed` is what the"
                + " class has if all have more to do than they can, `entitled` what it would have"
                + " if it had enough to do and all others did as much as they do, `used` what it"
                + " had in the window, `ratio` used / entitled. The same as parts of all there is:"
                + " `guaranteed-part`, `entitled-part`, `used-part`, 0 to 1.")
        .note(
            "`tokens`: `tokens` of the rate (negative: owed) up to `burst`, `ceil-tokens` of the"
                + " ceil up to `ceil-burst`; starts that it paid for itself or for a class below it"
                + " (`lends`), starts that a class above it paid for (`borrows`), and how often its"
                + " ceil, with tbf its rate, was used up (`overlimits`).")
        .note(
            "`waits`: from QUEUED to the start, of the jobs started in the last five to ten minutes:"
                + " `started`, `p50-ms`, `p90-ms`, `p99-ms` (-1: none started), and since when the"
                + " one waits that waits longest, `oldest-ms`. `totals`: jobs `started` and attempts"
                + " `ended`, how long all these waited (`wait-ms`) and ran (`run-ms`), and how far"
                + " predicted waits were off at the median, as a part of the wait"
                + " (`eta-error-ratio`; absent: fewer than 20 were judged).")
        .note(
            "`flows` of a queue: those with most jobs waiting and those that used most, FLOWS"
                + " of them at most (5, up to 1000): `flow`, `queued` (-1: not counted by this"
                + " discipline), `running`, `max-running` (0: no limit), `share` (its parts are"
                + " those of what the queue has).")
        .note(
            "WINDOW is 1m, up to 10m. It begins with a second, longer ones with a span of ten, so"
                + " `window-ms` is a little more; and less if measuring began later. Counts, waits"
                + " and use begin with the daemon and what it reads from its journal at the start;"
                + " tokens and shares are right from then on.")
        .error("INVALID the window or the number of flows is not possible")
        .example(APPLIED)
        .example(
            "> QUEUE PUSH mail remote hello FLOW ada",
            "\"…\"",
            "> TREE STATS remote WINDOW 10s FLOWS 1",
            "1# \"kind\" => \"remote\"",
            "2# \"slots\" => (integer) 0",
            "3# \"note\" => \"\"",
            "4# \"window-ms\" => (integer) …",
            "5# \"classes\" =>",
            "   1) 1# \"name\" => \"mail\"",
            "…")
        .does(this::stats);
  }

  private void stats(Call call) {
    Words words = new Words(call);
    String kind = words.text("kind");
    StatsOptions options = StatsOptions.read(words);
    call.reply(
        desaster.trees().stats(kind, options.window(), options.flows()),
        stats -> Reply.of(TreeFields.of(stats)));
  }

  private Verb apply() {
    return Verb.of("TREE APPLY", "kind tree [VERSION version] [DRYRUN] [BY who]")
        .writes()
        .summary("Gives a kind another tree, as a whole, full and while jobs run.")
        .reply(TREE)
        .note(
            "`tree` is JSON in the notation of DISCIPLINES.md. Its leaves are queues by name;"
                + " queues that it does not name go below its class `default`, which it must have."
                + " All jobs keep their queue and their order in it.")
        .note(
            "VERSION is the version that the tree was made from. With DRYRUN it is only checked,"
                + " and the answer is the tree as it would be. A tree that is the same as the"
                + " present one makes no new version.")
        .error(WRONG)
        .error("STATE the present version is not VERSION")
        .example(
            "> TREE APPLY remote " + JSON + " BY ada",
            "1# \"kind\" => \"remote\"",
            "2# \"version\" => (integer) 1",
            "3# \"by\" => \"ada\"",
            "…",
            "> TREE APPLY remote '{\"kind\":\"fifo\"}'",
            "(error) INVALID …")
        .does(this::apply);
  }

  private void apply(Call call) {
    Words words = new Words(call);
    String kind = words.text("kind");
    String tree = words.text("tree");
    OptionalLong version = OptionalLong.empty();
    boolean dryRun = false;
    String by = call.client().who();
    while (words.more()) {
      if (words.accept("VERSION")) {
        version = OptionalLong.of(version(words));
      } else if (words.accept("DRYRUN")) {
        dryRun = true;
      } else if (words.accept("BY")) {
        by = words.text("who");
      } else {
        throw words.unexpected();
      }
    }
    call.reply(
        desaster.trees().apply(kind, tree, dryRun, version, by),
        applied -> Reply.of(TreeFields.of(applied)));
  }

  private static long version(Words words) {
    return words.number("version", 0, Long.MAX_VALUE);
  }

  private Verb diff() {
    return Verb.of("TREE DIFF", "kind tree")
        .reads()
        .summary("Tells what TREE APPLY would change.")
        .reply("an array of changes in words, empty if nothing would")
        .error("INVALID something is wrong with the tree")
        .example(
            "> TREE DIFF remote '{\"kind\":\"drr\",\"classes\":[{\"id\":\"default\"},"
                + "{\"id\":\"mail\",\"quantum\":2}]}'",
            "1) \"class mail is new, at the top, quantum 2\"")
        .does(
            call -> {
              Words words = new Words(call);
              String kind = words.text("kind");
              call.reply(desaster.trees().diff(kind, words.text("tree")), Reply::of);
            });
  }

  private Verb preview() {
    return Verb.of("TREE PREVIEW", "kind tree [FOR duration]")
        .reads()
        .summary("Tells what would become of the jobs with another tree; changes nothing.")
        .reply(
            "a map: `kind`, `length-ms` looked ahead, `note`, `classes`: for each `queue` what"
                + " becomes of it `before` (with the present tree) and `after`")
        .note(
            "Of each: jobs `started` and still `waiting` in the end, its `share` of the slot time"
                + " used, and what those that start have waited, `wait-p50-ms` and `wait-p90-ms` (-1:"
                + " none starts). The backlog is replayed in virtual time, with run times and"
                + " arrivals as they were of late, in several futures; see ETA.md. FOR is 10m if"
                + " not given, at most 24h.")
        .error("INVALID something is wrong with the tree or the duration")
        .example(
            "> QUEUE PUSH mail remote hello",
            "\"…\"",
            "> TREE PREVIEW remote " + JSON + " FOR 5m",
            "1# \"kind\" => \"remote\"",
            "2# \"length-ms\" => (integer) 300000",
            "3# \"note\" => \"\"",
            "4# \"classes\" =>",
            "   1) 1# \"queue\" => \"mail\"",
            "      2# \"before\" =>",
            "         1# \"started\" => \"0.0\"",
            "         2# \"waiting\" => \"1.0\"",
            "         3# \"share\" => \"0.0\"",
            "         4# \"wait-p50-ms\" => (integer) -1",
            "         5# \"wait-p90-ms\" => (integer) -1",
            "      3# \"after\" =>",
            "…",
            "> TREE PREVIEW remote '{\"kind\":\"fifo\"}'",
            "(error) INVALID …")
        .does(
            call -> {
              Words words = new Words(call);
              String kind = words.text("kind");
              String tree = words.text("tree");
              Duration length = words.accept("FOR") ? words.duration("duration") : LOOK_AHEAD;
              words.end();
              call.reply(
                  desaster.trees().preview(kind, tree, length),
                  preview -> Reply.of(TreeFields.of(preview)));
            });
  }

  private Verb history() {
    return Verb.of("TREE HISTORY", "kind")
        .reads()
        .summary("Lists the versions of a kind's tree, newest first.")
        .reply("an array of versions: the present one and up to 16 before it")
        .example(APPLIED)
        .example(
            "> TREE HISTORY remote",
            "1) 1# \"version\" => (integer) 1",
            "   2# \"by\" => \"…\"",
            "   3# \"at\" => \"…\"",
            "   4# \"text\" => \"…\"")
        .does(
            call ->
                call.reply(
                    desaster.trees().history(new Words(call).text("kind")),
                    versions ->
                        Reply.of(versions.stream().map(one -> TreeFields.of(one)).toList())));
  }

  private Verb revert() {
    return Verb.of("TREE REVERT", "kind version [BY who]")
        .writes()
        .summary("Makes an earlier version of the tree the next one.")
        .reply(TREE)
        .note("Version 0 takes the configuration away.")
        .error("NOTFOUND the version is not known (any more)")
        .error("INVALID the version asks for more slots than there are now")
        .example(APPLIED)
        .example(
            "> TREE REVERT remote 0",
            "1# \"kind\" => \"remote\"",
            "2# \"version\" => (integer) 2",
            "…")
        .does(
            call -> {
              Words words = new Words(call);
              String kind = words.text("kind");
              long version = version(words);
              String by = words.accept("BY") ? words.text("who") : call.client().who();
              words.end();
              call.reply(
                  desaster.trees().revert(kind, version, by),
                  tree -> Reply.of(TreeFields.of(tree)));
            });
  }
}
