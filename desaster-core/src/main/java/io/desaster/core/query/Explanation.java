/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.query;

import io.desaster.api.job.Eta;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobState;
import io.desaster.api.node.NodeInfo;
import io.desaster.api.queue.Pause;
import io.desaster.core.discipline.TreeViews;
import io.desaster.core.forecast.LiveJobs;
import io.desaster.core.state.Attachment;
import io.desaster.core.state.AttemptRecord;
import io.desaster.core.state.JobHead;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.NodeRecord;
import io.desaster.core.state.QueueRecord;
import io.desaster.core.state.QueueState;
import io.desaster.core.state.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Why a job waits, or how it ended, in words. */
final class Explanation {
  static final String NO_ROOM = "nothing is started: ";

  private final State state;
  private final LiveJobs live;
  private final JobRecord job;
  private final QueueState queue;
  private final List<String> lines = new ArrayList<>();

  private Explanation(State state, LiveJobs live, JobRecord job) {
    this.state = state;
    this.live = live;
    this.job = job;
    this.queue = state.queue(job.queueId());
  }

  /**
   * @param heldBack why no job of its kind is started, empty if they are
   */
  static List<String> of(State state, LiveJobs live, JobRecord job, String heldBack) {
    Explanation explanation = new Explanation(state, live, job);
    if (job.state() == JobState.QUEUED && !heldBack.isEmpty()) {
      explanation.lines.add(NO_ROOM + heldBack);
    }
    explanation.explain();
    return explanation.lines;
  }

  /** What is expected, in words; empty if nothing is. */
  static List<String> expectation(JobState state, Eta eta) {
    List<String> lines = new ArrayList<>();
    String start = span(eta.startP50(), eta.startP90());
    String finish = span(eta.finishP50(), eta.finishP90());
    if (!start.isEmpty()) {
      lines.add("expected to start " + start);
    }
    if (!finish.isEmpty()) {
      lines.add("expected to finish " + finish);
    }
    if (!eta.unknown().isEmpty()) {
      String what = start.isEmpty() && state != JobState.RUNNING ? "start" : "finish";
      lines.add("when it will " + what + " is unknown, because " + eta.unknown());
    }
    return lines;
  }

  private static String span(Optional<Instant> p50, Optional<Instant> p90) {
    if (p50.isEmpty()) {
      return "";
    } else if (p50.equals(p90)) {
      return "at " + p50.get();
    }
    return "at "
        + p50.get()
        + p90.map(at -> ", by " + at + " in nine of ten cases").orElse(", or much later");
  }

  private void explain() {
    switch (job.state()) {
      case BLOCKED -> parents();
      case SCHEDULED -> lines.add("not before " + Instant.ofEpochMilli(job.at()));
      case RETRYING ->
          lines.add(
              "attempt "
                  + job.course().lastNumber()
                  + " failed ("
                  + job.course().reason()
                  + "), next one at "
                  + Instant.ofEpochMilli(job.at()));
      case QUEUED -> queued();
      case RUNNING -> running();
      default -> lines.addAll(ofEnded(job));
    }
  }

  private void parents() {
    for (JobId parent : job.options().after()) {
      JobHead other = state.head(parent.high(), parent.low());
      if (other != null && other.state() != JobState.SUCCEEDED) {
        lines.add("waits for job " + parent + ", which is " + other.state());
      }
    }
  }

  private void queued() {
    QueueRecord record = queue.record();
    if (record.pause() != null) {
      lines.add(paused(record.pause()));
    }
    pools(record);
    String scaled = TreeViews.of(state, record.kind()).note();
    if (!scaled.isEmpty()) {
      lines.add(scaled);
    }
    long before = before();
    String ahead =
        switch ((int) Math.min(before, 2)) {
          case 0 -> "first";
          case 1 -> "behind 1 job";
          default -> "behind " + before + " jobs";
        };
    lines.add(ahead + " in queue " + record.name());
  }

  /** Jobs of its queue that come first if nothing but their order and priority decides. */
  private long before() {
    long before = 0;
    for (JobRecord other : live.queued(job.queueId())) {
      if (other.priority() < job.priority()
          || other.priority() == job.priority() && other.order() < job.order()) {
        before++;
      }
    }
    return before;
  }

  private static String paused(Pause pause) {
    return "queue paused by "
        + (pause.by().isEmpty() ? "somebody" : pause.by())
        + " since "
        + pause.since()
        + pause.until().map(until -> " until " + until).orElse("")
        + (pause.why().isEmpty() ? "" : ": " + pause.why());
  }

  private void pools(QueueRecord record) {
    if (record.kind().equals("remote")) {
      return;
    }
    boolean ofKind = false;
    boolean attached = false;
    boolean demanded = false;
    for (NodeRecord node : state.nodes()) {
      for (NodeRecord.Pool pool : node.pools()) {
        if (node.state() == NodeInfo.State.UP && pool.kind().equals(record.kind())) {
          ofKind = true;
          String name = pool.kind() + "@" + node.name();
          boolean serves = Attachment.attached(record.settings().attach(), name, node.labels());
          attached |= serves;
          demanded |= serves && meets(node);
        }
      }
    }
    if (!ofKind) {
      lines.add("no node runs jobs of kind " + record.kind());
    } else if (!attached) {
      lines.add(
          "no pool is attached to queue "
              + record.name()
              + " (attach "
              + record.settings().attach()
              + ")");
    } else if (!demanded) {
      lines.add(demand());
    }
  }

  private boolean meets(NodeRecord node) {
    String label = job.options().label();
    String pin = job.options().node();
    return (label.isEmpty() || node.labels().contains(label))
        && (pin.isEmpty() || pin.equals(node.name()))
        && !job.course().avoidNode().equals(node.name());
  }

  private String demand() {
    if (!job.options().label().isEmpty()) {
      return "no pool has role " + job.options().label();
    }
    return job.options().node().isEmpty()
        ? "no other node than " + job.course().avoidNode() + ", which it left"
        : "node " + job.options().node() + " is not there";
  }

  private void running() {
    AttemptRecord last = job.course().last();
    lines.add(
        "attempt "
            + last.number()
            + " runs in "
            + last.pool()
            + " since "
            + Instant.ofEpochMilli(last.startedAt()));
    if (job.course().cancel() != null) {
      lines.add("it was told to end");
    }
    if (job.course().unreachableSince() != 0) {
      lines.add("unreachable since " + Instant.ofEpochMilli(job.course().unreachableSince()));
    }
  }

  /** How a finished job ended. */
  static List<String> ofEnded(JobRecord job) {
    String reason = job.course().reason();
    return List.of(
        job.state()
            + " at "
            + Instant.ofEpochMilli(job.at())
            + (reason.isEmpty() ? "" : ": " + reason));
  }
}
