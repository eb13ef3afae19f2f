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

/**
 * Predicts when jobs start and finish, for those who ask. An outlook on all jobs of a kind serves
 * everybody until it is too old; a new one is made on a thread of its own, and only if somebody
 * asks, so an idle daemon predicts nothing. Making them takes a tenth of that thread's time at
 * most.
 */
public final class Forecaster {
  private static final Duration PREVIEW_MAX = Duration.ofHours(24);
  private static final long FRESH_MILLIS = 1000;
  private static final int PAUSE_PER_WORK = 9;
  private static final long PAUSE_MAX_MILLIS = 5000;

  private final Source source;
  private final Map<String, Integer> poolSlots;
  private final Disciplines disciplines;
  private final Executor worker;
  private final LongSupplier wallMillis;
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
    CompletableFuture<Outlook> making;
    long notBeforeMillis;
  }

  /**
   * @param poolSlots usable slots of pools where they are not the largest number; may change
   * @param worker runs one task at a time, which may take a second
   */
  public Forecaster(
      Source source,
      Map<String, Integer> poolSlots,
      Disciplines disciplines,
      Executor worker,
      LongSupplier wallMillis) {
    this.source = source;
    this.poolSlots = poolSlots;
    this.disciplines = disciplines;
    this.worker = worker;
    this.wallMillis = wallMillis;
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
                draft(kind)
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
    long now = wallMillis.getAsLong();
    Outlook last = ofKind.outlook;
    if (last != null) {
      boolean recent = now - last.atMillis() < FRESH_MILLIS;
      boolean resting = now < ofKind.notBeforeMillis;
      if (resting || recent && jobs.stream().allMatch(last::knows)) {
        return CompletableFuture.completedFuture(last);
      }
    }
    CompletableFuture<Outlook> making = ofKind.making;
    if (making == null) {
      making = make(kind);
      ofKind.making = making;
      making.whenComplete((outlook, failure) -> made(ofKind, outlook));
      making.thenAccept(this::willBeJudged);
    }
    return making;
  }

  private synchronized void made(OfKind ofKind, Outlook outlook) {
    ofKind.making = null;
    if (outlook != null) {
      long now = wallMillis.getAsLong();
      ofKind.outlook = outlook;
      ofKind.notBeforeMillis =
          now + Math.min(PAUSE_MAX_MILLIS, outlook.workMillis() * PAUSE_PER_WORK);
    }
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

  private CompletableFuture<Outlook> make(String kind) {
    return draft(kind)
        .thenApplyAsync(
            draft -> {
              long begun = System.nanoTime();
              Outlook outlook = Prognosis.of(draft.picture(), disciplines, nextRandom());
              return outlook.tookNanos(System.nanoTime() - begun);
            },
            worker);
  }

  private CompletableFuture<Draft> draft(String kind) {
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
            draft -> {
              draft.look();
              return draft;
            },
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
