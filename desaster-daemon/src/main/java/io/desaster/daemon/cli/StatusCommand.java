/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.node.NodeInfo;
import io.desaster.api.node.PoolInfo;
import io.desaster.api.queue.QueueInfo;
import io.desaster.api.wire.NodeFields;
import io.desaster.api.wire.QueueFields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code status}: the state of everything on one screen. */
@Command(
    name = "status",
    header = "Shows who leads, what the queues hold, what is wrong and what to do",
    description = "Exits with 0; with --check with 1 if something is wrong.")
final class StatusCommand implements Callable<Integer> {
  private static final int QUEUES_SHOWN = 12;
  private final Session session;

  @Option(names = "--check", description = "exits with 1 if something is wrong")
  private boolean check;

  StatusCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Map<String, String> info = session.get(session.desaster().info());
    List<NodeInfo> nodes = session.get(session.desaster().nodes().list());
    List<QueueInfo> queues = session.get(session.desaster().queues().list());
    List<String> complaints = Complaints.about(info, nodes, queues);
    if (session.json()) {
      json(info, nodes, queues, complaints);
    } else {
      print(nodes, queues, complaints);
    }
    return check && !complaints.isEmpty() ? ExitCode.FAILED : ExitCode.OK;
  }

  private void json(
      Map<String, String> info,
      List<NodeInfo> nodes,
      List<QueueInfo> queues,
      List<String> complaints) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("info", info);
    all.put("nodes", nodes.stream().map(NodeFields::of).toList());
    all.put("queues", queues.stream().map(QueueFields::of).toList());
    all.put("wrong", complaints);
    session.printer().json(all);
  }

  private void print(List<NodeInfo> nodes, List<QueueInfo> queues, List<String> complaints) {
    Printer printer = session.printer();
    printer.line(headline(nodes));
    printer.line(totals(queues));
    printer.line("");
    List<PoolInfo> pools = nodes.stream().flatMap(node -> node.pools().stream()).toList();
    printer.table(PoolCommand.table(pools));
    printer.line("");
    List<QueueInfo> shown = busiest(queues);
    printer.table(QueueCommand.table(shown));
    if (shown.size() < queues.size()) {
      printer.line("and " + (queues.size() - shown.size()) + " more; desaster queue list");
    }
    printer.line("");
    if (complaints.isEmpty()) {
      printer.line("Nothing is wrong.");
    } else {
      printer.line("TO LOOK AT");
      complaints.forEach(complaint -> printer.line("  " + complaint));
    }
  }

  private String headline(List<NodeInfo> nodes) {
    String leader =
        nodes.stream()
            .filter(NodeInfo::master)
            .findFirst()
            .map(node -> "node " + node.name() + " (" + node.version() + ") leads")
            .orElse("nobody leads");
    String copies = nodes.size() == 1 ? "each job is on one disk" : "";
    return "desaster at "
        + session.address()
        + ": "
        + leader
        + ", "
        + Texts.plural(nodes.size(), "node")
        + (copies.isEmpty() ? "" : ", " + copies);
  }

  private static String totals(List<QueueInfo> queues) {
    long waiting = 0;
    long running = 0;
    long retrying = 0;
    for (QueueInfo queue : queues) {
      waiting += queue.counts().backlog() - queue.counts().retrying();
      running += queue.counts().running();
      retrying += queue.counts().retrying();
    }
    return Texts.plural(queues.size(), "queue")
        + ": "
        + Texts.plural(waiting, "job")
        + " waiting, "
        + running
        + " running, "
        + retrying
        + " waiting for another try";
  }

  private static List<QueueInfo> busiest(List<QueueInfo> queues) {
    return queues.stream()
        .sorted(
            (a, b) ->
                Long.compare(
                    b.counts().backlog() + b.counts().running(),
                    a.counts().backlog() + a.counts().running()))
        .limit(QUEUES_SHOWN)
        .toList();
  }
}
