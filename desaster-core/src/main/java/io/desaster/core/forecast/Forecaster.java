/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.Durations;
import io.desaster.api.job.Eta;
import io.desaster.api.job.JobState;
import io.desaster.api.tree.TreePreview;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.discipline.TreeUsage;
import io.desaster.core.scheduler.TreeCheck;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Predicts when jobs start and finish, for those who ask. An outlook on all jobs of a kind serves
 * everybody until it is too old; a new one is made on a thread of its own, and only if somebody
 * asks, so an idle daemon predicts nothing. Making them takes a tenth of that thread's time at
 * most.
 */
public final class Forecaster {
  private static final Duration PREVIEW_MAX = Duration.ofHours(24);
  private static final long FRESH_MILLIS = 1000;

  /** One predicts for a tenth of the time, or less. */
  private static final int SHARE_ONE_IN = 10;

  /** A kind about which nobody asked for so long leaves its share to others. */
  private static final long ASKED_MILLIS = 60_000;

  private final Source source;
  private final Map<String, Integer> poolSlots;
  private final Disciplines disciplines;
  private final Executor worker;
  private final LongSupplier wallMillis;
  private final LongSupplier monoMillis;
  private final SplittableRandom random = new SplittableRandom();
  private final Map<String, OfKind> kinds = new HashMap<>();

  /** Where pictures come from. */
  public interface Source {
    /** Answers a question on the thread that owns the state. */
    <T> CompletableFuture<T> read(Function<State, T> question);

    /** To be used on that thread only. */
    LiveJobs live();

    /** To be used on that thread only. */
    Experience experience();

    /** What the tree of a kind remembers besides its jobs; to be used on that thread only. */
    TreeUsage usage(String kind);
  }

  /** The outlook on a kind, and the one in the making. */
  private static final class OfKind {
    Outlook outlook;

    /** Why there is no outlook, if the last attempt to make the first one failed. */
    Throwable failure;

    CompletableFuture<Outlook> making;

    // Of the monotonic clock.
    long begunMillis;
    long notBeforeMillis;

    /** Of the attempt that is under way. */
    volatile long workMillis;
  }

  /**
   * @param poolSlots usable slots of pools where they are not the largest number; may change
   * @param worker runs one task at a time, which may take a second
   * @param wallMillis the time that predictions are made of, milliseconds since 1970
   * @param monoMillis a clock that nobody sets, for how long predictions take and serve
   */
  public Forecaster(
      Source source,
      Map<String, Integer> poolSlots,
      Disciplines disciplines,
      Executor worker,
      LongSupplier wallMillis,
      LongSupplier monoMillis) {
    this.source = source;
    this.poolSlots = poolSlots;
    this.disciplines = disciplines;
    this.worker = worker;
    this.wallMillis = wallMillis;
    this.monoMillis = monoMillis;
  }

  /** Whether there is something to predict of a job in this state. */
  public static boolean concerns(JobState state) {
    return state == JobState.RUNNING || Draft.waits(state);
  }

  /** A job that somebody asks about. */
  public record Asked(String kind, JobRecord job) {}

  /** A job that waits, and what is expected of it. */
  public record Predicted(JobRecord job, Eta eta) {}

  /** Of some jobs what was expected at one time, milliseconds since 1970. */
  public record Predictions(long atMillis, List<Predicted> jobs) {}

  /**
   * What is expected of those jobs that are to start first, in no order.
   *
   * @param which of those that wait; asked on the thread of predictions
   * @param max no more than so many
   */
  public CompletableFuture<Predictions> soonest(String kind, Predicate<JobRecord> which, int max) {
    return outlook(kind, List.of())
        .thenApplyAsync(
            outlook -> {
              long now = wallMillis.getAsLong();
              List<Predicted> jobs = new ArrayList<>();
              outlook
                  .soonest(which, max)
                  .forEach(job -> jobs.add(new Predicted(job, outlook.eta(job, now))));
              return new Predictions(now, jobs);
            },
            worker);
  }

  /** What is expected of these jobs, in their order. */
  public CompletableFuture<List<Eta>> etas(List<Asked> asked) {
    Map<String, List<JobRecord>> byKind = new HashMap<>();
    for (Asked one : asked) {
      if (concerns(one.job().state())) {
        byKind.computeIfAbsent(one.kind(), kind -> new ArrayList<>()).add(one.job());
      }
    }
    Map<String, CompletableFuture<Outlook>> outlooks = new HashMap<>();
    byKind.forEach((kind, jobs) -> outlooks.put(kind, outlook(kind, jobs)));
    return CompletableFuture.allOf(outlooks.values().toArray(new CompletableFuture<?>[0]))
        .thenApply(done -> asked.stream().map(one -> eta(one, outlooks)).toList());
  }

  /**
   * What was expected of these jobs last, at once, in their order.
   *
   * @param unknown what is told of those of which nothing was
   */
  public synchronized List<Eta> lastEtas(List<Asked> asked, Eta unknown) {
    long now = wallMillis.getAsLong();
    return asked.stream()
        .map(
            one -> {
              OfKind ofKind = kinds.get(one.kind());
              boolean known =
                  ofKind != null
                      && ofKind.outlook != null
                      && concerns(one.job().state())
                      && ofKind.outlook.knows(one.job());
              return known ? ofKind.outlook.eta(one.job(), now) : unknown;
            })
        .toList();
  }

