/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.node.NodeInfo;
import io.desaster.api.node.PoolInfo;
import io.desaster.api.wire.NodeFields;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code node}: the processes that make up the system. */
@Command(name = "node", header = "Shows nodes and takes them out of use")
final class NodeCommand {
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
}
