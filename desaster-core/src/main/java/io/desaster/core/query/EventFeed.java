/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.query;

import io.desaster.api.Events;
import io.desaster.api.event.DesasterEvent;
import io.desaster.api.job.Progress;
import io.desaster.core.state.ArchivedJob;
import io.desaster.core.state.AttemptRecord;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.NodeRecord;
import io.desaster.core.state.QueueRecord;
import io.desaster.core.state.State;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Tells subscribers what happened, after it is committed. Costs nothing while nobody listens. */
final class EventFeed {
  private record Subscriber(Pattern topics, Consumer<DesasterEvent> listener) {}

  private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();

  /** Any thread. */
  Events.Subscription subscribe(String pattern, Consumer<DesasterEvent> listener) {
    Subscriber subscriber = new Subscriber(topics(pattern), listener);
    subscribers.add(subscriber);
    return () -> subscribers.remove(subscriber);
  }

  /** What a pattern with {@code *} matches. */
  static Pattern topics(String pattern) {
    return Pattern.compile(Pattern.quote(pattern).replace("*", "\\E.*\\Q"));
  }

  void jobChanged(State state, JobRecord before, JobRecord after) {
    if (subscribers.isEmpty()) {
      return;
    }
    JobRecord job = after == null ? before : after;
    String what = after == null ? "forgotten" : lower(after.state());
    if (before != null
        && after != null
        && before.state() == after.state()
        && before.queueId() == after.queueId()) {
      what = "changed";
    }
    String queue = state.queue(job.queueId()).record().name();
    tell(
        "job." + queue + "." + what,
        job.id().toString(),
        state.nowMillis(),
        () -> fields(queue, job));
  }

  void archivedForgotten(State state, ArchivedJob job) {
    if (!subscribers.isEmpty()) {
      String queue = state.queue(job.queueId()).record().name();
      tell(
          "job." + queue + ".forgotten",
          job.id().toString(),
          state.nowMillis(),
          () -> Map.of("queue", queue, "state", lower(job.state())));
    }
  }

  private static Map<String, String> fields(String queue, JobRecord job) {
    Map<String, String> fields = new TreeMap<>();
    fields.put("queue", queue);
    fields.put("state", lower(job.state()));
    AttemptRecord last = job.course().last();
    if (last != null) {
      fields.put("attempt", Integer.toString(last.number()));
      fields.put("pool", last.pool());
      if (!last.running()) {
        fields.put("outcome", lower(last.outcome()));
        fields.put("exit-code", Integer.toString(last.exitCode()));
      }
    }
    if (!job.course().reason().isEmpty()) {
      fields.put("reason", job.course().reason());
    }
    return fields;
  }

  void progress(State state, JobRecord job, Progress progress) {
    if (!subscribers.isEmpty()) {
      String queue = state.queue(job.queueId()).record().name();
      tell(
          "job." + queue + ".progress",
          job.id().toString(),
          System.currentTimeMillis(),
          () ->
              Map.of(
                  "queue", queue,
                  "percent", Integer.toString(progress.percent()),
                  "text", progress.text()));
    }
  }

  void queueChanged(State state, QueueRecord before, QueueRecord after) {
    if (!subscribers.isEmpty()) {
      QueueRecord queue = after == null ? before : after;
      tell(
          "queue." + queue.name() + "." + what(before, after),
          queue.name(),
          state.nowMillis(),
          () -> Map.of("kind", queue.kind()));
    }
  }

  private static String what(QueueRecord before, QueueRecord after) {
    if (before == null) {
      return "created";
    } else if (after == null) {
      return "destroyed";
    } else if (!before.name().equals(after.name())) {
      return "renamed";
    } else if (before.draining() != after.draining()) {
      return after.draining() ? "draining" : "opened";
    } else if (before.pause() != after.pause()) {
      return after.pause() == null ? "resumed" : "paused";
    }
    return "changed";
  }

  void nodeChanged(State state, NodeRecord before, NodeRecord after) {
    if (!subscribers.isEmpty()) {
      NodeRecord node = after == null ? before : after;
      String what = before == null ? "joined" : lower(node.state());
      tell("node." + node.name() + "." + what, node.name(), state.nowMillis(), Map::of);
    }
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private void tell(
      String topic, String subject, long atMillis, Supplier<Map<String, String>> fields) {
    DesasterEvent event = null;
    for (Subscriber subscriber : subscribers) {
      if (subscriber.topics().matcher(topic).matches()) {
        if (event == null) {
          event = new DesasterEvent(topic, subject, Instant.ofEpochMilli(atMillis), fields.get());
        }
        subscriber.listener().accept(event);
      }
    }
  }
}
