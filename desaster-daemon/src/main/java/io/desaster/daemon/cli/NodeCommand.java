/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.Durations;
import io.desaster.api.node.NodeInfo;
import io.desaster.api.node.PoolInfo;
import io.desaster.api.node.Series;
import io.desaster.api.node.Stats;
import io.desaster.api.wire.NodeFields;
import io.desaster.api.wire.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code node}: the processes that make up the system. */
@Command(name = "node", header = "Shows nodes and takes them out of use")
final class NodeCommand {
  /** Enough for a picture, and so few that a year of them may be asked for. */
  private static final int VALUES = 2_000;

  private final Session session;

  NodeCommand(Session session) {
    this.session = session;
  }

  @Command(name = "list", header = "Lists all nodes")
  int list() {
    List<NodeInfo> nodes = session.get(session.desaster().nodes().list());
    if (session.json()) {
      session.printer().json(nodes.stream().map(NodeFields::of).toList());
    } else {
      session.printer().table(table(nodes));
    }
    return ExitCode.OK;
  }

  @Command(name = "show", header = "Shows a node and its pools")
  int show(@Parameters(paramLabel = "NODE") String name) {
    List<NodeInfo> nodes = session.get(session.desaster().nodes().list());
    for (NodeInfo node : nodes) {
      if (node.name().equals(name)) {
        if (session.json()) {
          session.printer().json(NodeFields.of(node));
        } else {
          session.printer().fields(NodeFields.of(node));
        }
        return ExitCode.OK;
      }
    }
    throw new DesasterException(
        ErrorCode.NOTFOUND,
        "there is no node '"
            + name
            + "'; nodes: "
            + String.join(" ", nodes.stream().map(NodeInfo::name).toList()));
  }

  private static Table table(List<NodeInfo> nodes) {
    Table table = new Table("NODE", "STATE", "LEADS", "VERSION", "USED", "SLOTS", "LABELS");
    for (NodeInfo node : nodes) {
      table.row(
          node.name(),
          Texts.word(node.state()),
          node.master() ? "yes" : "no",
          node.version(),
          node.pools().stream().mapToInt(PoolInfo::used).sum(),
          node.pools().stream().mapToInt(PoolInfo::slots).sum(),
          String.join(" ", node.labels()));
    }
    return table;
  }

  @Command(name = "drain", header = "Gives a node nothing new to do; what it runs goes on")
  int drain(
      @Parameters(paramLabel = "NODE") String name,
      @Option(names = "--off", description = "gives it jobs again") boolean off) {
    NodeInfo node = session.get(session.desaster().nodes().drain(name, !off));
    if (session.json()) {
      session.printer().json(NodeFields.of(node));
    } else {
      session.printer().table(table(List.of(node)));
    }
    return ExitCode.OK;
  }

  @Command(
      name = "stats",
      header = "Shows how a node or pool went: its load, slots, jobs ended and queued",
      description = "The course goes from zero to the largest value; blanks are not known.")
  int stats(
      @Parameters(paramLabel = "NAME", description = "a node, or a pool such as shell@web1")
          String name,
      @Parameters(
              paramLabel = "SERIES",
              arity = "0..*",
              description = "cpu host-cpu rss load used slots ended queued [all there are]")
          List<String> words,
      @Option(
              names = "--from",
              paramLabel = "TIME",
              defaultValue = "10m",
              description = "a time, or how long ago [10m]")
          String from,
      @Option(
              names = "--to",
              paramLabel = "TIME",
              defaultValue = "0s",
              description = "a time, or how long ago [now]")
          String to,
      @Option(
              names = "--step",
              paramLabel = "DURATION",
              description = "span of each value, at least [fits the time]")
          String step) {
    Instant now = Instant.now();
    Instant begin = Times.parseOrAgo(from, now);
    Instant end = Times.parseOrAgo(to, now);
    Duration span = step == null ? fitting(begin, end) : Durations.parse(step);
    List<Stats> all = new ArrayList<>();
    for (Series series : words == null ? all(name) : words.stream().map(Series::parse).toList()) {
      all.add(session.get(session.desaster().nodes().stats(name, series, begin, end, span)));
    }
    if (session.json()) {
      session.printer().json(all.stream().map(NodeFields::of).toList());
    } else {
      session.printer().table(StatsTable.of(all));
    }
    return ExitCode.OK;
  }

  private static Duration fitting(Instant from, Instant to) {
    return Duration.ofSeconds(Math.max(0, Duration.between(from, to).toSeconds() / VALUES));
  }

  private List<Series> all(String name) {
    boolean pool =
        session.get(session.desaster().nodes().pools()).stream()
            .anyMatch(known -> known.name().equals(name));
    return pool ? Series.ofPools() : Series.ofNodes();
  }
}
