/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.Desaster;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.node.NodeInfo;
import io.desaster.api.node.PoolInfo;
import io.desaster.api.node.Series;
import io.desaster.api.node.Stats;
import io.desaster.api.wire.NodeFields;
import io.desaster.daemon.resp.Call;
import io.desaster.daemon.resp.Reply;
import io.desaster.daemon.resp.Verb;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** NODE and POOL with their subcommands. */
final class NodeVerbs {
  private static final String NO_NODE = "NOTFOUND there is no such node";
  private static final int SLOTS_MAX = 100_000;
  private static final Duration HISTORY = Duration.ofMinutes(10);

  private final Desaster desaster;

  NodeVerbs(Desaster desaster) {
    this.desaster = desaster;
  }

  List<Verb> all() {
    return List.of(
        list(),
        show(),
        history(),
        drain("DRAIN", true),
        drain("UNDRAIN", false),
        pools(),
        set(),
        stats());
  }

  private Verb list() {
    return Verb.of("NODE LIST", "")
        .reads()
        .summary("Lists the nodes of the cluster.")
        .reply("an array of nodes")
        .example("> NODE LIST", "1) 1# \"name\" => \"…\"", "   2# \"state\" => \"up\"", "…")
        .does(
            call ->
                call.reply(
                    desaster.nodes().list(),
                    nodes -> Reply.of(nodes.stream().map(node -> NodeFields.of(node)).toList())));
  }

  private Verb show() {
    return Verb.of("NODE SHOW", "name")
        .reads()
        .summary("Tells all of a node.")
        .reply("the node")
        .error(NO_NODE)
        .example("> NODE SHOW web1", "1# \"name\" => \"web1\"", "2# \"state\" => \"up\"", "…")
        .does(
            call -> {
              String name = new Words(call).text("name");
              call.reply(desaster.nodes().list(), nodes -> named(name, nodes));
            });
  }

  private static Reply named(String name, List<NodeInfo> nodes) {
    for (NodeInfo node : nodes) {
      if (node.name().equals(name)) {
        return Reply.of(NodeFields.of(node));
      }
    }
    return Reply.error(
        ErrorCode.NOTFOUND,
        "there is no node '"
            + name
            + "'; nodes: "
            + String.join(" ", nodes.stream().map(NodeInfo::name).toList()));
  }

  private Verb history() {
    return Verb.of("NODE STATS", "name series [from [to [step]]]")
        .reads()
        .summary("Tells how a series of a node, or of a pool such as `shell@web1`, went.")
        .note(
            "The series of a node are "
                + described(Series.ofNodes())
                + ". Pools have "
                + Series.words(Series.ofPools())
                + ". Measured is once a second; kept are averages of 1 s for 10 minutes, of 10 s"
                + " for 6 hours, of 1 min for 7 days and of 10 min for a year.")
        .note(
            "`from` and `to` are times or say how long ago, such as `90s` or `6h`; without them"
                + " it is the last 10 minutes. `step` is the span of a value, in whole seconds;"
                + " without it or with `0s` the shortest that is kept since `from`, and where a"
                + " shorter one is asked for, too. The answer says what it is.")
        .reply(
            "a map of `name`, `series`, `unit`, `from` (where the span of the first value"
                + " begins), `step-ms` and `values`, at most 10,000; those not known are nil")
        .error("NOTFOUND there is no history of such a node or pool")
        .error("INVALID there is no such series, a time is wrong, or there are too many values")
        .example(
            "> NODE STATS web1 used 10s 0s 1s",
            "1# \"name\" => \"web1\"",
            "2# \"series\" => \"used\"",
            "3# \"unit\" => \"slots\"",
            "4# \"from\" => \"…\"",
            "5# \"step-ms\" => (integer) 1000",
            "6# \"values\" =>",
            "   1) …",
            "…")
        .does(this::history);
  }

  private static String described(List<Series> all) {
    return String.join(
        ", ", all.stream().map(s -> "`" + s.word() + "` (" + s.unit() + ")").toList());
  }

