/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.query;

import io.desaster.api.Events;
import io.desaster.api.event.DesasterEvent;
import io.desaster.api.job.Eta;
import io.desaster.api.job.JobId;
import io.desaster.core.forecast.Forecaster;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.QueueState;
import io.desaster.core.state.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells those who subscribed to {@code eta.QUEUE.ID} what is expected of jobs that wait, and again
 * when that has moved. Predictions are made for them as for those who ask, from time to time as
 * long as there is a subscriber and something waits. Of what matches a subscription the {@value
 * #JOBS_MAX} jobs that are to start first are told of.
 */
final class EtaFeed {
  static final String PREFIX = "eta.";
  static final int JOBS_MAX = 256;
  private static final Logger LOG = LoggerFactory.getLogger(EtaFeed.class);
  private static final long MOVED_MILLIS = 1000;
  private static final int MOVED_PART = 10;
  private static final int ID_LENGTH = 36;

  private final Forecaster.Source source;
  private final Supplier<Forecaster> forecaster;
  private final Executor later;
  private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();
  private boolean going;

  /** One subscription; what it was told is used on the thread of the source. */
  private static final class Subscriber {
    final Pattern topics;
    final Consumer<DesasterEvent> listener;

    /** The only job that matches, if the pattern ends with an id. */
    final Optional<JobId> only;

    /** By kind and order. */
    final Map<String, Map<Long, Eta>> told = new HashMap<>();

    Subscriber(String pattern, Consumer<DesasterEvent> listener) {
      this.topics = EventFeed.topics(pattern);
      this.listener = listener;
      this.only = idOf(pattern.substring(pattern.lastIndexOf('.') + 1));
    }

    private static Optional<JobId> idOf(String word) {
      return word.length() == ID_LENGTH && word.indexOf('*') < 0
          ? Optional.of(JobId.parse(word))
          : Optional.empty();
    }

    /** Whether there can be jobs of the queue that match. */
    boolean mayMatch(String queue) {
      Matcher matcher = topics.matcher(PREFIX + queue + ".");
      return matcher.matches() || matcher.hitEnd();
    }

    /** Whether a job of these queues matches. */
    Predicate<JobRecord> jobs(Map<Integer, String> queues) {
      Set<Integer> whole = new HashSet<>();
      queues.forEach(
          (id, name) -> {
            if (topics.matcher(PREFIX + name + ".").matches()) {
              whole.add(id);
            }
          });
      return job ->
          queues.containsKey(job.queueId())
              && only.map(id -> id.high() == job.high() && id.low() == job.low()).orElse(true)
              && (whole.contains(job.queueId())
                  || topics.matcher(topic(queues.get(job.queueId()), job)).matches());
    }
  }

  /** What a subscriber wants to know of one kind. */
  private record Wish(String kind, Subscriber subscriber, Map<Integer, String> queues) {}

  /**
   * A feed without subscribers.
   *
   * @param forecaster gives null if nobody predicts
   * @param later runs a task after a pause
   */
  EtaFeed(Forecaster.Source source, Supplier<Forecaster> forecaster, Executor later) {
    this.source = source;
    this.forecaster = forecaster;
    this.later = later;
  }

  private static String topic(String queue, JobRecord job) {
    return PREFIX + queue + "." + job.id();
  }

  /** Any thread. */
  Events.Subscription subscribe(String pattern, Consumer<DesasterEvent> listener) {
    Subscriber subscriber = new Subscriber(pattern, listener);
    subscribers.add(subscriber);
    if (begins()) {
      round();
    }
    return () -> subscribers.remove(subscriber);
  }

  private synchronized boolean begins() {
    boolean begins = !going;
    going = true;
    return begins;
  }

  private synchronized boolean ends() {
    going = !subscribers.isEmpty();
    return !going;
  }

  private void round() {
    if (ends()) {
      return;
    }
    source
        .read(this::wishes)
        .thenCompose(this::fulfil)
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                LOG.error("predictions cannot be told to subscribers now", failure);
              }
              later.execute(this::round);
            });
  }

  /** What there is to ask for: nothing, while nothing waits. */
  private List<Wish> wishes(State state) {
    Map<String, Map<Integer, String>> waiting = new TreeMap<>();
    boolean planned = source.live().hasPlanned();
    for (QueueState queue : state.queues()) {
      int id = queue.record().id();
      if (planned || source.live().first(id) != null) {
        waiting
            .computeIfAbsent(queue.record().kind(), kind -> new HashMap<>())
            .put(id, queue.record().name());
      }
    }
    List<Wish> wishes = new ArrayList<>();
    for (Subscriber subscriber : subscribers) {
      subscriber.told.keySet().retainAll(waiting.keySet());
      waiting.forEach(
          (kind, queues) -> {
            Map<Integer, String> matching = new HashMap<>(queues);
            matching.values().removeIf(name -> !subscriber.mayMatch(name));
            if (!matching.isEmpty()) {
              wishes.add(new Wish(kind, subscriber, matching));
            }
          });
    }
    return wishes;
  }

  private CompletableFuture<Void> fulfil(List<Wish> wishes) {
    Forecaster now = forecaster.get();
    if (now == null) {
      return CompletableFuture.completedFuture(null);
    }
    return CompletableFuture.allOf(
        wishes.stream()
            .map(
                wish ->
                    now.soonest(wish.kind(), wish.subscriber().jobs(wish.queues()), JOBS_MAX)
                        .thenCompose(
                            predictions ->
                                source.read(
                                    state -> {
                                      tell(state, wish, predictions);
                                      return null;
                                    })))
            .toArray(CompletableFuture<?>[]::new));
  }

  private void tell(State state, Wish wish, Forecaster.Predictions predictions) {
    Subscriber subscriber = wish.subscriber();
    Map<Long, Eta> before = subscriber.told.getOrDefault(wish.kind(), Map.of());
    Map<Long, Eta> told = new HashMap<>();
    for (Forecaster.Predicted one : predictions.jobs()) {
      JobRecord job = one.job();
      JobRecord present = state.job(job.high(), job.low());
      if (present != null
          && present.state() == job.state()
          && present.order() == job.order()
          && subscribers.contains(subscriber)) {
        Eta last = before.get(job.order());
        boolean moved = last == null || moved(last, one.eta(), predictions.atMillis());
        told.put(job.order(), moved ? one.eta() : last);
        if (moved) {
          String queue = wish.queues().get(job.queueId());
          subscriber.listener.accept(event(queue, one, predictions.atMillis()));
        }
      }
    }
    subscriber.told.put(wish.kind(), told);
  }

  private static boolean moved(Eta before, Eta after, long nowMillis) {
    return !before.unknown().equals(after.unknown())
        || moved(before.startP50(), after.startP50(), nowMillis)
        || moved(before.startP90(), after.startP90(), nowMillis);
  }

  private static boolean moved(Optional<Instant> before, Optional<Instant> after, long nowMillis) {
    if (before.isEmpty() || after.isEmpty()) {
      return before.isPresent() || after.isPresent();
    }
    long wait = after.get().toEpochMilli() - nowMillis;
    long by = Math.abs(Duration.between(before.get(), after.get()).toMillis());
    return by > Math.max(MOVED_MILLIS, wait / MOVED_PART);
  }

  private static DesasterEvent event(String queue, Forecaster.Predicted one, long atMillis) {
    Map<String, String> fields = new TreeMap<>();
    fields.put("queue", queue);
    fields.put("state", one.job().state().name().toLowerCase(Locale.ROOT));
    fields.putAll(DesasterEvent.fieldsOf(one.eta()));
    return new DesasterEvent(
        topic(queue, one.job()), one.job().id().toString(), Instant.ofEpochMilli(atMillis), fields);
  }
}
