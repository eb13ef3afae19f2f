/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.error.DesasterException;
import io.desaster.api.job.JobFilter;
import io.desaster.api.job.JobPage;
import io.desaster.api.job.JobQuery;
import io.desaster.api.node.PoolInfo;
import io.desaster.api.queue.QueueInfo;
import io.desaster.api.wire.JobFields;
import io.desaster.api.wire.NodeFields;
import io.desaster.api.wire.QueueFields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code top}: what happens now, drawn again each second. */
@Command(
    name = "top",
    header = "Shows pools, queues with their rates, and running jobs, again and again",
    description = "Ctrl-C ends it. Without a terminal each picture is printed below the last.")
final class TopCommand implements Callable<Integer> {
  private static final String HOME = "\033[H";
  private static final String CLEAR_LINE = "\033[K";
  private static final String CLEAR_REST = "\033[J";

  private final Session session;
  private final Map<String, Long> endedBefore = new HashMap<>();
  private long sampledAtNanos;

  @Option(
      names = {"-n", "--count"},
      paramLabel = "NUMBER",
      description = "ends after so many pictures")
  private int count = Integer.MAX_VALUE;

  @Option(
      names = {"-i", "--interval"},
      paramLabel = "SECONDS",
      description = "from one to the next [1]")
  private double interval = 1;

  TopCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!(interval >= 0.1)) {
      throw new CliException(ExitCode.USAGE, "top: the interval must be at least 0.1 s");
    }
    Outage outage = new Outage(session, "what was submitted");
    for (int picture = 0; picture < count; picture++) {
      if (picture > 0) {
        Thread.sleep(Math.round(interval * 1000));
      }
      try {
        show(picture == 0);
        outage.over();
      } catch (DesasterException | CliException e) {
        outage.endure(e);
      }
    }
    return ExitCode.OK;
  }

  private void show(boolean first) {
    List<PoolInfo> pools = session.get(session.desaster().nodes().pools());
    List<QueueInfo> queues = session.get(session.desaster().queues().list());
    JobPage running =
        session.get(
            session
                .desaster()
                .jobs()
                .list(
                    new JobQuery(
                        JobFilter.parse("state=running"), JobQuery.Sort.STARTED, false, 50, "")));
    if (session.json()) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("pools", pools.stream().map(NodeFields::of).toList());
      all.put("queues", queues.stream().map(QueueFields::of).toList());
      all.put("running", running.jobs().stream().map(JobFields::of).toList());
      session.printer().json(all);
      return;
    }
    draw(lines(pools, queues, running), first);
  }

  private List<String> lines(List<PoolInfo> pools, List<QueueInfo> queues, JobPage running) {
    boolean terminal = session.printer().terminal().out();
    int width = terminal ? session.printer().terminal().columns() : Integer.MAX_VALUE;
    List<String> lines = new ArrayList<>();
    lines.add(
        "desaster at " + session.address() + "  " + Instant.now().toString().substring(11, 19));
    lines.add("");
    lines.addAll(PoolCommand.table(pools).lines(width));
    lines.add("");
    lines.addAll(queueTable(queues).lines(width));
    lines.add("");
    lines.addAll(JobFormat.table(running.jobs(), Instant.now()).lines(width));
    return lines;
  }

  private Table queueTable(List<QueueInfo> queues) {
    long now = System.nanoTime();
    double seconds = (now - sampledAtNanos) / 1e9;
    boolean known = sampledAtNanos != 0;
    sampledAtNanos = now;
    Table table = new Table("QUEUE", "WAITING", "RUNNING", "RETRYING", "ENDED/S", "OLDEST");
    for (QueueInfo queue : queues) {
      var counts = queue.counts();
      long ended = counts.succeeded() + counts.failed() + counts.cancelled();
      Long before = endedBefore.put(queue.name(), ended);
      table.row(
          queue.name(),
          counts.backlog() - counts.retrying(),
          counts.running(),
          counts.retrying(),
          known && before != null
              ? String.format(Locale.ROOT, "%.1f", (ended - before) / seconds)
              : "-",
          Texts.age(counts.oldestQueuedMillis()));
    }
    return table;
  }

  private void draw(List<String> lines, boolean first) {
    Printer printer = session.printer();
    if (!printer.terminal().out()) {
      lines.forEach(printer::line);
      printer.line("");
      printer.out().flush();
      return;
    }
    int rows = printer.terminal().rows() - 1;
    StringBuilder picture = new StringBuilder(first ? HOME + CLEAR_REST : HOME);
    lines.stream()
        .limit(rows)
        .forEach(line -> picture.append(line).append(CLEAR_LINE).append('\n'));
    printer.out().print(picture.append(CLEAR_REST));
    printer.out().flush();
  }
}