  private void history(Call call) {
    Instant now = Instant.now();
    Words words = new Words(call);
    String name = words.text("name");
    Series series = Series.parse(words.text("series"));
    Instant from = words.more() ? words.timeOrAgo("from", now) : now.minus(HISTORY);
    Instant to = words.more() ? words.timeOrAgo("to", now) : now;
    Duration step = words.more() ? words.duration("step") : Duration.ZERO;
    call.reply(desaster.nodes().stats(name, series, from, to, step), NodeVerbs::course);
  }

  private static Reply course(Stats stats) {
    return Reply.of(NodeFields.of(stats));
  }

  private Verb drain(String subcommand, boolean draining) {
    return Verb.of("NODE " + subcommand, "name")
        .writes()
        .summary(
            draining
                ? "Gives a node nothing new to do; what it runs goes on."
                : "Gives a node jobs again.")
        .reply("the node")
        .error(NO_NODE)
        .example(
            "> NODE " + subcommand + " web1",
            "1# \"name\" => \"web1\"",
            "2# \"state\" => \"" + (draining ? "draining" : "up") + "\"",
            "…")
        .does(
            call ->
                call.reply(
                    desaster.nodes().drain(new Words(call).text("name"), draining),
                    node -> Reply.of(NodeFields.of(node))));
  }

  private Verb pools() {
    return Verb.of("POOL LIST", "")
        .reads()
        .summary("Lists the pools of all nodes, and those of remote workers.")
        .reply("an array of pools")
        .example("> POOL LIST", "1) 1# \"name\" => \"shell@web1\"", "…")
        .does(
            call ->
                call.reply(
                    desaster.nodes().pools(),
                    pools -> Reply.of(pools.stream().map(pool -> NodeFields.of(pool)).toList())));
  }

  private Verb set() {
    return Verb.of("POOL SET", "pool min max")
        .writes()
        .summary("Sets how many slots a pool has at least and at most.")
        .reply("the pool")
        .error("NOTFOUND there is no such pool")
        .error("STATE the pool is that of a remote worker")
        .example(
            "> POOL SET shell@web1 2 8",
            "1# \"name\" => \"shell@web1\"",
            "2# \"kind\" => \"shell\"",
            "3# \"node\" => \"web1\"",
            "4# \"labels\" => (empty array)",
            "5# \"slots-min\" => (integer) 2",
            "6# \"slots-max\" => (integer) 8",
            "7# \"slots\" => (integer) …",
            "8# \"used\" => (integer) 0")
        .does(this::set);
  }

  private void set(Call call) {
    Words words = new Words(call);
    String pool = words.text("pool");
    int min = words.count("min", 0, SLOTS_MAX);
    int max = words.count("max", min, SLOTS_MAX);
    call.reply(
        desaster.nodes().setSlots(pool, min, max), changed -> Reply.of(NodeFields.of(changed)));
  }

  private Verb stats() {
    return Verb.of("POOL STATS", "")
        .reads()
        .summary("Sums up the slots of each kind over all nodes.")
        .reply("a map of kind to a map of `pools`, `slots-max`, `slots` and `used`")
        .example(
            "> POOL STATS",
            "1# \"shell\" =>",
            "   1# \"pools\" => (integer) 1",
            "   2# \"slots-max\" => (integer) …",
            "   3# \"slots\" => (integer) …",
            "   4# \"used\" => (integer) 0",
            "…")
        .does(call -> call.reply(desaster.nodes().pools(), NodeVerbs::sums));
  }

  private static Reply sums(List<PoolInfo> pools) {
    Map<String, Map<String, Long>> sums = new LinkedHashMap<>();
    for (PoolInfo pool : pools) {
      Map<String, Long> sum = sums.computeIfAbsent(pool.kind(), kind -> new LinkedHashMap<>());
      sum.merge("pools", 1L, Long::sum);
      sum.merge("slots-max", (long) pool.slotsMax(), Long::sum);
      sum.merge("slots", (long) pool.slots(), Long::sum);
      sum.merge("used", (long) pool.used(), Long::sum);
    }
    return Reply.of(sums);
  }
}
