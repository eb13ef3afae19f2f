/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

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
  private final Session session;
  private final Pictures pictures;
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
    pictures = new Pictures(session);
  }

  @Override
  public Integer call() throws InterruptedException {
    return pictures.repeat("top", count, interval, this::show);
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
    pictures.draw(lines(pools, queues, running), first);
  }

  private List<String> lines(List<PoolInfo> pools, List<QueueInfo> queues, JobPage running) {
    int width = pictures.width();
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
}
