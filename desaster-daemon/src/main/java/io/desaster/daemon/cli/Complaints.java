/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.node.NodeInfo;
import io.desaster.api.node.PoolInfo;
import io.desaster.api.queue.Pause;
import io.desaster.api.queue.QueueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What is wrong, a line each, with what to do about it. */
final class Complaints {
  private Complaints() {}

  static List<String> about(
      Map<String, String> info, List<NodeInfo> nodes, List<QueueInfo> queues) {
    List<String> lines = new ArrayList<>();
    aboutRoom(info, lines);
    if (nodes.stream().noneMatch(NodeInfo::master)) {
      lines.add("no node leads: nothing is accepted or started until a majority meets again");
    }
    nodes.forEach(node -> aboutNode(node, lines));
    Set<String> kinds =
        nodes.stream()
            .flatMap(node -> node.pools().stream())
            .map(PoolInfo::kind)
            .collect(Collectors.toSet());
    queues.forEach(queue -> aboutQueue(queue, kinds, lines));
    long failed = queues.stream().mapToLong(queue -> queue.counts().failed()).sum();
    if (failed > 0) {
      lines.add(
          Texts.plural(failed, "job")
              + " failed for good since the queues exist: desaster job list state=failed");
    }
    return lines;
  }

  private static void aboutRoom(Map<String, String> info, List<String> lines) {
    if ("no".equals(info.get("journal.has_room"))) {
      lines.add(
          "no new jobs are taken and none are started, the disk of %s is full (%s bytes free): make room there"
              .formatted(info.get("node.data_dir"), info.get("journal.free_bytes")));
    }
    String heldBack = info.getOrDefault("workers.held_back", "");
    if (!heldBack.isEmpty()) {
      lines.add("jobs wait because they cannot be started: " + Texts.oneLine(heldBack));
    }
    if ("no".equals(info.get("memory.has_room"))) {
      lines.add(
          "no new jobs are taken, the heap is nearly full of jobs: let queues run down, or start"
              + " the daemon with a larger DESASTER_HEAP");
    }
    String notes = info.getOrDefault("journal.recovery_notes", "");
    if (!notes.isEmpty()) {
      lines.add("the journal was not whole when the daemon started: " + Texts.oneLine(notes));
    }
  }

  private static void aboutNode(NodeInfo node, List<String> lines) {
    switch (node.state()) {
      case SILENT ->
          lines.add("node " + node.name() + " does not answer: look whether its host is up");
      case DRAINING ->
          lines.add(
              "node %s takes no new jobs: desaster node drain --off %s"
                  .formatted(node.name(), node.name()));
      case DETACHED ->
          lines.add(
              "node %s is stopped, its jobs may go on: start its daemon".formatted(node.name()));
      case UP -> {}
    }
  }

  private static void aboutQueue(QueueInfo queue, Set<String> kinds, List<String> lines) {
    String name = queue.name();
    if (queue.pause().isPresent()) {
      lines.add(
          "queue %s is paused %s: desaster queue resume %s"
              .formatted(name, pause(queue.pause().get()), name));
    }
    if (queue.draining()) {
      lines.add("queue %s takes no new jobs: desaster queue drain --off %s".formatted(name, name));
    }
    if (queue.pools().isEmpty() && queue.counts().backlog() > 0) {
      String remedy = "start a node that runs jobs of kind " + queue.kind();
      if (queue.kind().equals("remote")) {
        remedy = "start a worker that takes jobs of it";
      } else if (kinds.contains(queue.kind())) {
        remedy = "desaster queue attach " + name + " POOL";
      }
      lines.add(
          "nobody serves queue %s, in which %s: %s"
              .formatted(name, waiting(queue.counts().backlog()), remedy));
    }
  }

  private static String waiting(long jobs) {
    return Texts.plural(jobs, "job") + (jobs == 1 ? " waits" : " wait");
  }

  private static String pause(Pause pause) {
    return "by "
        + pause.by()
        + " since "
        + pause.since()
        + (pause.why().isEmpty() ? "" : " (" + Texts.oneLine(pause.why()) + ")")
        + pause.until().map(until -> " until " + until).orElse("");
  }
}