  /** Who or what has what a job waits for, a line each; none if that is not known. */
  public CompletableFuture<List<String>> reasons(Asked asked) {
    if (asked.job().state() != JobState.QUEUED) {
      return CompletableFuture.completedFuture(List.of());
    }
    return outlook(asked.kind(), List.of(asked.job()))
        .thenApplyAsync(outlook -> Reasons.of(outlook.picture(), asked.job(), disciplines), worker);
  }

  /**
   * What would become of jobs with another tree, beside what will become of them with the present.
   *
   * @param text the tree; INVALID if it is wrong, as when it is applied
   */
  public CompletableFuture<TreePreview> preview(String kind, String text, Duration length) {
    long millis = length.toMillis();
    if (millis < 1 || length.compareTo(PREVIEW_MAX) > 0) {
      return CompletableFuture.failedFuture(
          new DesasterException(
              ErrorCode.INVALID,
              "a preview looks ahead for more than nothing and at most 24 hours, not for "
                  + Durations.format(length)));
    }
    return source
        .read(state -> TreeCheck.require(state, disciplines, kind, text).text())
        .thenCompose(
            checked ->
                draft(kind, new OfKind())
                    .thenApply(draft -> new Picture[] {draft.picture(), draft.picture(checked)}))
        .thenApplyAsync(
            pictures -> {
              long seed = nextRandom().nextLong();
              return Preview.compare(
                  Preview.of(pictures[0], disciplines, millis, seed),
                  Preview.of(pictures[1], disciplines, millis, seed));
            },
            worker);
  }

  private synchronized SplittableRandom nextRandom() {
    return random.split();
  }

  private Eta eta(Asked one, Map<String, CompletableFuture<Outlook>> outlooks) {
    CompletableFuture<Outlook> outlook = outlooks.get(one.kind());
    if (outlook == null || !concerns(one.job().state())) {
      return Eta.NONE;
    }
    Outlook known = outlook.join();
    return known.knows(one.job())
        ? known.eta(one.job(), wallMillis.getAsLong())
        : Eta.unknown("it came or started after the last prediction was begun; ask again");
  }

  /** An outlook that is fresh, or the freshest there is if there cannot be another one soon. */
  private synchronized CompletableFuture<Outlook> outlook(String kind, List<JobRecord> jobs) {
    OfKind ofKind = kinds.computeIfAbsent(kind, name -> new OfKind());
    long now = monoMillis.getAsLong();
    boolean resting = now < ofKind.notBeforeMillis;
    Outlook last = ofKind.outlook;
    if (last != null) {
      boolean recent = now - ofKind.begunMillis < FRESH_MILLIS;
      if (resting || recent && jobs.stream().allMatch(last::knows)) {
        return CompletableFuture.completedFuture(last);
      }
    } else if (resting) {
      return CompletableFuture.failedFuture(ofKind.failure);
    }
    CompletableFuture<Outlook> making = ofKind.making;
    if (making == null) {
      ofKind.begunMillis = now;
      ofKind.workMillis = 0;
      making = make(kind, ofKind);
      ofKind.making = making;
      making.whenComplete((outlook, failure) -> made(ofKind, outlook, failure));
      making.thenAccept(this::willBeJudged);
    }
    return making;
  }

  private synchronized void made(OfKind ofKind, Outlook outlook, Throwable failure) {
    ofKind.making = null;
    ofKind.failure = failure;
    if (outlook != null) {
      ofKind.outlook = outlook;
    }
    long now = monoMillis.getAsLong();
    long asked =
        kinds.values().stream().filter(one -> now - one.begunMillis < ASKED_MILLIS).count();
    ofKind.notBeforeMillis = now + ofKind.workMillis * (SHARE_ONE_IN * Math.max(1, asked) - 1);
  }

  private void willBeJudged(Outlook outlook) {
    List<Integer> queues = new ArrayList<>();
    List<Experience.Prediction> samples = outlook.samples(queues);
    source.read(
        state -> {
          source.experience().predicted(samples, source.live(), queues);
          return null;
        });
  }

  private CompletableFuture<Outlook> make(String kind, OfKind ofKind) {
    return draft(kind, ofKind)
        .thenApplyAsync(
            draft -> timed(ofKind, () -> Prognosis.of(draft.picture(), disciplines, nextRandom())),
            worker);
  }

  /** Does some of the work on an outlook; one task at a time. */
  private <T> T timed(OfKind ofKind, Supplier<T> work) {
    long begun = monoMillis.getAsLong();
    try {
      return work.get();
    } finally {
      ofKind.workMillis += monoMillis.getAsLong() - begun;
    }
  }

  private CompletableFuture<Draft> draft(String kind, OfKind ofKind) {
    return source
        .read(
            state ->
                new Draft(
                    state,
                    source.live(),
                    source.experience(),
                    source.usage(kind),
                    kind,
                    poolSlots,
                    wallMillis.getAsLong()))
        .thenApplyAsync(
            draft ->
                timed(
                    ofKind,
                    () -> {
                      draft.look();
                      return draft;
                    }),
            worker)
        .thenCompose(
            draft ->
                source.read(
                    state -> {
                      draft.findHistories(source.experience());
                      return draft;
                    }));
  }
}
